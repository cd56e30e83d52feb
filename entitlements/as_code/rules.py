"""What a configuration must keep to beyond the shape of its values: every mistake, at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from entitlements.as_code.calendar_rules import calendar_rules
from entitlements.as_code.case_fields import mistakes_in_fields
from entitlements.as_code.contents import (
    actions_of,
    at,
    entries,
    inner,
    mistake,
    rows_of,
    text,
    texts,
    warning,
)
from entitlements.as_code.escalation_rules import mistakes_of_escalation
from entitlements.as_code.near_names import not_among
from entitlements.as_code.places import Mistake, YamlMapping
from entitlements.as_code.shapes import Known
from entitlements.core.definition import CRITERIA, ENTRY, TriggerKind
from entitlements.core.expressions import speaks_of
from entitlements.core.state import DATE_FIELDS
from entitlements.core.web_address import wrong_url

# What makes two entries of a section the same.
_IDENTITY = {
    "custom_fields": ("key",),
    "queues": ("name",),
    "email_templates": ("name",),
    "webhook_endpoints": ("name",),
    "canned_replies": ("name",),
    "holidays": ("name",),
    "business_hours": ("name",),
    "milestones": ("name",),
    "entitlement_processes": ("name",),
    "products": ("name",),
    "accounts": ("name",),
    "contacts": ("account", "name", "email"),
    "entitlement_templates": ("name",),
    "auto_apply": ("name",),
    "rotas": ("queue",),
    "escalation_ladders": ("name",),
    "escalation_rules": ("name",),
    "mailboxes": ("name",),
    "entitlements": ("account", "name", "contact", "product", "process", "start_date"),
}
# Nothing refers to these by name alone, and a desk may have two that are the same.
_MAY_BE_TWICE = ("contacts", "entitlements")


def mistakes_against_rules(config: YamlMapping, known: Known, year: int) -> Iterator[Mistake]:
    """Every mistake but those of shape and of names that are there twice.

    `year` is the one from which hours must be open at some time.
    """
    for rule in (_settings, _endpoints, _entitlements, _auto_apply, mistakes_of_escalation):
        yield from rule(config)
    yield from calendar_rules(config, year)
    yield from _processes(config, known)


def _endpoints(config: YamlMapping) -> Iterator[Mistake]:
    """Whether its operator allows a host is known to the desk alone; how a URL is written is known here."""
    for endpoint in entries(config, "webhook_endpoints"):
        wrong = wrong_url(text(endpoint, "url")) if text(endpoint, "url") else ""
        if wrong and "not a public address" not in wrong:
            yield mistake(endpoint, "url", wrong)


def names_there_twice(config: YamlMapping) -> Iterator[Mistake]:
    """Entries that cannot be told apart."""
    settings = inner(config, "settings")
    for section, keys in _IDENTITY.items():
        yield from _twice_in(section, entries(config, section), keys)
    yield from _twice_in("statuses", entries(settings, "statuses"), ("name",))
    for section in ("stages", "priorities"):
        names = texts(settings, section)
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield mistake(settings, section, f"“{name}” is there twice in {section}; keep one of them")


def _twice_in(section: str, given: list[YamlMapping], keys: tuple[str, ...]) -> Iterator[Mistake]:
    first: dict[tuple[str, ...], int] = {}
    for one in given:
        identity = tuple(str(one.get(key) or "") for key in keys)
        if any(identity) and identity in first:
            called = " / ".join(part for part in identity if part)
            tell = warning if section in _MAY_BE_TWICE else mistake
            yield tell(one, keys[0], _already(section, called, first[identity]))
        first.setdefault(identity, at(one, keys[0]).line)


def _already(section: str, name: str, line: int) -> str:
    return f"“{name}” is there twice in {section}: it stands in line {line} already; rename or remove one"


def _settings(config: YamlMapping) -> Iterator[Mistake]:
    defaults = [one for one in entries(inner(config, "settings"), "statuses") if one.get("default") is True]
    for one in defaults[1:]:
        line = at(defaults[0], "default").line
        yield mistake(one, "default", f"the default status stands in line {line} already; only one is")


def _entitlements(config: YamlMapping) -> Iterator[Mistake]:
    people: dict[str, set[str]] = {}
    for person in entries(config, "contacts"):
        people.setdefault(text(person, "account"), set()).update(
            {text(person, "name"), text(person, "email")} - {""}
        )
    for one in entries(config, "entitlements"):
        contact, start, end = text(one, "contact"), text(one, "start_date"), text(one, "end_date")
        theirs = sorted(people.get(text(one, "account"), ()))
        if contact and "contacts" in config and contact not in theirs:
            message = f"“{text(one, 'account')}” has no contact “{contact}”"
            yield mistake(one, "contact", not_among(message, contact, theirs))
        if end and end < start:
            yield mistake(one, "end_date", f"it ends on {end}, before it starts on {start}; exchange them")


def _auto_apply(config: YamlMapping) -> Iterator[Mistake]:
    for rule in entries(config, "auto_apply"):
        if rule.get("template") is not None and rule.get("entitlement") is not None:
            yield mistake(rule, "template", "there are both an entitlement and a template; keep one of them")
        if speaks_of(text(rule, "when"), "case.entitlement", "entitlement.type"):
            what = "these criteria choose the entitlement and cannot ask about it"
            yield mistake(rule, "when", f"{what}; ask about case, account, contact or product")


def _processes(config: YamlMapping, known: Known) -> Iterator[Mistake]:
    for process in entries(config, "entitlement_processes"):
        yield from _date_field(process, "enter_at", (), known)
    for _, row in rows_of(config):
        yield from _date_field(row, "start", (ENTRY, CRITERIA), known)
        yield from _target(row)
        for trigger in entries(row, "triggers"):
            yield from _trigger(trigger)
        for action in actions_of(row):
            yield from _action(action, known)


def _date_field(given: YamlMapping, key: str, also: tuple[str, ...], known: Known) -> Iterator[Mistake]:
    """`start` and `enter_at` name a date-time field of the case, `case.` and `custom.` being understood."""
    name = text(given, key)
    own = [field for field, kind in known.custom if kind == "date"]
    may_stand = [*also, *DATE_FIELDS, *(f"custom.{field}" for field in own)]
    if name and name.removeprefix("case.") not in (*may_stand, *own):
        yield mistake(given, key, not_among(f"a case has no date-time field “{name}”", name, may_stand))


def _target(row: YamlMapping) -> Iterator[Mistake]:
    has = [key for key in ("minutes", "formula") if row.get(key) is not None]
    if len(has) == 2:
        yield mistake(row, "formula", "there are both minutes and a formula; keep one of them")
    if not has:
        what = "a target is missing; give minutes (such as minutes: 30) or a formula"
        yield mistake(row, "milestone", what)


def _trigger(trigger: YamlMapping) -> Iterator[Mistake]:
    kinds = [str(kind) for kind in TriggerKind if str(kind) in trigger]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "nothing"
        what = f"a trigger is one of warning, violation, success; here is {found}"
        yield Mistake(trigger.place, what)
    if trigger.get("warning") in ("0%", "100%"):
        yield mistake(trigger, "warning", "a warning comes at 1% to 99% of the target's time")
    if trigger.get("success") is False:
        yield mistake(trigger, "success", "a success trigger is written “success:” with nothing after it")


def _action(action: YamlMapping, known: Known) -> Iterator[Mistake]:
    if len(action) != 1:
        found = ", ".join(action) or "none"
        yield Mistake(action.place, f"an action has one key, its kind; here are {found}: make each an entry")
        return
    ((kind, parameters),) = action.items()
    rule = _ACTIONS.get(kind)
    if rule and isinstance(parameters, YamlMapping | None):
        yield from rule(action, inner(action, kind), known)


def _set(action: YamlMapping, fields: YamlMapping, known: Known) -> Iterator[Mistake]:
    if not fields:
        yield mistake(action, "set", "an update without fields; write for example set: {priority: High}")
    yield from mistakes_in_fields(fields, known, is_change=True)


def _assign(action: YamlMapping, given: YamlMapping, known: Known) -> Iterator[Mistake]:
    if not (given.get("queue") or given.get("user")):
        yield mistake(action, "assign", "an assignment to nobody; write queue: NAME or user: NAME")


_ACTIONS: dict[str, Callable[[YamlMapping, YamlMapping, Known], Iterator[Mistake]]] = {
    "set": _set,
    "assign": _assign,
}
