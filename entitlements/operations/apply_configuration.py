"""A configuration file becomes the live configuration, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.contrib.auth.models import User
from django.db import transaction

from entitlements.as_code.difference import Change, Kind, differences, to_make
from entitlements.as_code.export import live
from entitlements.as_code.keys import ConfigurationError, at_key
from entitlements.as_code.normal import SECTIONS, Normal, keyed
from entitlements.models import ChangeVerb, ConfigurationRevision, ProcessVersion
from entitlements.operations.apply_customers import put_account, put_contact, put_entitlement, put_product
from entitlements.operations.apply_desk import (
    put_canned_reply,
    put_custom_field,
    put_endpoint,
    put_queue,
    put_template,
)
from entitlements.operations.apply_escalation import put_escalation_rule, put_ladder, put_rota
from entitlements.operations.apply_mail import put_mailbox, put_warning_hours
from entitlements.operations.apply_process import put_process
from entitlements.operations.apply_promises import (
    put_entitlement_template,
    put_rule,
    put_rules_in_order,
)
from entitlements.operations.apply_settings import put_settings
from entitlements.operations.apply_time import put_holiday, put_hours, put_milestone
from entitlements.operations.audit import write_down_file


@dataclass(frozen=True, slots=True)
class Applied:
    """What was changed, and the versions of processes that were published."""

    changes: Sequence[Change] = ()
    versions: Sequence[ProcessVersion] = ()


PUT = {
    "custom_fields": put_custom_field,
    "queues": put_queue,
    "email_templates": put_template,
    "webhook_endpoints": put_endpoint,
    "canned_replies": put_canned_reply,
    "holidays": put_holiday,
    "business_hours": put_hours,
    "milestones": put_milestone,
    "products": put_product,
    "accounts": put_account,
    "contacts": put_contact,
    "entitlement_templates": put_entitlement_template,
    "entitlements": put_entitlement,
    "auto_apply": put_rule,
    "rotas": put_rota,
    "escalation_ladders": put_ladder,
    "escalation_rules": put_escalation_rule,
    "mailboxes": put_mailbox,
}


def refusal(document: Normal, now: datetime) -> ConfigurationError | None:
    """Why the desk would not take it: it is tried, and taken back."""
    try:
        with transaction.atomic():
            apply_configuration(document, None, now)
            transaction.set_rollback(True)
    except ConfigurationError as why:
        return why
    return None


@transaction.atomic
def apply_configuration(document: Normal, by: User | None, now: datetime) -> Applied:
    """Make what differs so. `document` is in its normal form.

    What is the same is not touched: applied again, nothing changes. Raises ConfigurationError with the path
    of what the desk cannot take; then nothing has been changed.
    """
    ConfigurationRevision.objects.select_for_update().filter(pk=1).first()
    changes = to_make(differences(live(), document))
    versions: list[ProcessVersion] = []
    for change in changes:
        with at_key(*_path(document, change)):
            versions += _put(change, by, now)
    for change in changes:
        if change.section == "settings":
            with at_key("settings"):
                put_warning_hours(change.new)
    if any(change.section == "auto_apply" for change in changes):
        put_rules_in_order([rule["name"] for rule in document["auto_apply"]])
    return Applied(changes, versions)


def _put(change: Change, by: User | None, now: datetime) -> list[ProcessVersion]:
    """The version that was published, if any. Publishing is written down where it is done."""
    published: list[ProcessVersion] = []
    if change.section == "settings":
        put_settings(change.new)
    elif change.section == "entitlement_processes":
        published = put_process(change, by, now)
    else:
        PUT[change.section](change)
    if not published:
        verb = ChangeVerb.ADDED if change.kind is Kind.ADDED else ChangeVerb.CHANGED
        lines = [(line.about, line.old, line.new) for line in change.lines()]
        write_down_file(change.section, change.name, verb, by=by, now=now, lines=lines)
    return published


def _path(document: Normal, change: Change) -> tuple[str | int, ...]:
    """Where in the file it stands."""
    if change.section == "settings":
        return ("settings",)
    entry = keyed(change.section, document[change.section]).get(change.called)
    places = (place for place, one in enumerate(document[change.section]) if one is entry)
    return change.section, *islice(places, 1)


assert PUT.keys() | {"entitlement_processes"} == SECTIONS.keys()
