"""Values and places that come out of YAML, and any text at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entitlements.as_code.check import check_document
from entitlements.as_code.config_file import ConfigFiles
from entitlements.as_code.document import parse_documents
from entitlements.as_code.places import Unreadable, YamlMapping
from entitlements.as_code.scenario_file import run_file

BROKEN = Path(__file__).parent / "broken"


def value_of(text: str) -> Any:
    return parse_documents(text, "file")[0][0].value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026-12-25", "2026-12-25"),
        ("2026-03-02T09:00+01:00", "2026-03-02T09:00+01:00"),
        ('"2026-12-25"', "2026-12-25"),
        ("09:00", "09:00"),
        ("12:30:45", "12:30:45"),
        ("24/7", "24/7"),
        ("75%", "75%"),
        ("yes", "yes"),
        ("off", "off"),
        ("1_000", "1_000"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("30", 30),
        ("-7", -7),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ('"30"', "30"),
        ("!!str 30", "30"),
        ("9" * 40, 1e40),
    ],
)
def test_scalars_are_those_of_the_core_schema(written: str, value: object) -> None:
    found = value_of(f"key: {written}")["key"]
    assert (found, type(found)) == (value, type(value))


def test_keys_are_texts_as_they_are_written() -> None:
    assert list(value_of("{24/7: a, 1: b, on: c, true: d}")) == ["24/7", "1", "on", "true"]


def test_keys_and_values_have_their_places() -> None:
    found: YamlMapping = value_of("a: 1\nb:\n  - x\n  - {c: 2}\n")
    assert (found.key_places["b"].line, found.value_places["b"].line) == (2, 3)
    assert found["b"].places[1][1:] == (4, 5)
    assert found["b"][1].value_places["c"][1:] == (4, 9)


def test_an_alias_stands_for_its_value() -> None:
    assert value_of("a: &x {b: 1}\nc: *x\n") == {"a": {"b": 1}, "c": {"b": 1}}


PIECES = st.sampled_from(
    [
        *("settings", "milestones", "entitlement_processes", "name", "minutes", "when", "triggers", "open"),
        *("business_hours", "holidays", "date", "scenario", "config", "process", "timeline", "at", "do"),
        *("expect", "case", "custom", "true", "1", "2026-03-02", "75%", "create", "A", "case.priority"),
        *(
            ": ",
            "- ",
            "\n",
            "  ",
            "{",
            "}",
            "[",
            "]",
            ", ",
            "&a ",
            "*a",
            "!!str ",
            '"',
            "'",
            "|",
            "#",
            "---\n",
        ),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
def test_any_text_is_checked_and_any_mistake_has_a_line(text: str) -> None:
    try:
        documents, found = parse_documents(text, "file")
    except Unreadable as fault:
        found = [fault.mistake]
    else:
        for document in documents:
            found += check_document(document, 2026, ConfigFiles("file"))
    assert all(1 <= one.place.line <= text.count("\n") + text.count("\r") + 1 for one in found)


@given(st.integers(0, 60), st.integers(0, 60), PIECES, st.booleans())
def test_a_damaged_file_is_checked_and_run(
    tmp_path_factory: pytest.TempPathFactory, line: int, column: int, piece: str, instead: bool
) -> None:
    lines = (BROKEN / "00-sound.yaml").read_text().splitlines(keepends=True)
    damaged = lines[line % len(lines)]
    rest = damaged[column + len(piece) * instead :]
    lines[line % len(lines)] = damaged[:column] + piece + rest
    file = tmp_path_factory.mktemp("damaged") / "file.yaml"
    file.write_text("".join(lines))
    for found in run_file(str(file)):
        assert str(found)
    try:
        documents, _ = parse_documents("".join(lines), "file")
    except Unreadable:
        return
    for document in documents:
        assert all(str(one) for one in check_document(document, 2026, ConfigFiles("file")))
