"""The pages of Setup about what happened, and about the people of the desk."""

from cases.admin import (
    bulk_publishing,
    configuration,
    criteria,
    deliveries,
    engine,
    holidays,
    hours,
    machinery,
    mailboxes,
    people,
    publishing,
    received_mail,
    rollouts,
    try_auto_apply,
    version_pages,
    webhook_endpoints,
)

__all__ = [
    "bulk_publishing",
    "configuration",
    "criteria",
    "deliveries",
    "engine",
    "holidays",
    "hours",
    "machinery",
    "mailboxes",
    "people",
    "publishing",
    "received_mail",
    "rollouts",
    "try_auto_apply",
    "version_pages",
    "webhook_endpoints",
]
