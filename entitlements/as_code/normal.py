"""One way of writing each configuration: what says the same looks the same.

Defaults are left out, keys stand in one order, durations and weekly windows in one notation. The file and the
live configuration are both brought into it, so that they can be compared and the export never varies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from entitlements.as_code.keys import Given, at_key, each, listed
from entitlements.as_code.normal_escalation import normal_escalation_rule, normal_ladder, normal_rota
from entitlements.as_code.normal_mail import normal_mailbox
from entitlements.as_code.normal_process import normal_process
from entitlements.as_code.normal_promises import normal_entitlement, normal_rule, normal_template
from entitlements.as_code.normal_text import activity, kept, percent, text
from entitlements.core.definition import DEFAULT_STATUSES, Status
from entitlements.core.hours import DAYS, Window, windows_from_mapping
from entitlements.core.mail_domains import domain_of_dns

Entry = dict[str, Any]
Normal = dict[str, Any]
Called = tuple[str, ...]
ORDER = "order"
"""The place of an entry where that counts. A file does not write it: it has an order of its own."""
NO_RECURRENCES: Mapping[str, str] = MappingProxyType({})


def normal(given: Given, recurrences: Mapping[str, str] = NO_RECURRENCES) -> Normal:
    """The sections that are there, each a list of entries; `settings` is one entry.

    `recurrences` are those of milestones that are not among them. Raises ConfigurationError.
    """
    found: Normal = {}
    if given.get("settings") is not None:
        with at_key("settings"):
            found["settings"] = _settings(given["settings"])
    for name, section in SECTIONS.items():
        if given.get(name) is not None:
            found[name] = each(given, name, _reading(name, section.entry, given, recurrences))
            if section.is_ordered:
                found[name] = [{**one, ORDER: place} for place, one in enumerate(found[name], start=1)]
    return found


def _reading(
    name: str, entry: Callable[[Given], Entry], given: Given, known: Mapping[str, str]
) -> Callable[[Given], Entry]:
    """Processes need to know how often their milestones come."""
    if name != "entitlement_processes":
        return entry
    milestones = each(given, "milestones", _milestone)
    recurrences = {**known, **{one["name"]: one.get("recurrence", "none") for one in milestones}}
    return lambda one: normal_process(one, recurrences)


def in_order(document: Normal) -> Normal:
    """With sections and entries in the order of an export; lists whose order matters stay as they are."""
    ordered: Normal = {"settings": document["settings"]} if "settings" in document else {}
    for name, section in SECTIONS.items():
        if not document.get(name):
            continue
        if section.is_ordered:
            ordered[name] = sorted(document[name], key=itemgetter(ORDER))
        else:
            ordered[name] = sorted(document[name], key=lambda entry: (section.sorted_by(entry), repr(entry)))
    return ordered


def keyed(section: str, entries: Iterable[Entry]) -> dict[Called, Entry]:
    """The entries by what they are called; those called the same are told apart by a number."""
    found: dict[Called, Entry] = {}
    same: Counter[Called] = Counter()
    for entry in sorted(entries, key=repr):
        key = tuple(SECTIONS[section].sorted_by(entry))
        same[key] += 1
        found[(*key, f"#{same[key]}") if same[key] > 1 else key] = entry
    return found


# --- Settings -----------------------------------------------------------------------------------


def _settings(given: Given) -> Entry:
    statuses = each(given, "statuses", lambda one: _status(Status(**one)))
    feed = {} if given.get("milestone_feed_items", True) else {"milestone_feed_items": False}
    return feed | kept(
        allow_pausing=bool(given.get("allow_pausing", False)),
        at_risk_percent=None if given.get("at_risk_percent") in (None, 75) else given["at_risk_percent"],
        compliance_percent=None
        if given.get("compliance_percent") == 95
        else percent(given.get("compliance_percent")),
        warning_hours=text(given.get("warning_hours")),
        digest_minutes=given.get("digest_minutes") or None,
        statuses=None if statuses == [_status(one) for one in DEFAULT_STATUSES] else statuses,
        stages=[text(one) for one in listed(given, "stages")],
        priorities=[text(one) for one in listed(given, "priorities")],
    )


def _status(one: Status) -> Entry:
    return kept(
        name=text(one.name),
        default=one.default,
        closed=one.closed,
        stops_clock=one.stops_clock,
        on_customer_message=text(one.on_customer_message),
    )


def _custom_field(given: Given) -> Entry:
    key, kind = text(given["key"]), text(given.get("type"))
    label = text(given.get("label"))
    return kept(key=key, label=label if label != key else "", type=kind if kind != "text" else "")


# --- Time ---------------------------------------------------------------------------------------


def _holiday(given: Given) -> Entry:
    starts, ends = _span(given)
    whole = starts.time() == time() and ends == starts + timedelta(days=1)
    when = {"date": starts.date()} if whole else {"from": starts, "to": ends}
    return kept(name=text(given["name"]), **when, repeats=text(given.get("repeats")))


def _span(given: Given) -> tuple[datetime, datetime]:
    if "date" not in given:
        return _wall_clock(given["from"]), _wall_clock(given["to"])
    midnight = _wall_clock(_day(given["date"]).isoformat())
    return midnight, midnight + timedelta(days=1)


def _wall_clock(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _hours(given: Given) -> Entry:
    zone = text(given.get("time_zone"))
    with at_key("open"):
        windows = windows_from_mapping(given["open"])
    return kept(
        name=text(given["name"]),
        time_zone=zone if zone != "UTC" else "",
        open=weekly(windows),
        holidays=sorted(text(one) for one in listed(given, "holidays")),
        public_holidays=text(given.get("public_holidays")),
        default=bool(given.get("default", False)),
    ) | activity(given)


def weekly(windows: Iterable[Window]) -> dict[str, str]:
    """Days that are open alike are written together: `{mon-fri: "09:00-17:00"}`."""
    longest: dict[tuple[int, int], int] = {}
    for window in windows:
        opening = window.weekday, window.opens
        longest[opening] = max(window.closes, longest.get(opening, 0))
    ranges = {
        day: ", ".join(_range(opens, closes) for (on, opens), closes in sorted(longest.items()) if on == day)
        for day in sorted({day for day, _ in longest})
    }
    alike: dict[str, list[int]] = {}
    for day, written in ranges.items():
        alike.setdefault(written, []).append(day)
    return {_days(days): written for written, days in alike.items()}


def _range(opens: int, closes: int) -> str:
    return f"{_clock(opens)}-{_clock(closes if closes <= 24 * 60 else closes - 24 * 60)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _days(days: list[int]) -> str:
    """`mon-fri`, `mon,wed`, `mon-wed,sat`."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_run(run) for run in runs)


def _run(days: list[int]) -> str:
    first, last = DAYS[days[0]], DAYS[days[-1]]
    return first if first == last else f"{first},{last}" if len(days) == 2 else f"{first}-{last}"


# --- What has a name and little else ------------------------------------------------------------


def _milestone(given: Given) -> Entry:
    recurrence = text(given.get("recurrence"))
    return kept(
        name=text(given["name"]),
        description=text(given.get("description")),
        recurrence=recurrence if recurrence != "none" else "",
    ) | activity(given)


def _queue(given: Given) -> Entry:
    """Members only where they are said: people come and go, a configuration may well not know them."""
    members = {"members": sorted(map(text, given["members"]))} if given.get("members") is not None else {}
    own = kept(name=text(given["name"]), restricted=bool(given.get("restricted", False)))
    return own | members | activity(given)


def _endpoint(given: Given) -> Entry:
    return kept(
        name=text(given["name"]),
        url=text(given["url"]),
        active=None if given.get("active", True) else False,
        events=sorted(map(text, given.get("events") or ())),
    )


def _texts(*names: str) -> Callable[[Given], Entry]:
    return lambda given: kept(**{name: text(given.get(name)) for name in names}) | activity(given)


def _account(given: Given) -> Entry:
    own = _texts("name", "tier", "region", "business_hours")(given)
    domains = sorted({domain_of_dns(text(one)) for one in listed(given, "mail_domains")})
    return own | kept(mail_domains=domains)


@dataclass(frozen=True, slots=True)
class Section:
    """How an entry is written, by which of its keys it is called, and whether its place among them counts."""

    entry: Callable[[Given], Entry]
    called: tuple[str, ...] = ("name",)
    is_ordered: bool = False

    def sorted_by(self, entry: Mapping[str, Any]) -> list[str]:
        return [str(entry.get(name, "")) for name in self.called]


# Each needs at most those before it.
SECTIONS: dict[str, Section] = {
    "custom_fields": Section(_custom_field, ("key",)),
    "queues": Section(_queue),
    "email_templates": Section(_texts("name", "subject", "body", "html")),
    "webhook_endpoints": Section(_endpoint),
    "canned_replies": Section(_texts("name", "keywords", "queue", "body")),
    "holidays": Section(_holiday),
    "business_hours": Section(_hours),
    "milestones": Section(_milestone),
    "entitlement_processes": Section(lambda given: normal_process(given, {})),
    "products": Section(_texts("name")),
    "accounts": Section(_account),
    "contacts": Section(_texts("account", "name", "email"), ("account", "name")),
    "entitlement_templates": Section(normal_template),
    "entitlements": Section(normal_entitlement, ("account", "name")),
    "auto_apply": Section(normal_rule, is_ordered=True),
    "rotas": Section(normal_rota(weekly), ("queue",)),
    "escalation_ladders": Section(normal_ladder),
    "escalation_rules": Section(normal_escalation_rule),
    "mailboxes": Section(normal_mailbox),
}
