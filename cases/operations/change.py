"""Changes of a case's fields and of what it was promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.case_state import hours_of_case, related_of
from cases.engine.evaluate import Refused, learn, lock
from cases.engine.load import Loaded, change_process
from cases.models import Case, CaseEvent
from cases.operations.actor import name_of
from cases.operations.texts import LONGEST_OF_FIELD, check_custom, check_queue, check_text
from entitlements.core.changes import Kind
from entitlements.core.facts import EntitlementChanged, FieldsChanged
from entitlements.models import Entitlement


class StalePage(Refused):
    """Somebody else changed the same field after the page was shown."""


def change_case(
    case_id: int,
    *,
    fields: Mapping[str, Any],
    by: User | None,
    now: datetime,
    shown: Mapping[str, Any] | None = None,
) -> Case:
    """Change fields by name: status, stage, priority, type, origin, queue, owner (a user's name), subject,
    or custom.<key>.

    `shown` are the values that the page showed; one that is no longer so raises StalePage. Raises Refused.
    """
    with transaction.atomic():
        work = lock(case_id)
        _refuse_stale(work, fields, shown or {})
        check_fields(fields)
        changed = {name: value for name, value in fields.items() if _value(work, name) != value}
        if changed:
            learn(work, [FieldsChanged(now, name_of(by), fields=changed)], now)
    return work.case


def _value(work: Loaded, name: str) -> Any:
    if name.startswith("custom."):
        return work.state.custom.get(name.removeprefix("custom."))
    return work.state.texts.get(name, "")


def _refuse_stale(work: Loaded, fields: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    for name in fields:
        now_is = _value(work, name)
        if name in shown and shown[name] != now_is and fields[name] != now_is:
            who = _who_changed(work.case, name)
            raise StalePage(
                f"Meanwhile {who} set {name} to “{now_is}”. Look at the case again before you change it."
            )


def _who_changed(case: Case, field: str) -> str:
    changes = CaseEvent.objects.filter(case=case, kind=Kind.FIELD, details__field=field).order_by("-pk")
    latest = changes.first()
    return latest.by if latest and latest.by else "the system"


def check_fields(fields: Mapping[str, Any]) -> None:
    """Raises Refused for what no case can have."""
    for name, value in fields.items():
        if name.startswith("custom."):
            check_custom(name, value)
        elif name in LONGEST_OF_FIELD:
            check_text(name, value, LONGEST_OF_FIELD[name])
        else:
            raise Refused(f"“{name}” is not a field of a case that can be changed here.")
    owner = fields.get("owner")
    if owner and not User.objects.filter(username=owner, is_active=True).exists():
        raise Refused(f"There is no active user “{owner}”.")
    check_queue(fields.get("queue"))
    if "subject" in fields and not fields["subject"].strip():
        raise Refused("A case needs a subject.")


def change_entitlement(
    case_id: int, *, entitlement: Entitlement | None, by: User | None, now: datetime
) -> Case:
    """Promise something else: the case leaves its process and enters the other's published version.

    Raises Refused.
    """
    with transaction.atomic():
        work = lock(case_id)
        learn(work, [promise_anew(work, entitlement, by, now)], now)
    return work.case


def promise_anew(
    work: Loaded, entitlement: Entitlement | None, by: User | None, now: datetime
) -> EntitlementChanged:
    """Set the case's entitlement, its process with it, and give the fact that tells the core. Saves nothing.

    Raises Refused.
    """
    case = work.case
    if entitlement is not None and case.account_id not in (None, entitlement.account_id):
        raise Refused("This entitlement belongs to another account.")
    old_process = case.entitlement.process_id if case.entitlement else None
    other = old_process != (entitlement.process_id if entitlement else None)
    case.entitlement = entitlement
    case.entitlement_reason = f"Set by {name_of(by) or 'the system'}"
    work.touched |= {"entitlement_id", "entitlement_reason"}
    if other:
        version = entitlement.process.published_version() if entitlement else None
        change_process(work, version.pk if version else None)
    return EntitlementChanged(
        now,
        name_of(by),
        promise=entitlement.promise() if entitlement else None,
        name=entitlement.name if entitlement else "",
        related=related_of(case),
        case_hours=hours_of_case(case, work.configuration),
        other_process=other,
    )
