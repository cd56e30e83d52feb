"""Accounts and contacts by what has been typed of their names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.operations.entitle import propose_entitlement
from cases.queries.entitlement_proposal import EntitlementProposal
from entitlements.models import Account, Contact

OFFERED = 30


@dataclass(frozen=True, slots=True)
class Proposal:
    """`account` is the one whose whole name was typed, `proposed` what a case of its would be given now."""

    accounts: list[str]
    contacts: list[str]
    account: Account | None
    proposed: EntitlementProposal | None


def account_names(typed: str) -> list[str]:
    """The first of those that contain what has been typed."""
    accounts = Account.objects.filter(name__icontains=typed.replace("\x00", "").strip()[:150])
    return list(accounts.values_list("name", flat=True)[:OFFERED])


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
        proposed=propose_entitlement(now=now, account=found, contact=person) if found else None,
    )
