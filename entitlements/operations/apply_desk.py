"""Custom fields, queues, email templates and webhook endpoints from entries of a file."""

from __future__ import annotations

from django.contrib.auth.models import User

from entitlements.as_code.difference import Change
from entitlements.as_code.keys import ConfigurationError
from entitlements.models import CannedReply, CustomField, EmailTemplate, Queue, WebhookEndpoint
from entitlements.operations.put_row import found, put


def put_custom_field(change: Change) -> None:
    """Its type stays: expressions were compiled for it and cases hold values of it."""
    entry = change.new
    kind = entry.get("type", "text")
    if change.old and change.old.get("type", "text") != kind:
        raise ConfigurationError(
            "type", f"the type of a custom field stays “{change.old.get('type', 'text')}”"
        )
    put(CustomField, {"key": entry["key"]}, {"label": entry.get("label", entry["key"]), "type": kind})


def put_queue(change: Change) -> None:
    entry = change.new
    queue = put(
        Queue,
        {"name": entry["name"]},
        {"is_restricted": entry.get("restricted", False), "is_active": entry.get("active", True)},
    )
    if "members" in entry:
        queue.members.set([_user(name) for name in entry["members"]])


def _user(name: str) -> User:
    user = User.objects.filter(username=name).first()
    if user is None:
        raise ConfigurationError("members", f"there is no user “{name}”")
    return user


def put_template(change: Change) -> None:
    entry = change.new
    values = {
        "subject": entry.get("subject", ""),
        "body": entry.get("body", ""),
        "html": entry.get("html", ""),
        "is_active": entry.get("active", True),
    }
    put(EmailTemplate, {"name": entry["name"]}, values)


def put_endpoint(change: Change) -> None:
    """A new one gets a secret of its own, which an administrator hands over from its page."""
    entry = change.new
    values = {
        "url": entry["url"],
        "is_active": entry.get("active", True),
        "events": list(entry.get("events", ())),
    }
    put(WebhookEndpoint, {"name": entry["name"]}, values)


def put_canned_reply(change: Change) -> None:
    entry = change.new
    queue = found(Queue, "queue", name=entry["queue"]) if entry.get("queue") else None
    values = {"keywords": entry.get("keywords", ""), "body": entry.get("body", ""), "queue": queue}
    put(CannedReply, {"name": entry["name"]}, values)
