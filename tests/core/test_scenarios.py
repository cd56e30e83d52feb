"""Every scenario in tests/data/scenarios comes out as it says."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from entitlements.as_code.scenario import run_scenario

FILES = sorted((Path(__file__).parent.parent / "data" / "scenarios").glob("*.yaml"))


def scenarios() -> list[Any]:
    found = []
    for file in FILES:
        documents = YAML(typ="safe").load_all(file.read_text())
        found += [pytest.param(one, id=f"{file.stem}: {one['scenario']}") for one in documents]
    return found


@pytest.mark.parametrize("scenario", scenarios())
def test_scenario(scenario: dict[str, Any]) -> None:
    assert run_scenario(scenario)["mismatches"] == []
