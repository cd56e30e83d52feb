"""Entitlement templates and auto-apply rules as a configuration file writes them."""

from __future__ import annotations

from typing import Any

from entitlements.models import AutoApplyRule, EntitlementTemplate, Takes


def written_template(row: EntitlementTemplate) -> dict[str, Any]:
    return {
        "name": row.name,
        "process": row.process.name,
        "type": row.type,
        "term_days": row.term_days,
        "business_hours": row.business_hours.name if row.business_hours else "",
        "products": [product.name for product in row.products.all()],
        "active": row.is_active,
    }


def written_rule(row: AutoApplyRule) -> dict[str, Any]:
    own = {"name": row.name, "active": row.is_active, "when": row.when}
    if row.template is not None:
        return {**own, "template": row.template.name}
    if row.takes == Takes.NOTHING:
        return {**own, "entitlement": "none"}
    return {**own, "entitlement": {"process": row.process.name if row.process else "", "type": row.type}}
