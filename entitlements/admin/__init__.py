"""The pages of Setup about what was promised, one file a page."""

from entitlements.admin import (
    accounts,
    auto_apply,
    criteria,
    email_templates,
    entitlement_templates,
    entitlements,
    holidays,
    hours,
    lint,
    milestones,
    processes,
    queues,
    rows,
    settings,
    triggers,
    versions,
)

__all__ = [
    "accounts",
    "criteria",
    "auto_apply",
    "email_templates",
    "entitlement_templates",
    "entitlements",
    "holidays",
    "hours",
    "lint",
    "milestones",
    "processes",
    "queues",
    "rows",
    "settings",
    "triggers",
    "versions",
]
