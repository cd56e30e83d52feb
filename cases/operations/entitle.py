"""What a new case is entitled to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cases.models import Case
from cases.operations.new_case import new_case
from cases.queries.entitlement_proposal import EntitlementProposal, proposed_for
from entitlements.models import Account, Contact, Entitlement, Product
from entitlements.operations.make_entitlement import make_entitlement


def propose_entitlement(
    *,
    now: datetime,
    account: Account | None = None,
    contact: Contact | None = None,
    product: Product | None = None,
    custom: Mapping[str, Any] | None = None,
    **fields: str,
) -> EntitlementProposal:
    """What a case with these fields would be given if it were created now, and why. Writes nothing.

    `fields` are those of `create_case`. Raises Refused.
    """
    case = new_case(
        by=None, now=now, account=account, contact=contact, product=product, custom=custom, **fields
    )
    return proposed_for(case, now)


def give_entitlement(case: Case, chosen: Entitlement | None, now: datetime) -> None:
    """Set the entitlement of a case that is being created: the chosen one, else what is proposed.

    Call it in the transaction that saves the case, after its number was taken: it may make the entitlement
    from a template, and two new cases at once, who take turns at their numbers, are to make it only once.
    """
    if chosen is None:
        chosen, case.entitlement_reason = _proposed(case, now)
    else:
        case.entitlement_reason = "Chosen when the case was created"
    case.entitlement = chosen
    case.process_version = chosen.process.published_version() if chosen else None


def _proposed(case: Case, now: datetime) -> tuple[Entitlement | None, str]:
    proposal, account = proposed_for(case, now), case.account
    if proposal.template is None or account is None:
        return proposal.entitlement, proposal.reason
    product = case.product if proposal.template.products.all() else None
    made = make_entitlement(proposal.template, account, now.astimezone(UTC).date(), product=product)
    return made, proposal.reason
