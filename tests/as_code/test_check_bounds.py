"""Files that would take for ever, or that are no text: one clear error, soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from entitlements.as_code.check import check_file

# Of the process, not of the clock on the wall: other tests run beside this one.
SECONDS = 5
NESTED_ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefghij", "bcdefghijk", strict=True)
)
MANY_MILESTONES = (
    "milestones:\n"
    + "".join(f"  - {{name: M{number}}}\n" for number in range(10_000))
    + "entitlement_processes:\n  - name: P\n    milestones:\n"
    + "".join(f"      - {{milestone: M{number}, minutes: 30}}\n" for number in range(10_000))
)
CYCLE = "entitlement_processes: &processes\n  - name: P\n    milestones: *processes\n"
HOSTILE = {
    "10 MB": ("milestones:\n" + "  - {name: Some milestone}\n" * 400_000, 1, "the file is too large"),
    "a file just small enough": ("- {name: A}\n" * 160_000, 33_333, "more than 100,000 values"),
    "nested aliases": (NESTED_ALIASES, 6, "more than 100,000 values"),
    "10,000 milestones": (MANY_MILESTONES, 10_505, "this list has more than 500 entries"),
    "a cycle": (CYCLE, 3, "*processes refers to what it is itself a part of"),
    "depth": ("[" * 10_000, 1, "nested more than 30 levels deep"),
    "depth by keys": ("".join("  " * depth + "a:\n" for depth in range(500)), 31, "nested more than"),
    "one long line of tags": ("!" * 1_000_000, 1, "this line has 1,000,000 characters"),
    "the same key again and again": ("a: 1\n" * 50_000, 102, "more than 100 keys are there twice"),
    "parentheses": ("milestones: [{name: A}]\nsettings: {at_risk_percent: " + "(" * 900 + "}", 2, "“at_risk"),
}
ODD = {
    "NUL": (b"settings:\n  stages: [a\0]\n", 2, "the character U+0000"),
    "an escaped NUL": (b'settings:\n  stages: ["a\\0"]\n', 2, "the character U+0000"),
    "half a character": (b'settings:\n  stages: ["\\ud800"]\n', 2, "the character U+D800"),
    "no character": (b'settings:\n  stages: ["\\U00ffffff"]\n', 2, "this is not YAML"),
    "Latin-1": ("settings:\n  stages: [Übung]\n".encode("latin-1"), 2, "the byte 0xdc is not UTF-8"),
    "UTF-16": ("settings: {}".encode("utf-16"), 1, "is not UTF-8"),
    "a tab": (b"settings:\n\tstages: [a]\n", 2, "a tab"),
    "a key with parts": (b"settings: {}\n[a, b]: c\n", 2, "a key is a text"),
    "an object": (b"settings: !!python/object:os.system {}\n", 1, "the tag tag:yaml.org,2002:python"),
    "nothing": (b"", 1, "the file is empty"),
    "a comment alone": (b"# a\n---\n# b\n", 1, "the file is empty"),
    "a text": (b"hello\n", 1, "a document has keys"),
    "another version": (b"%YAML 3.0\n---\na: 1\n", 1, "this is not YAML"),
}


@pytest.mark.parametrize(("text", "line", "message"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_one_error_soon(tmp_path: Path, text: str, line: int, message: str) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(text)
    began = time.process_time()
    found = check_file(str(file), 2026)
    assert time.process_time() - began < SECONDS
    assert len([one for one in found if not one.is_warning]) == 1
    assert (found[0].place.line, message in found[0].message) == (line, True), found[0]


@pytest.mark.parametrize(("data", "line", "message"), ODD.values(), ids=ODD.keys())
def test_an_odd_file_is_one_error(tmp_path: Path, data: bytes, line: int, message: str) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(data)
    (found,) = check_file(str(file), 2026)
    assert (found.place.line, message in found.message) == (line, True), found


@pytest.mark.parametrize("file", [".", "nowhere.yaml", "/dev/zero", "a\0b"])
def test_what_is_no_file_is_one_error(file: str) -> None:
    (found,) = check_file(file, 2026)
    assert found.place.line == 1
