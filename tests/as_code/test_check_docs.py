"""The examples of the documentation are what they say: sound, free of warnings, and met."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from entitlements.as_code.check import check_file
from entitlements.as_code.schema import CONFIGURATION
from entitlements.as_code.shapes import Either, Entries, Keys, Shape

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def examples(page: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


def write(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return str(file)


def test_the_complete_example_is_sound(tmp_path: Path) -> None:
    file = write(tmp_path, "desk.yaml", examples("sla-as-code.md")[0])
    assert check_file(file, 2026) == []


def test_the_complete_example_has_every_key_that_a_desk_knows() -> None:
    """All but the alternatives of what it has."""
    text = examples("sla-as-code.md")[0]
    written = set(re.findall(r"(\w+): ?", text))
    assert all_keys(CONFIGURATION) - written == {"user"}


def all_keys(shape: Shape) -> set[str]:
    match shape:
        case Keys():
            inner = [all_keys(key.shape) for key in shape.keys.values()]
            return set(shape.keys).union(*inner)
        case Entries():
            return all_keys(shape.of)
        case Either():
            return set[str]().union(*(all_keys(one) for one in shape.shapes))
    return set()


def test_the_scenario_is_met(tmp_path: Path) -> None:
    file = write(tmp_path, "scenario.yaml", examples("sla-as-code.md")[1])
    assert check_file(file, 2026) == []
    call_command("sla", "simulate", file)


def test_the_tested_folder_is_sound_and_met(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "sla/desk.yaml", examples("sla-as-code.md")[0])
    file = write(tmp_path, "sla/scenarios/first_response.yaml", examples("testing-an-sla.md")[0])
    assert check_file(file, 2026) == []
    call_command("sla", "simulate", file)
    assert capsys.readouterr().err == "1 scenario, all as expected.\n"
