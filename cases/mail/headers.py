"""Headers of a mail → plain text and addresses, each no longer than anybody needs.

Read from the raw header, since the standard library's own view of it takes quadratic time on long ones.
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from cases.mail.addresses import Person, canonical, is_address
from cases.mail.charsets import text_of

LONGEST = 20_000
MOST_ADDRESSES = 200
MOST_IDS = 100
LONGEST_ID = 250

_FOLD = re.compile(r"[\r\n\t ]+")
_ID = re.compile(r"<[^<>\s]{1,248}>")


def raw(message: Message, name: str) -> str:
    """The header's first value as it stands, cut off where it is absurdly long; empty without one."""
    wanted = name.lower()
    for key, value in message.raw_items():
        if key.lower() == wanted:
            return str(value)[:LONGEST]
    return ""


def token(message: Message, name: str) -> str:
    """A header of one word, in small letters, without comments and parameters."""
    return re.split(r"[;( ]", raw(message, name).strip().lower(), maxsplit=1)[0]


def text(message: Message, name: str, longest: int = 250) -> str:
    """The header as people read it, on one line."""
    return decoded(raw(message, name))[:longest].strip()


def decoded(value: str) -> str:
    """Encoded words (RFC 2047) and bytes that should have been, as text."""
    plain = _FOLD.sub(" ", value)
    try:
        words = decode_header(plain)
    except (HeaderParseError, ValueError):
        words = [(plain, None)]
    read = _FOLD.sub(" ", "".join(_word(word, charset) for word, charset in words)).strip()
    return read or _word(plain, "").strip()


def _word(word: bytes | str, charset: str | None) -> str:
    data = word.encode("ascii", "surrogateescape") if isinstance(word, str) and word.isascii() else word
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogateescape")
    return text_of(data, charset or "")


def people(message: Message, *names: str) -> list[Person]:
    """Those whom these headers name, each address once."""
    found: dict[str, Person] = {}
    values = [_FOLD.sub(" ", raw(message, name)) for name in names]
    for called, address in _addresses([value for value in values if value]):
        plain = canonical(text_of(address.encode("utf-8", "surrogateescape")))
        if is_address(plain):
            found.setdefault(plain, Person(decoded(called)[:150], plain))
    return list(found.values())


def _addresses(values: list[str]) -> list[tuple[str, str]]:
    try:
        return getaddresses(values)[:MOST_ADDRESSES]
    except RecursionError:  # Brackets in brackets: nobody is called so.
        return []


def ids(message: Message, *names: str) -> list[str]:
    """The message ids in these headers, each once, in their order; the last ones of very many."""
    found = [one for name in names for one in _ID.findall(raw(message, name))]
    return list(dict.fromkeys(found))[-MOST_IDS:]


def message_id(message: Message) -> str:
    """Its own id, in angle brackets; empty when it has none that can be used."""
    return next(iter(ids(message, "Message-ID")), "")
