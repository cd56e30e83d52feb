"""Mailboxes, mail domains and the hours of alerts from entries of a file."""

from __future__ import annotations

from typing import Any

from entitlements.as_code.difference import Change
from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.normal_mail import DEFAULTS
from entitlements.core.mail_domains import NoDomain, checked_domains
from entitlements.models import Account, BusinessHours, CasePriority, EntitlementSettings, Mailbox, Queue
from entitlements.operations.mail_domains import set_domains
from entitlements.operations.put_row import found, put


def put_mailbox(change: Change) -> None:
    """Its password stays; a new one has none until Setup is told."""
    entry = {**DEFAULTS, **change.new}
    values = {name: entry.get(name, "") for name in ("address", "sender_name", "host", "user", "done_folder")}
    for name in ("port", "security", "folder", "when_closed", "reopen_days"):
        values[name] = entry.get(name)
    put(
        Mailbox,
        {"name": entry["name"]},
        {
            **values,
            "is_active": entry.get("read", True),
            "machines_open_cases": entry.get("machines_open_cases", False),
            "queue": _named(Queue, "queue", entry),
            "priority": _named(CasePriority, "priority", entry),
            "account": _named(Account, "account", entry),
        },
    )


def put_mail_domains(account: Account, entry: dict[str, Any]) -> None:
    try:
        set_domains(account, checked_domains(entry.get("mail_domains", ())))
    except NoDomain as fault:
        raise ConfigurationError("mail_domains", str(fault)) from None


def put_warning_hours(entry: dict[str, Any]) -> None:
    """After the hours themselves."""
    hours = _named(BusinessHours, "warning_hours", entry)
    row = EntitlementSettings.objects.get(pk=1)
    if row.warning_hours_id != (hours.pk if hours else None):
        row.warning_hours = hours
        row.save()


def _named(model: Any, key: str, entry: dict[str, Any]) -> Any:
    return found(model, key, name=entry[key]) if entry.get(key) else None
