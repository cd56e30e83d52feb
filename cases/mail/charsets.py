"""Bytes that claim a charset → text that every database can keep."""

from __future__ import annotations

import codecs
import re

# What Python would decode too, but never stands in honest mail; some of it in quadratic time.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")


def text_of(data: bytes, charset: str = "") -> str:
    """By the charset it claims; where that is unknown or wrong, UTF-8, and else Windows-1252."""
    for name in (charset, "utf-8"):
        if _is_charset(name):
            try:
                return printable(data.decode(name))
            except (UnicodeError, ValueError):
                continue
    return printable(data.decode("windows-1252", "replace"))


def printable(text: str) -> str:
    """Without control characters and halves of characters; lines end in a line feed."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _is_charset(name: str) -> bool:
    try:
        return codecs.lookup(name.strip()).name.replace("-", "_") not in _NO_CHARSETS if name else False
    except (LookupError, ValueError):
        return False
