"""Changes of a case's fields and of what it was promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.case_state import hours_of_case, related_of
from cases.engine.evaluate import Refused, learn, lock
from cases.engine.load import Loaded
from cases.models import Case, CaseEvent
from cases.operations.actor import name_of
from entitlements.core.changes import Kind
from entitlements.core.facts import EntitlementChanged, FieldsChanged
from entitlements.models import Entitlement, Queue


class StalePage(Refused):
    """Somebody else changed the same field after the page was shown."""


def change_case(
    case_id: int,
    *,
    fields: Mapping[str, str],
    by: User | None,
    now: datetime,
    shown: Mapping[str, str] | None = None,
) -> Case:
    """Change fields by name: status, stage, priority, type, queue, owner (a user's name), subject.

    `shown` are the values that the page showed; one that is no longer so raises StalePage. Raises Refused.
    """
    with transaction.atomic():
        work = lock(case_id)
        _refuse_stale(work, fields, shown or {})
        _check_people_and_queues(fields)
        changed = {name: value for name, value in fields.items() if work.state.texts.get(name, "") != value}
        if changed:
            learn(work, [FieldsChanged(now, name_of(by), fields=changed)], now)
    return work.case


def _refuse_stale(work: Loaded, fields: Mapping[str, str], shown: Mapping[str, str]) -> None:
    for name in fields:
        now_is = work.state.texts.get(name, "")
        if name in shown and shown[name] != now_is and fields[name] != now_is:
            who = _who_changed(work.case, name)
            raise StalePage(
                f"Meanwhile {who} set {name} to “{now_is}”. Look at the case again before you change it."
            )


def _who_changed(case: Case, field: str) -> str:
    changes = CaseEvent.objects.filter(case=case, kind=Kind.FIELD, details__field=field).order_by("-pk")
    latest = changes.first()
    return latest.by if latest and latest.by else "the system"


def _check_people_and_queues(fields: Mapping[str, str]) -> None:
    owner, queue = fields.get("owner"), fields.get("queue")
    if owner and not User.objects.filter(username=owner, is_active=True).exists():
        raise Refused(f"There is no active user “{owner}”.")
    if queue and not Queue.objects.filter(pk=queue).exists():
        raise Refused(f"There is no queue “{queue}”.")
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
        case = work.case
        if entitlement is not None and case.account_id not in (None, entitlement.account_id):
            raise Refused("This entitlement belongs to another account.")
        old_process = case.entitlement.process_id if case.entitlement else None
        other = old_process != (entitlement.process_id if entitlement else None)
        case.entitlement = entitlement
        work.touched |= {"entitlement_id", "process_version_id"}
        if other:
            case.process_version = entitlement.process.published_version() if entitlement else None
        changed = FieldsChanged(
            now,
            name_of(by),
            fields={"entitlement": entitlement.name if entitlement else ""},
            related=related_of(case),
        )
        promised = EntitlementChanged(
            now,
            name_of(by),
            promise=entitlement.promise() if entitlement else None,
            case_hours=hours_of_case(case, work.configuration),
            other_process=other,
        )
        work.definition = work.configuration.definition(case.process_version_id)
        learn(work, [changed, promised], now)
    return case
