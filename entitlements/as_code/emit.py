"""Plain values as YAML that reads well and is the same every time: block style, short lists in one line.

Every text that this writes is read back as it was by a YAML 1.2 reader. It knows mappings, lists, texts,
numbers, truth values, dates and wall-clock times: all that a configuration consists of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

WIDTH = 100
INDENT = "  "

# Texts that need no quotes wherever they stand, also between brackets.
_WORDS = re.compile(r"[^\W\d_][^\s:#,\[\]{}]*(?: [^\s:#,\[\]{}]+)*")
_DURATION = re.compile(r"\d+[dhm%](?: \d+[hm])*|24/7")
_NOT_A_TEXT = re.compile(r"true|false|null|yes|no|on|off|y|n|nan|inf", re.IGNORECASE)
# What YAML may not hold as it is, and what readers take for the end of a line.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def as_yaml(document: Mapping[str, Any]) -> str:
    """The sections of a configuration, with a blank line between them."""
    return "\n".join("\n".join(_mapping({name: section}, 0)) + "\n" for name, section in document.items())


def in_line(value: Any) -> str:
    """One value in one line, as a flow of YAML."""
    return _flow(value)


def _mapping(given: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name, value in given.items():
        yield from _entry(f"{INDENT * depth}{_scalar(name)}:", value, depth)


def _entry(head: str, value: Any, depth: int) -> Iterator[str]:
    """`head: value` in one line, or below it what the value consists of."""
    if isinstance(value, str) and _reads_as_a_block(value):
        yield f"{head} |{'' if value.endswith(chr(10)) else '-'}"
        yield from (f"{INDENT * (depth + 1)}{line}".rstrip() for line in value.removesuffix("\n").split("\n"))
    elif isinstance(value, Mapping) and value:
        yield head
        yield from _mapping(value, depth + 1)
    elif isinstance(value, list | tuple) and not _fits_in_one_line(head, value):
        yield head
        yield from _items(value, depth + 1)
    else:
        yield head if value is None else f"{head} {_flow(value)}"


def _fits_in_one_line(head: str, values: list[Any] | tuple[Any, ...]) -> bool:
    if any(isinstance(value, Mapping | list | tuple) for value in values):
        return False
    return not values or len(head) + 1 + len(_flow(values)) <= WIDTH


def _items(values: list[Any] | tuple[Any, ...], depth: int) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping) and value:
            first, *rest = _mapping(value, depth + 1)
            yield f"{INDENT * depth}- {first.removeprefix(INDENT * (depth + 1))}"
            yield from rest
        else:
            yield f"{INDENT * depth}- {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(name)}: {_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="auto" if value.second or value.microsecond else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return json.dumps(value)
    return value if _needs_no_quotes(value) else _quoted(value)


def _needs_no_quotes(text: str) -> bool:
    if _DURATION.fullmatch(text):
        return True
    return bool(_WORDS.fullmatch(text)) and not _NOT_A_TEXT.fullmatch(text) and not _ODD.search(text)


def _quoted(text: str) -> str:
    """Single quotes spare expressions their backslashes; double ones escape as JSON does."""
    if ('"' in text or "\\" in text) and not _ODD.search(text) and "\n" not in text and "\t" not in text:
        return "'" + text.replace("'", "''") + "'"
    return _ODD.sub(lambda odd: f"\\u{ord(odd.group()):04x}", json.dumps(text, ensure_ascii=False))


def _reads_as_a_block(text: str) -> bool:
    """Several lines that can stand as they are: nothing odd, no blanks that nobody would see."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 2 or _ODD.search(text) or "\t" in text:
        return False
    return (
        not lines[0].startswith(" ")
        and lines[0] != "" != lines[-1]
        and all(line == line.rstrip() for line in lines)
    )
