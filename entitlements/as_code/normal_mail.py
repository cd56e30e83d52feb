"""Mailboxes in the one way of writing, and from their rows."""

from __future__ import annotations

from typing import Any

from entitlements.as_code.keys import Given
from entitlements.as_code.normal_text import kept, text
from entitlements.models import Mailbox

DEFAULTS = {"port": 993, "security": "tls", "folder": "INBOX", "when_closed": "reopen"}
TEXTS = ("name", "address", "sender_name", "host", "security", "user", "folder", "done_folder")
NAMED = ("queue", "priority", "account", "when_closed")


def normal_mailbox(given: Given) -> dict[str, Any]:
    texts = {name: text(given.get(name)) for name in (*TEXTS, *NAMED)}
    numbers = {name: given.get(name) for name in ("port", "reopen_days")}
    found = kept(**texts, **numbers, machines_open_cases=bool(given.get("machines_open_cases", False)))
    read = {} if given.get("read", True) else {"read": False}
    return {name: value for name, value in found.items() if DEFAULTS.get(name) != value} | read


def written_mailboxes() -> list[dict[str, Any]]:
    """Without passwords."""
    return [_written(row) for row in Mailbox.objects.select_related("account")]


def _written(row: Mailbox) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in TEXTS},
        "port": row.port,
        "read": row.is_active,
        "queue": row.queue_id or "",
        "priority": row.priority_id or "",
        "account": row.account.name if row.account else "",
        "when_closed": row.when_closed,
        "reopen_days": row.reopen_days,
        "machines_open_cases": row.machines_open_cases,
    }
