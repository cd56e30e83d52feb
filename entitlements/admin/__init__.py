"""The pages of Setup about what was promised, one file a page."""

from entitlements.admin import (
    accounts,
    criteria,
    email_templates,
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
    "email_templates",
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
