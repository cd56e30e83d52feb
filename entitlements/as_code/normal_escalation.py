"""Rotas, escalation ladders and escalation rules in the one way of writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from entitlements.as_code.keys import Given, at_key, each, listed
from entitlements.as_code.normal_text import expression, kept, text
from entitlements.core.durations import minutes_of, written_duration
from entitlements.core.hours import Window, windows_from_mapping

Entry = dict[str, Any]
Weekly = Callable[[Iterable[Window]], dict[str, str]]
ORDER_OF_PARTS = ("assign", "escalate", "notify", "email")
ORDER_WITHIN = ("queue", "user", "level", "ladder", "to", "template", "text")


def normal_ladder(given: Given) -> Entry:
    levels = sorted(each(given, "levels", _level), key=lambda one: minutes_of(one["after"]))
    return kept(
        name=text(given["name"]),
        description=text(given.get("description")),
        business_hours=_counted(given),
        levels=levels,
        repeat=given.get("repeat") or None,
        repeat_after=_duration(given, "repeat_after") if given.get("repeat") else "",
    )


def _level(given: Given) -> Entry:
    return kept(after=_duration(given, "after"), to=_told(given), template=text(given.get("template")))


def normal_escalation_rule(given: Given) -> Entry:
    return kept(
        name=text(given["name"]),
        description=text(given.get("description")),
        active=bool(given.get("active", False)),
        entries=each(given, "entries", _rule_entry),
    )


def _rule_entry(given: Given) -> Entry:
    since = text(given.get("since"))
    actions = sorted(each(given, "actions", _age_action), key=lambda one: minutes_of(one["after"]))
    return kept(
        name=text(given["name"]),
        when=expression(given.get("when")),
        business_hours=_counted(given),
        since=since if since != "created" else "",
        until_changed=bool(given.get("until_changed", False)),
        actions=actions,
    )


def _age_action(given: Given) -> Entry:
    parts = {name: _part(given[name]) for name in ORDER_OF_PARTS if given.get(name) is not None}
    return {"after": _duration(given, "after"), **parts}


def _part(given: Given) -> Entry:
    values = {name: _plain(name, given) for name in ORDER_WITHIN if given.get(name) not in (None, "")}
    return values


def _plain(name: str, given: Given) -> Any:
    if name == "to":
        return _told(given)
    return given[name] if name == "level" else text(given[name])


def normal_rota(weekly: Weekly) -> Callable[[Given], Entry]:
    """`weekly` writes windows."""

    def shift(given: Given) -> Entry:
        with at_key("open"):
            windows = windows_from_mapping(given["open"])
        return {"person": text(given["person"]), "open": weekly(windows)}

    def rota(given: Given) -> Entry:
        zone = text(given.get("time_zone"))
        return kept(
            queue=text(given["queue"]),
            time_zone=zone if zone != "UTC" else "",
            covered=text(given.get("covered")),
            shifts=sorted(each(given, "shifts", shift), key=lambda one: one["person"]),
            substitutions=each(given, "substitutions", _substitution),
        )

    return rota


def _substitution(given: Given) -> Entry:
    starts, ends = local_span(given)
    whole = starts.time() == time() == ends.time()
    return {
        **kept(person=text(given["person"]), instead_of=text(given.get("instead_of"))),
        "from": starts.date() if whole else starts,
        "to": ends.date() - timedelta(days=1) if whole else ends,
    }


def local_span(given: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """From–to in local time: a day that it ends on belongs to it. Raises ValueError."""
    starts, ends = _wall(given["from"]), _wall(given["to"])
    return starts, ends + timedelta(days=1) if _is_day(given["to"]) else ends


def _wall(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time()) if isinstance(value, date) else datetime.fromisoformat(str(value))


def _is_day(value: Any) -> bool:
    return (isinstance(value, date) and not isinstance(value, datetime)) or len(str(value)) == 10


def _counted(given: Given) -> str:
    named = text(given.get("business_hours"))
    return named if named != "24/7" else ""


def _duration(given: Given, key: str) -> str:
    with at_key(key):
        return written_duration(minutes_of(str(given.get(key, 0))))


def _told(given: Given) -> list[str]:
    to = given.get("to")
    return [text(to)] if isinstance(to, str) else [text(one) for one in listed(given, "to")]
