"""A case that is about to be created, with the fields that it was given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from cases.engine.case_state import fit_for_json
from cases.engine.evaluate import Refused
from cases.models import Case
from cases.operations.actor import name_of
from cases.operations.texts import LONGEST_OF_FIELD, check_custom, check_queue, check_text
from entitlements.models import Account, Contact, Product
from entitlements.models.compiled import compiled


def new_case(
    *,
    by: User | None,
    now: datetime,
    account: Account | None = None,
    contact: Contact | None = None,
    product: Product | None = None,
    custom: Mapping[str, Any] | None = None,
    **fields: str,
) -> Case:
    """Not saved, without a number. Without an account it has its contact's. Raises Refused."""
    if contact is not None and account is None:
        account = contact.account
    if contact is not None and account is not None and contact.account_id != account.pk:
        raise Refused("This contact belongs to another account.")
    return Case(
        account=account,
        contact=contact,
        product=product,
        custom=_custom(custom or {}),
        created_at=now,
        created_by=name_of(by),
        **_checked(fields),
    )


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
