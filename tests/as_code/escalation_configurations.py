"""Random rotas, ladders and rules, as a file would have them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

OPEN = ({"mon-fri": "08:00-18:00"}, {"sat,sun": "20:00-06:00"}, {"mon-sun": "00:00-24:00"})
TOLD = st.sampled_from(["owner", ["on_duty"], ["queue", "lead@example.com"], ["ada", "supervisors"]])
COUNTED = ("case", "24/7")
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "assign": st.sampled_from([{"queue": "Claims"}, {"user": "ada"}]),
    "escalate": st.sampled_from([{}, {"level": 2}, {"ladder": "Elsewhere", "level": 1}]),
    "notify": st.fixed_dictionaries({"to": TOLD}, optional={"text": st.just("#1: old")}),
    "email": st.fixed_dictionaries({"to": TOLD}, optional={"template": st.just("late")}),
}


def ages(most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, 5000), min_size=1, max_size=most, unique=True)


@st.composite
def ladder(draw: st.DrawFn, name: str, hours: list[str]) -> dict[str, Any]:
    levels = [{"after": f"{after}m", "to": draw(TOLD)} for after in draw(ages(3))]
    own: dict[str, Any] = draw(
        st.sampled_from([{}, {"repeat": 2, "repeat_after": "1h 30m"}, {"description": "Nights: too"}])
    )
    return {
        "name": name,
        "levels": sorted(levels, key=lambda one: int(one["after"][:-1])),
        "business_hours": draw(st.sampled_from([*hours, *COUNTED])),
        **own,
    }


@st.composite
def rule(draw: st.DrawFn, name: str, entries: list[str], hours: list[str]) -> dict[str, Any]:
    return {"name": name, "entries": [draw(rule_entry(one, hours)) for one in entries]}


@st.composite
def rule_entry(draw: st.DrawFn, name: str, hours: list[str]) -> dict[str, Any]:
    actions = []
    for after in draw(ages(3)):
        kinds = draw(st.lists(st.sampled_from(sorted(PARTS)), min_size=1, max_size=3, unique=True))
        actions.append({"after": f"{after}m", **{kind: draw(PARTS[kind]) for kind in kinds}})
    optional = {
        "when": st.just('case.priority == "High"'),
        "business_hours": st.sampled_from([*hours, *COUNTED]),
        "since": st.sampled_from(["created", "changed", "milestone_at_risk", "milestone_violated"]),
        "until_changed": st.booleans(),
    }
    return {"name": name, "actions": actions, **draw(st.fixed_dictionaries({}, optional=optional))}


@st.composite
def rota(draw: st.DrawFn, queue: str, hours: list[str]) -> dict[str, Any]:
    people = draw(st.lists(st.sampled_from(["ada", "ben", "cem"]), max_size=3, unique=True))
    optional = {
        "time_zone": st.sampled_from(["UTC", "Europe/Berlin"]),
        "covered": st.sampled_from(hours),
        "substitutions": st.lists(substitution(), max_size=3),
    }
    shifts = [{"person": person, "open": draw(st.sampled_from(OPEN))} for person in people]
    return {"queue": queue, "shifts": shifts, **draw(st.fixed_dictionaries({}, optional=optional))}


@st.composite
def substitution(draw: st.DrawFn) -> dict[str, Any]:
    day = draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    last = day + timedelta(days=draw(st.integers(0, 5)))
    span = draw(
        st.sampled_from(
            [
                {"from": f"{day}", "to": f"{last}"},
                {"from": f"{day}T08:30", "to": f"{last}T18:00"},
                {"from": f"{day}T08:30", "to": f"{last + timedelta(days=1)}T00:00"},
            ]
        )
    )
    return {"person": "ada", **draw(st.sampled_from([{}, {"instead_of": "ben"}])), **span}
