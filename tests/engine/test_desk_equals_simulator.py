"""What the desk makes of a scenario is what the simulator makes of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.engine.performance import Script
from tests.engine.setup_rows import can_be_promised, promise, set_up
from tests.factory import make_user

FILES = sorted((Path(__file__).parent.parent / "data" / "scenarios").glob("*.yaml"))

pytestmark = pytest.mark.django_db


def scenarios() -> list[Any]:
    """Those whose entitlement begins and ends with a day, as all do at the desk."""
    documents = [(file.stem, one) for file in FILES for one in YAML(typ="safe").load_all(file.read_text())]
    return [
        pytest.param(one, id=f"{stem}: {one['scenario']}") for stem, one in documents if can_be_promised(one)
    ]


@pytest.fixture(params=scenarios())
def script(request: pytest.FixtureRequest) -> Script:
    script = Script(request.param)
    set_up(script.given, script.configuration, script.custom)
    return script


def test_looking_at_every_planned_moment(script: Script) -> None:
    entitlement = promise(script.given, script.given["process"])
    assert script.performed(entitlement, make_user()) == script.simulated()


@pytest.mark.sqlite
def test_looking_at_other_moments_too(script: Script) -> None:
    entitlement = promise(script.given, script.given["process"])
    span, chance = script.until - script.facts[0].at, Random(script.given["scenario"])
    moments = [script.facts[0].at + span * chance.random() for _ in range(6)]
    moments += [fact.at - timedelta(microseconds=1) for fact in script.facts[1:]]
    assert script.performed(entitlement, make_user(), moments) == script.simulated()
