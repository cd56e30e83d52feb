"""Entitlements, their templates and auto-apply rules in the one way of writing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from entitlements.as_code.keys import Given, listed
from entitlements.as_code.normal_text import activity, expression, kept, percent, text

Entry = dict[str, Any]


def normal_entitlement(given: Given) -> Entry:
    names = ("name", "account", "contact", "product", "type", "process", "business_hours", "template")
    dates = {name: _day(given[name]) for name in ("start_date", "end_date") if given.get(name) is not None}
    own = {name: text(given.get(name)) for name in names}
    return kept(**own, compliance_percent=percent(given.get("compliance_percent")), **dates)


def normal_template(given: Given) -> Entry:
    own = kept(
        name=text(given["name"]),
        process=text(given.get("process")),
        type=text(given.get("type")),
        term_days=given.get("term_days"),
        business_hours=text(given.get("business_hours")),
        products=sorted(text(one) for one in listed(given, "products")),
    )
    return own | activity(given)


def normal_rule(given: Given) -> Entry:
    """Its place in the order is added by whoever reads all of them."""
    meant = given.get("entitlement")
    if isinstance(meant, Mapping):
        meant = kept(process=text(meant.get("process")), type=text(meant.get("type")))
    own = kept(
        name=text(given["name"]),
        when=expression(given.get("when")),
        entitlement="" if meant == "any" else meant,
        template=text(given.get("template")),
    )
    return own | activity(given)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
