"""Entitlement templates and auto-apply rules from entries of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from entitlements.as_code.difference import Change
from entitlements.as_code.keys import at_key
from entitlements.models import (
    AutoApplyRule,
    BusinessHours,
    EntitlementProcess,
    EntitlementTemplate,
    Product,
    Takes,
)
from entitlements.operations.order_rules import put_in_order
from entitlements.operations.put_row import found, put


def put_entitlement_template(change: Change) -> None:
    entry = change.new
    hours = entry.get("business_hours")
    values = {
        "process": found(EntitlementProcess, "process", name=entry.get("process", "")),
        "type": entry.get("type", ""),
        "term_days": entry.get("term_days"),
        "business_hours": found(BusinessHours, "business_hours", name=hours) if hours else None,
        "is_active": entry.get("active", True),
    }
    template = put(EntitlementTemplate, {"name": entry["name"]}, values)
    template.products.set([found(Product, "products", name=name) for name in entry.get("products", ())])


def put_rule(change: Change) -> None:
    """Without its place: the places of all are put at the end."""
    entry = change.new
    put(
        AutoApplyRule,
        {"name": entry["name"]},
        {"when": entry.get("when", ""), "is_active": entry.get("active", True), **_takes(entry)},
    )


def _takes(entry: Mapping[str, Any]) -> dict[str, Any]:
    nothing = {"template": None, "process": None, "type": ""}
    if named := entry.get("template"):
        template = found(EntitlementTemplate, "template", name=named)
        return {**nothing, "takes": Takes.TEMPLATE, "template": template}
    meant = entry.get("entitlement", {})
    if meant == "none":
        return {**nothing, "takes": Takes.NOTHING}
    process = meant.get("process")
    with at_key("entitlement"):
        narrowed = found(EntitlementProcess, "process", name=process) if process else None
    return {**nothing, "takes": Takes.PROMISED, "process": narrowed, "type": meant.get("type", "")}


def put_rules_in_order(names: Sequence[str]) -> None:
    """These first, the others behind them as they stand."""
    wanted = {name: place for place, name in enumerate(names)}
    rules = sorted(AutoApplyRule.objects.all(), key=lambda rule: wanted.get(rule.name, len(wanted)))
    put_in_order(rules)
