"""docs/sla.schema.json: current, and of one mind with `sla check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from entitlements.as_code.document import read_documents
from entitlements.as_code.json_schema import as_text, json_schema

ROOT = Path(__file__).resolve().parent.parent.parent
BROKEN = Path(__file__).parent / "broken"
VALIDATOR = jsonschema.Draft202012Validator(json_schema())
# What the shape of a file alone can tell.
REFUSED = [
    *("01-unknown-key", "02-unknown-section", "03-wrong-type", "04-number-for-a-name", "05-missing-name"),
    *("06-wrong-choice", "19-bad-duration", "26-minutes-below-one", "37-completion-without-criteria"),
    *("38-completion-with-nothing", "40-unknown-action", "48-scenario-unknown-verb"),
    "49-scenario-unknown-expectation",
]


def documents(file: Path) -> list[Any]:
    """As any JSON would have them."""
    return [json.loads(json.dumps(one.value)) for one in read_documents(str(file))[0]]


def test_the_published_file_is_current() -> None:
    """Else: `python -m entitlements.as_code.json_schema > docs/sla.schema.json`."""
    assert (ROOT / "docs" / "sla.schema.json").read_text() == as_text()


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "data" / "scenarios").glob("*.yaml")), ids=str)
def test_it_accepts_the_conformance_scenarios(file: Path) -> None:
    assert [fault for one in documents(file) for fault in VALIDATOR.iter_errors(one)] == []


def test_it_accepts_what_is_sound() -> None:
    assert all(VALIDATOR.is_valid(one) for one in documents(BROKEN / "00-sound.yaml"))


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_what_has_another_shape(name: str) -> None:
    assert not all(VALIDATOR.is_valid(one) for one in documents(BROKEN / f"{name}.yaml"))
