"""Looking into a configuration that may be wrong anywhere: whatever is not as it should be is left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from entitlements.as_code.places import Mistake, Place, YamlList, YamlMapping
from entitlements.as_code.shapes import Known
from entitlements.core.definition import DEFAULT_STATUSES, Status
from entitlements.core.expressions import CUSTOM_TYPES, CustomFields

# A file without such a section may speak of what the desk has already; one with processes brings their hours.
_MAY_BE_ELSEWHERE = (
    *("queues", "email_templates", "webhook_endpoints", "products", "accounts", "entitlement_processes"),
    *("entitlement_templates", "escalation_ladders"),
)
_COME_WITH_PROCESSES = ("holidays", "business_hours", "milestones")


def entries(given: Any, key: str) -> list[YamlMapping]:
    """The entries of a list that are mappings."""
    found = given.get(key) if isinstance(given, YamlMapping) else None
    return [one for one in found if isinstance(one, YamlMapping)] if isinstance(found, YamlList) else []


def texts(given: Any, key: str) -> list[str]:
    """The entries of a list that are texts."""
    found = given.get(key) if isinstance(given, YamlMapping) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, YamlList) else []


def text(given: YamlMapping, key: str) -> str:
    """A text by its key; empty when it is missing or something else."""
    found = given.get(key)
    return found if isinstance(found, str) else ""


def inner(given: Any, key: str) -> YamlMapping:
    """A mapping by its key; an empty one when it is missing or something else."""
    found = given.get(key) if isinstance(given, YamlMapping) else None
    return found if isinstance(found, YamlMapping) else YamlMapping(Place("", 1, 1))


def at(given: YamlMapping, key: str) -> Place:
    """Where a key stands; where its mapping begins when it is missing."""
    return given.key_places.get(key, given.place)


def mistake(given: YamlMapping, key: str, message: str) -> Mistake:
    return Mistake(at(given, key), message)


def warning(given: YamlMapping, key: str, what: str, advice: str = "", in_setup: str = "") -> Mistake:
    """`in_setup` is the advice for the live configuration, where that of files would not be understood."""
    return Mistake(at(given, key), what, is_warning=True, advice=advice, in_setup=in_setup or advice)


def rows_of(config: YamlMapping) -> Iterator[tuple[YamlMapping, YamlMapping]]:
    """Every milestone of every process, after its process."""
    for process in entries(config, "entitlement_processes"):
        for row in entries(process, "milestones"):
            yield process, row


def actions_of(row: YamlMapping) -> Iterator[YamlMapping]:
    for trigger in entries(row, "triggers"):
        yield from entries(trigger, "actions")


def statuses_of(config: YamlMapping) -> list[Status]:
    """The statuses that the file defines; the usual ones when it defines none."""
    given = entries(inner(config, "settings"), "statuses")
    found = [
        Status(name, status.get("closed") is True, status.get("stops_clock") is True)
        for status in given
        if (name := text(status, "name"))
    ]
    return found or list(DEFAULT_STATUSES)


def known_in(config: YamlMapping, of_the_scenario: CustomFields = ()) -> Known:
    """The names that a configuration defines, and its custom fields with those that a scenario has."""
    settings = inner(config, "settings")
    sections = {section for section in (*_MAY_BE_ELSEWHERE, *_COME_WITH_PROCESSES) if section in config}
    if "entitlement_processes" in config:
        sections.update(_COME_WITH_PROCESSES)
    names = {
        section: frozenset(text(one, "name") for one in entries(config, section)) - {""}
        for section in sections
    }
    names["statuses"] = frozenset(status.name for status in statuses_of(config))
    names |= {key: frozenset(texts(settings, key)) for key in ("stages", "priorities") if settings.get(key)}
    return Known(names, tuple(sorted({**dict(of_the_scenario), **dict(custom_fields_in(config))}.items())))


def custom_fields_in(config: Any) -> CustomFields:
    """The custom fields that a configuration defines."""
    given = entries(config, "custom_fields")
    kinds = [(text(one, "key"), one.get("type", "text")) for one in given]
    return tuple((key, kind) for key, kind in kinds if key.isidentifier() and kind in CUSTOM_TYPES)
