"""Accounts and contacts by what has been typed of their names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.operations.create import chosen_entitlement
from entitlements.models import Account, Contact, Entitlement

OFFERED = 30


@dataclass(frozen=True, slots=True)
class Proposal:
    """`account` is the one whose whole name was typed, `entitlement` what it would be promised now."""

    accounts: list[str]
    contacts: list[str]
    account: Account | None
    entitlement: Entitlement | None


def proposal_for(account: str, contact: str, now: datetime) -> Proposal:
    typed = account.replace("\x00", "").strip()[:150]
    accounts = list(Account.objects.filter(name__icontains=typed)[:OFFERED])
    found = next((one for one in accounts if one.name.casefold() == typed.casefold()), None)
    contacts = Contact.objects.filter(account=found) if found else Contact.objects.none()
    person = contacts.filter(name__iexact=contact.replace("\x00", "").strip()[:150]).first()
    return Proposal(
        accounts=[one.name for one in accounts],
        contacts=list(contacts.values_list("name", flat=True)[:OFFERED]),
        account=found,
        entitlement=chosen_entitlement(found, person, now) if found else None,
    )
