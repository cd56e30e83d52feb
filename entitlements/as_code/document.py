"""YAML files with the place of every key and value, read within bounds.

The types are those of the core schema of YAML 1.2: null, true and false, whole numbers, numbers, texts.
A date or a time of day is a text. What is too large, too deep or refers to itself is refused early.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from entitlements.as_code.places import Mistake, Place, Unreadable, YamlList, YamlMapping

LARGEST_FILE = 2_000_000
LONGEST_LINE = 20_000
MOST_VALUES = 100_000
MOST_TWICE = 100
DEEPEST = 30
# Lists of the file itself (accounts, contacts) may be long; those inside an entry stay readable.
INNER_DEPTH = 4
LONGEST_INNER_LIST = 500

_TEXT_TAG = "tag:yaml.org,2002:str"
_NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS: dict[str, Any] = (
    dict.fromkeys(("", "~", "null", "Null", "NULL"))
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
)
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_BEGINS_A_NUMBER = frozenset("-+.0123456789")


# What the library stumbles over where nothing can be made of a file, such as "\\U00110000".
_STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


class Document(NamedTuple):
    """One document of a file."""

    value: Any
    place: Place


def read_documents(file: str) -> tuple[list[Document], list[Mistake]]:
    """The documents of a file that are not empty, and keys that are there twice (the first one counts).

    Raises Unreadable.
    """
    return parse_documents(_text_of(file), file)


def parse_documents(text: str, file: str) -> tuple[list[Document], list[Mistake]]:
    """The same from a text. `file` is what the places name."""
    _refuse_characters(text, file)
    _refuse_long_lines(text, file)
    builder = _Builder(text, file)
    documents = [document for document in builder.documents() if document.value is not None]
    if not documents:
        raise Unreadable(Place(file, 1, 1), "the file is empty; a configuration or a scenario is wanted")
    return documents, builder.twice


def _text_of(file: str) -> str:
    try:
        with open(file, "rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or str(fault)
        raise Unreadable(Place(file, 1, 1), f"the file cannot be read: {why}") from None
    if len(data) > LARGEST_FILE:
        allowed = f"{LARGEST_FILE // 1_000_000} MB are the most; divide it into several files"
        raise Unreadable(Place(file, 1, 1), f"the file is too large: {allowed}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        found = f"the byte 0x{data[fault.start]:02x} is not UTF-8; save the file in UTF-8"
        raise Unreadable(Place(file, line, 1), found) from None


def _refuse_characters(text: str, file: str) -> None:
    found = _NOT_PRINTABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        what = f"the character U+{ord(found.group()):04X} has no place in a text file; take it out"
        raise Unreadable(Place(file, line, column), what)


def _refuse_long_lines(text: str, file: str) -> None:
    """The parser takes time by the square of a line's length on some of them."""
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            what = f"this line has {len(line):,} characters; {LONGEST_LINE:,} are the most"
            raise Unreadable(Place(file, number, 1), what)


class _Builder:
    """Turns the events of the parser into values, and counts on the way."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._events = self._parsed(text)
        self._values = 0
        self._line = 0
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._unfinished: set[str] = set()
        self.twice: list[Mistake] = []

    def documents(self) -> Iterator[Document]:
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                self._anchors = {}
                self._count(event, 1)
                first = next(self._events)
                yield Document(self._value(first, 1), self._place(first))

    def _parsed(self, text: str) -> Iterator[Event]:
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                self._line = event.start_mark.line
                yield event
        except MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            line, column = (mark.line, mark.column) if mark else (self._line, 0)
            raise Unreadable(Place(self._file, line + 1, column + 1), _in_plain_words(fault)) from None
        except Unreadable:
            raise
        except (
            YAMLError,
            ArithmeticError,
            AssertionError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ):
            raise Unreadable(Place(self._file, self._line + 1, 1), "this is not YAML") from None

    def _place(self, event: Event) -> Place:
        mark = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1)

    def _refuse(self, event: Event, message: str) -> Unreadable:
        return Unreadable(self._place(event), message)

    def _count(self, event: Event, values: int) -> None:
        self._values += values
        if self._values > MOST_VALUES:
            what = f"more than {MOST_VALUES:,} values up to here, those of aliases counted each time"
            raise self._refuse(event, f"{what}; divide the file into several")

    def _value(self, event: Any, depth: int) -> Any:
        if isinstance(event, AliasEvent):
            return self._aliased(event)
        self._count(event, 1)
        if event.anchor is None:
            return self._content(event, depth)
        before = self._values
        self._unfinished.add(event.anchor)
        value = self._content(event, depth)
        self._unfinished.discard(event.anchor)
        self._anchors[event.anchor] = value, self._values - before + 1
        return value

    def _aliased(self, event: Any) -> Any:
        if event.anchor in self._unfinished:
            raise self._refuse(event, f"*{event.anchor} refers to what it is itself a part of")
        if event.anchor not in self._anchors:
            raise self._refuse(
                event, f"*{event.anchor} refers to &{event.anchor}, which does not come before it"
            )
        value, size = self._anchors[event.anchor]
        self._count(event, size)
        return value

    def _content(self, event: Any, depth: int) -> Any:
        if event.tag not in (None, "!", _TEXT_TAG):
            raise self._refuse(event, f"the tag {event.tag[:60]} has no meaning here; take it out")
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if depth > DEEPEST:
            raise self._refuse(event, f"this is nested more than {DEEPEST} levels deep")
        return (
            self._list(event, depth) if isinstance(event, SequenceStartEvent) else self._mapping(event, depth)
        )

    def _scalar(self, event: ScalarEvent) -> Any:
        text: str = event.value
        if event.implicit[0] and event.tag is None:
            return core_value(text)
        if event.style == '"' and (found := _NOT_PRINTABLE.search(text)):
            raise self._refuse(event, f"the character U+{ord(found.group()):04X} has no place in a text")
        return text

    def _list(self, start: SequenceStartEvent, depth: int) -> YamlList:
        found = YamlList(self._place(start))
        while not isinstance(event := next(self._events), SequenceEndEvent):
            if depth >= INNER_DEPTH and len(found) == LONGEST_INNER_LIST:
                most = f"{LONGEST_INNER_LIST} are the most inside one process, scenario or entry"
                raise self._refuse(event, f"this list has more than {LONGEST_INNER_LIST} entries; {most}")
            found.put(self._value(event, depth + 1), self._place(event))
        return found

    def _mapping(self, start: MappingStartEvent, depth: int) -> YamlMapping:
        found = YamlMapping(self._place(start))
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event)
            following = next(self._events)
            value = self._value(following, depth + 1)
            if key in found:
                first = f"it stands in line {found.key_places[key].line} already; keep one of them"
                if len(self.twice) == MOST_TWICE:
                    raise self._refuse(event, f"more than {MOST_TWICE} keys are there twice")
                self.twice.append(Mistake(self._place(event), f"the key “{key}” is there twice: {first}"))
            else:
                found.put(key, value, self._place(event), self._place(following))
        return found

    def _key(self, event: Any) -> str:
        """A key as it is written: `24/7`, `on` and `1` are texts."""
        value = self._value(event, DEEPEST) if isinstance(event, AliasEvent) else event
        if isinstance(value, str):
            return value
        if not isinstance(value, ScalarEvent):
            raise self._refuse(event, "a key is a text; this one has parts")
        self._value(event, DEEPEST)
        return value.value


def core_value(text: str) -> Any:
    """What a plain scalar means in the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _BEGINS_A_NUMBER:
        return text
    if _WHOLE.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text


def _in_plain_words(fault: MarkedYAMLError) -> str:
    problem = str(fault.problem or fault.context or "it cannot be read")
    if "'\\t'" in problem:
        return "a tab stands here; YAML is indented with spaces alone"
    begun = fault.context_mark
    since = f" ({fault.context}, begun in line {begun.line + 1})" if fault.context and begun else ""
    return f"this is not YAML: {problem}{since}"
