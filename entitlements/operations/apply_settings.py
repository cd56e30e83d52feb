"""Entitlement Settings with their lists, which a file gives as a whole: what is not in a list goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Model

from entitlements.as_code.keys import ConfigurationError, at_key
from entitlements.core.definition import DEFAULT_STATUSES, Status
from entitlements.models import CasePriority, CaseStage, CaseStatus, EntitlementSettings
from entitlements.operations.put_row import put
from entitlements.queries.used_by import used_by


def put_settings(entry: dict[str, Any]) -> None:
    """Raises ConfigurationError when a status, stage or priority that would go is in use."""
    values = {
        "allow_pausing": entry.get("allow_pausing", False),
        "at_risk_percent": entry.get("at_risk_percent", 75),
        "compliance_percent": Decimal(str(entry.get("compliance_percent", 95))),
        "milestone_feed_items": entry.get("milestone_feed_items", True),
        "digest_minutes": entry.get("digest_minutes", 0),
    }
    row = EntitlementSettings.objects.filter(pk=1).first()
    if row is None or any(getattr(row, name) != value for name, value in values.items()):
        put(EntitlementSettings, {"pk": 1}, values)
    with at_key("statuses"):
        _put_statuses(statuses_of(entry))
    for key, model in (("stages", CaseStage), ("priorities", CasePriority)):
        with at_key(key):
            _put_names(model, entry.get(key, ()))


def statuses_of(entry: dict[str, Any]) -> list[Status]:
    """Those that the entry says, else those of a desk that says none."""
    said = entry.get("statuses")
    return list(DEFAULT_STATUSES) if said is None else [Status(**one) for one in said]


def _put_statuses(wanted: Sequence[Status]) -> None:
    rows = {row.name: row for row in CaseStatus.objects.all()}
    if [row.value() for row in rows.values()] == list(wanted):
        return
    _make_way(rows.values(), wanted)
    for position, one in enumerate(wanted, start=1):
        values = {"position": position, "is_closed": one.closed, "stops_clock": one.stops_clock}
        rows[one.name] = put(CaseStatus, {"name": one.name}, {**values, "is_default": one.default})
    for one in wanted:
        leads_to = rows.get(one.on_customer_message)
        if one.on_customer_message and leads_to is None:
            raise ConfigurationError("", f"there is no status “{one.on_customer_message}”")
        if rows[one.name].on_customer_message_id != (one.on_customer_message or None):
            put(CaseStatus, {"name": one.name}, {"on_customer_message": leads_to})
    _remove_others(CaseStatus, {one.name for one in wanted})


def _make_way(rows: Iterable[CaseStatus], wanted: Sequence[Status]) -> None:
    """There is one default at a time, and what goes leads nowhere."""
    names, defaults = {one.name for one in wanted}, {one.name for one in wanted if one.default}
    for row in rows:
        if row.name not in names and row.on_customer_message_id is not None:
            row.on_customer_message = None
            row.save()
        if row.is_default and row.name not in defaults:
            row.is_default = False
            row.save()


def _put_names(model: type[CaseStage] | type[CasePriority], wanted: Sequence[str]) -> None:
    if list(model._default_manager.values_list("name", flat=True)) == list(wanted):
        return
    for position, name in enumerate(wanted, start=1):
        put(model, {"name": name}, {"position": position})
    _remove_others(model, set(wanted))


def _remove_others(model: type[Model], wanted: set[str]) -> None:
    """Those in use stay, and so does everything: it is said who uses them."""
    refused = []
    for row in model._default_manager.exclude(pk__in=wanted):
        users = used_by(row)
        if users:
            refused.append(f"“{row}” is not in the list, but in use ({'; '.join(users)})")
        else:
            row.delete()
    if refused:
        raise ConfigurationError("", " ".join(refused))
