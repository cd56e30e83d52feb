"""Random valid configurations, as a file would have them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from entitlements.core.outbound import OutboundEvent
from tests.as_code.escalation_configurations import ladder, rota
from tests.as_code.escalation_configurations import rule as escalation_rule

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), min_size=1, max_size=12
).filter(str.strip)
NAMES = WORDS.map(str.strip).filter(lambda name: name and name not in ("case", "24/7"))
TEXTS = st.text(st.sampled_from("aß☃ '\":#-{}[]|>\\\n\t%&*!?@,"), max_size=20)
FIELDS = ("created_at", "last_customer_message_at", "custom.visit")
CONDITIONS = (
    'case.priority == "High"',
    "case.is_escalated || case.reopen_count > 1",
    "account.tier == 'Gold'",
    "true",
    'case.custom.visit > timestamp("2026-01-01T00:00:00Z")',
)
FORMULAS = ('case.priority == "High" ? 15 : 60', "60", "case.escalation_level * 10 + 1")
DURATIONS = ("0m", "10m", "90m", "2h", "1d 4h", "1h 30m")
ZONES = ("UTC", "Europe/Berlin", "America/New_York")
OPEN = (
    {"mon-fri": "09:00-13:00, 14:00-18:00", "sat": "10:00-14:00"},
    {"mon,wed": "20:00-06:00"},
    {"mon": "00:00-24:00", "tue-sun": "08:00-12:00"},
)
URLS = ("https://hooks.example.com/desk?x=1", "http://93.184.216.34:8080/")
ACTIONS: tuple[dict[str, Any], ...] = (
    {"set": {"priority": "High", "type": "Ünïcode: yes"}},
    {"assign": {"queue": "Claims"}},
    {"assign": {"user": "ada"}},
    {"escalate": {"level": 2}},
    {"escalate": {"level": 1, "ladder": "Elsewhere"}},
    {"escalate": {}},
    {"task": {"subject": "Call: back", "assign_to": "owner", "due": "30m"}},
    {"notify": {"to": ["supervisors", "queue"], "text": "#1"}},
    {"email": {"to": "owner", "template": "late"}},
    {"email": {"to": ["lead@example.com", "owner"]}},
)


def unique(names: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(names, min_size=1, max_size=most, unique=True)


def maybe(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    holidays = draw(unique(NAMES))
    hours = draw(unique(NAMES))
    milestones = draw(unique(NAMES))
    accounts = draw(unique(NAMES))
    processes = draw(unique(NAMES, 2))
    templates = draw(unique(NAMES, 2))
    default = draw(st.sampled_from([*hours, None]))
    return {
        "settings": draw(settings()),
        "custom_fields": [
            {"key": "visit", "type": "date"},
            {"key": "size", "label": "Size", "type": "whole"},
        ],
        "queues": [
            {"name": name} for name in ["Claims", *draw(unique(NAMES.filter(lambda one: one != "Claims")))]
        ],
        "email_templates": [{"name": "late", "subject": "{{case.number}}", "body": draw(TEXTS) + "x"}],
        "webhook_endpoints": [draw(endpoint(name)) for name in draw(unique(NAMES))],
        "canned_replies": [{"name": "Thanks", "queue": "Claims", "body": draw(TEXTS) + "x"}],
        "holidays": [draw(holiday(name)) for name in holidays],
        "business_hours": [
            draw(business_hours(name, holidays)) | {"default": name == default} for name in hours
        ],
        "milestones": [draw(milestone(name)) for name in milestones],
        "entitlement_processes": [draw(process(name, milestones, hours)) for name in processes],
        "products": [{"name": "Boat"}],
        "accounts": [draw(account(name, hours)) for name in accounts],
        "contacts": draw(
            st.lists(contact(accounts), max_size=3, unique_by=lambda one: repr(sorted(one.items())))
        ),
        "entitlement_templates": [draw(template(name, processes, hours)) for name in templates],
        "entitlements": draw(
            st.lists(entitlement(accounts, processes, hours, templates), max_size=4, unique_by=_promised)
        ),
        "auto_apply": [draw(rule(name, processes, templates)) for name in draw(unique(NAMES))],
        **draw(escalation(hours)),
    }


@st.composite
def escalation(draw: st.DrawFn, hours: list[str]) -> dict[str, Any]:
    rules = [draw(escalation_rule(name, draw(unique(NAMES, 2)), hours)) for name in draw(unique(NAMES, 2))]
    rules[0] |= draw(maybe(active=st.booleans()))
    ladders = ["Elsewhere", *draw(unique(NAMES.filter(lambda one: one != "Elsewhere"), 2))]
    return {
        "rotas": draw(st.lists(rota("Claims", hours), max_size=1)),
        "escalation_ladders": [draw(ladder(name, hours)) for name in ladders],
        "escalation_rules": rules,
    }


def _promised(entitlement: dict[str, Any]) -> tuple[Any, ...]:
    """What may not be there twice."""
    return tuple(entitlement.get(key) for key in ("account", "name", "product", "process", "start_date"))


@st.composite
def endpoint(draw: st.DrawFn, name: str) -> dict[str, Any]:
    events = st.lists(st.sampled_from([str(event) for event in OutboundEvent]), unique=True)
    given = draw(maybe(active=st.booleans(), events=events))
    return {"name": name, "url": draw(st.sampled_from(URLS)), **given}


@st.composite
def settings(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.sampled_from([None, ("New", "Closed"), ("Neu", "In Arbeit", "Zu: Ende")]))
    given = draw(
        maybe(
            allow_pausing=st.booleans(),
            at_risk_percent=st.integers(51, 99),
            compliance_percent=st.sampled_from([95, 99.95]),
            stages=unique(NAMES),
            priorities=st.just(["Low", "High"]),
        )
    )
    if names is None:
        return given
    statuses = [{"name": name} | draw(maybe(stops_clock=st.booleans())) for name in names]
    statuses[0] |= {"default": True, "on_customer_message": names[-1]}
    statuses[-1] |= {"closed": True}
    return given | {"statuses": statuses}


def days() -> st.SearchStrategy[date]:
    return st.dates(date(2000, 1, 1), date(2100, 1, 1))


@st.composite
def holiday(draw: st.DrawFn, name: str) -> dict[str, Any]:
    day = draw(days())
    if draw(st.booleans()):
        when = {"date": day.isoformat()}
    else:
        ends = day + timedelta(days=draw(st.integers(0, 3)))
        when = {"from": f"{day}T08:30", "to": f"{ends}T{draw(st.sampled_from(['12:00', '23:59:59']))}"}
    return {"name": name, **when} | draw(maybe(repeats=st.just("FREQ=YEARLY")))


def business_hours(name: str, holidays: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"name": st.just(name), "open": st.sampled_from(OPEN)},
        optional={
            "time_zone": st.sampled_from(ZONES),
            "holidays": st.lists(st.sampled_from(holidays), unique=True),
            "public_holidays": st.sampled_from(["DE-BY", "US"]),
        },
    )


def milestone(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"name": st.just(name)},
        optional={
            "description": TEXTS,
            "recurrence": st.sampled_from(["none", "sequential", "independent"]),
        },
    )


def process(name: str, milestones: list[str], hours: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "name": st.just(name),
            "milestones": st.lists(row(milestones, hours), min_size=1, max_size=4),
        },
        optional={
            "description": TEXTS,
            "active": st.booleans(),
            "business_hours": st.sampled_from([*hours, "case", "24/7"]),
            "enter_at": st.sampled_from(FIELDS),
            "exit_when": st.sampled_from([*CONDITIONS, "case.is_closed"]),
            "on_reentry": st.sampled_from(["keep", "restart"]),
        },
    )


@st.composite
def row(draw: st.DrawFn, milestones: list[str], hours: list[str]) -> dict[str, Any]:
    target = draw(
        st.one_of(
            st.integers(1, 5000).map(lambda minutes: {"minutes": minutes}),
            st.sampled_from(FORMULAS).map(lambda formula: {"formula": formula}),
        )
    )
    completions = [
        "agent_reply",
        "case_closed",
        "manual",
        {"when": CONDITIONS[0]},
        {"when": "milestone.occurrence > 1"},
    ]
    return {"milestone": draw(st.sampled_from(milestones)), **target} | draw(
        maybe(
            start=st.sampled_from(["entry", "criteria", *FIELDS]),
            when=st.sampled_from(CONDITIONS),
            complete_on=st.sampled_from(completions),
            pause_when=st.sampled_from(CONDITIONS),
            cancel_when_criteria_end=st.booleans(),
            business_hours=st.sampled_from([*hours, "case", "24/7"]),
            triggers=st.lists(trigger(), max_size=4),
        )
    )


def trigger() -> st.SearchStrategy[dict[str, Any]]:
    moments = st.one_of(
        st.integers(1, 99).map(lambda percent: {"warning": f"{percent}%"}),
        st.sampled_from(DURATIONS).map(lambda offset: {"warning": offset}),
        st.sampled_from(DURATIONS).map(lambda offset: {"violation": offset}),
        st.just({"success": None}),
    )
    actions = maybe(actions=st.lists(st.sampled_from(ACTIONS), max_size=3))
    return st.tuples(moments, actions).map(lambda parts: parts[0] | parts[1])


def account(name: str, hours: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"name": st.just(name)},
        optional={"tier": WORDS, "region": WORDS, "business_hours": st.sampled_from(hours)},
    )


def contact(accounts: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"account": st.sampled_from(accounts), "name": st.sampled_from(["Ada", "Grace"])},
        optional={"email": st.sampled_from(["ada@example.com", "grace@example.com"])},
    )


def template(name: str, processes: list[str], hours: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"name": st.just(name), "process": st.sampled_from(processes)},
        optional={
            "type": WORDS,
            "term_days": st.integers(1, 36_525),
            "business_hours": st.sampled_from(hours),
            "products": st.sampled_from([[], ["Boat"]]),
            "active": st.booleans(),
        },
    )


@st.composite
def rule(draw: st.DrawFn, name: str, processes: list[str], templates: list[str]) -> dict[str, Any]:
    gives = st.one_of(
        maybe(entitlement=st.sampled_from(["any", "none"])),
        maybe(entitlement=maybe(process=st.sampled_from(processes), type=WORDS)),
        st.fixed_dictionaries({"template": st.sampled_from(templates)}),
    )
    common = maybe(when=st.sampled_from(CONDITIONS), active=st.booleans())
    return {"name": name} | draw(common) | draw(gives)


def entitlement(
    accounts: list[str], processes: list[str], hours: list[str], templates: list[str]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Support", "Repair: boats"]),
            "account": st.sampled_from(accounts),
            "process": st.sampled_from(processes),
            "start_date": days().map(str),
        },
        optional={
            "product": st.just("Boat"),
            "type": WORDS,
            "business_hours": st.sampled_from(hours),
            "template": st.sampled_from(templates),
            "end_date": st.just("2200-01-01"),
            "compliance_percent": st.sampled_from([90, 99.5, 100]),
        },
    )
