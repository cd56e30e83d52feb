"""A new case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.case_state import fit_for_json
from cases.engine.evaluate import Refused, learn
from cases.engine.load import load_new
from cases.models import Case, CaseNumber
from cases.operations.actor import name_of
from cases.operations.texts import LONGEST_BODY, LONGEST_OF_FIELD, check_custom, check_queue, check_text
from entitlements.core.facts import Created
from entitlements.models import Account, Contact, Entitlement, Product
from entitlements.models.compiled import compiled


def create_case(
    *,
    subject: str,
    by: User | None,
    now: datetime,
    description: str = "",
    account: Account | None = None,
    contact: Contact | None = None,
    product: Product | None = None,
    entitlement: Entitlement | None = None,
    owner: User | None = None,
    custom: Mapping[str, Any] | None = None,
    external_id: str | None = None,
    **fields: str,
) -> Case:
    """Open a case and let it enter its entitlement process.

    Without an entitlement the contact's own is taken, else the account's, that is active. `fields` are
    status, stage, priority, type, origin and queue, by name. Raises Refused.
    """
    if not subject.strip():
        raise Refused("A case needs a subject.")
    check_text("subject", subject.strip(), LONGEST_OF_FIELD["subject"])
    check_text("description", description, LONGEST_BODY)
    if contact is not None and account is None:
        account = contact.account
    _refuse_strangers(account, contact, entitlement)
    with transaction.atomic():
        chosen = entitlement or chosen_entitlement(account, contact, now)
        case = Case(
            number=CaseNumber.take()[0],
            external_id=external_id,
            subject=subject.strip(),
            description=description,
            account=account,
            contact=contact,
            product=product,
            entitlement=chosen,
            process_version=chosen.process.published_version() if chosen else None,
            owner=owner,
            custom=_custom(custom or {}),
            created_at=now,
            created_by=name_of(by),
            **_checked(fields),
        )
        case.save(force_insert=True)
        work = load_new(case)
        learn(work, [Created(now, name_of(by))], now)
    return work.case


def chosen_entitlement(account: Account | None, contact: Contact | None, at: datetime) -> Entitlement | None:
    """What the customer was promised: the contact's own, else the account's, that holds at that moment."""
    promised = Entitlement.objects.active(at).promised_to(
        account.pk if account else None, contact.pk if contact else None
    )
    return promised.select_related("process").filter(process__is_active=True).first()


def _refuse_strangers(
    account: Account | None, contact: Contact | None, entitlement: Entitlement | None
) -> None:
    if contact is not None and account is not None and contact.account_id != account.pk:
        raise Refused("This contact belongs to another account.")
    if entitlement is not None and account is not None and entitlement.account_id != account.pk:
        raise Refused("This entitlement belongs to another account.")


def _custom(given: Mapping[str, Any]) -> dict[str, Any]:
    """Custom fields as the case's row keeps them. Raises Refused on an unknown one."""
    known = dict(compiled().custom_fields) if given else {}
    for key, value in given.items():
        if key not in known:
            raise Refused(f"A case has no field “custom.{key}”.")
        check_custom(f"custom.{key}", value)
    return fit_for_json(given)


def _checked(fields: Mapping[str, str]) -> dict[str, str | None]:
    """Names of statuses and the like, as the case's row takes them. Raises Refused on an unknown field."""
    organisation = compiled().organisation
    given: dict[str, str | None] = {}
    for name, value in fields.items():
        if name in LONGEST_OF_FIELD:
            check_text(name, value, LONGEST_OF_FIELD[name])
        if name in ("status", "stage", "priority", "queue"):
            given[f"{name}_id"] = value or None
        elif name in ("type", "origin"):
            given[name] = value
        else:
            raise Refused(f"A case has no field “{name}”.")
    given["status_id"] = given.get("status_id") or organisation.default_status
    choices = {
        "status_id": tuple(organisation.status),
        "stage_id": organisation.stages,
        "priority_id": organisation.priorities,
    }
    for name, known in choices.items():
        if given.get(name) is not None and given[name] not in known:
            raise Refused(f"Unknown {name[:-3]} “{given[name]}”.")
    check_queue(given.get("queue_id"))
    return given
