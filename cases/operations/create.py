"""A new case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.evaluate import Refused, learn
from cases.engine.load import load_new
from cases.models import Case, CaseNumber
from cases.operations.actor import name_of
from cases.operations.entitle import give_entitlement
from cases.operations.new_case import new_case
from cases.operations.texts import LONGEST_BODY, LONGEST_OF_FIELD, check_text
from entitlements.core.facts import Created
from entitlements.models import Account, Contact, Entitlement, Product


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

    Without an entitlement it takes the one that `propose_entitlement` names. `fields` are status, stage,
    priority, type, origin and queue, by name. Raises Refused.
    """
    if not subject.strip():
        raise Refused("A case needs a subject.")
    check_text("subject", subject.strip(), LONGEST_OF_FIELD["subject"])
    check_text("description", description, LONGEST_BODY)
    with transaction.atomic():
        case = new_case(
            by=by, now=now, account=account, contact=contact, product=product, custom=custom, **fields
        )
        _refuse_stranger(case, entitlement)
        case.number, case.external_id = CaseNumber.take()[0], external_id
        case.subject, case.description, case.owner = subject.strip(), description, owner
        give_entitlement(case, entitlement, now)
        case.save(force_insert=True)
        work = load_new(case)
        learn(work, [Created(now, name_of(by))], now)
    return work.case


def _refuse_stranger(case: Case, entitlement: Entitlement | None) -> None:
    account_id = case.account_id
    if entitlement is not None and account_id is not None and entitlement.account_id != account_id:
        raise Refused("This entitlement belongs to another account.")
