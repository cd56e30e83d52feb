"""A case that is being entered: whom it may mean, what it would be promised, and what it may repeat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from cases.engine.evaluate import Refused, decide
from cases.engine.load import load_new
from cases.models import Case
from cases.operations.new_case import new_case
from cases.queries.entitlement_proposal import EntitlementProposal, proposed_for
from cases.queries.face import Face, face_of
from cases.queries.names import OFFERED, account_names
from entitlements.core.facts import Created
from entitlements.models import Account, Contact, Entitlement, EntitlementTemplate, Product

COMPARED = 60
ALIKE = 0.4
"""Subjects that share so much of their words are likely to be about the same."""


@dataclass(frozen=True, slots=True)
class Intake:
    """`milestones` are those with which the case would begin, next due first; `why` what is wrong so far."""

    accounts: list[str]
    contacts: list[str]
    account: Account | None = None
    contact: Contact | None = None
    proposed: EntitlementProposal | None = None
    milestones: list[Face] = field(default_factory=list)
    repeats: list[Case] = field(default_factory=list)
    why: str = ""


def read_intake(given: Mapping[str, str], user: User, now: datetime) -> Intake:
    """`given` is what the form holds so far, whatever it is. Writes nothing."""
    said = {name: value.replace("\x00", "").strip()[:250] for name, value in given.items()}
    accounts = account_names(said.get("account", ""))
    account = Account.objects.filter(name__iexact=said.get("account", "")).first()
    contacts = Contact.objects.filter(account=account) if account else Contact.objects.all()
    contact = _only(contacts.filter(name__iexact=said.get("contact", "")).select_related("account"))
    offered = contacts.filter(name__icontains=said.get("contact", "")).values_list("name", flat=True)
    whose = account if contact is None else contact.account
    intake = Intake(accounts, list(offered[:OFFERED]), whose, contact)
    if whose is None:
        return intake
    try:
        return _promised(replace(intake, repeats=_repeats(said.get("subject", ""), whose, user)), said, now)
    except Refused as refusal:
        return replace(intake, why=str(refusal))


def _promised(intake: Intake, said: Mapping[str, str], now: datetime) -> Intake:
    key = said.get("product", "")
    case = new_case(
        by=None,
        now=now,
        account=intake.account,
        contact=intake.contact,
        product=Product.objects.filter(pk=key[:18]).first() if key.isdecimal() and key.isascii() else None,
        priority=said.get("priority", ""),
        stage=said.get("stage", ""),
        queue=said.get("queue", ""),
        type=said.get("type", "")[:60],
        origin=said.get("origin", ""),
    )
    case.subject = said.get("subject", "")
    proposal = proposed_for(case, now)
    return replace(intake, proposed=proposal, milestones=_milestones(case, proposal, now))


def _milestones(case: Case, proposal: EntitlementProposal, now: datetime) -> list[Face]:
    """By the core, as creating the case would; an entitlement that would be made is made in memory."""
    case.entitlement = proposal.entitlement or _as_made(proposal.template, case, now)
    if case.entitlement is None:
        return []
    case.process_version = case.entitlement.process.published_version()
    work = load_new(case)
    state = decide(work, [Created(now, "")], now).state
    begun = replace(work, state=state)
    return sorted((face_of(one, begun, now) for one in state.occurrences), key=lambda face: face.order)


def _as_made(template: EntitlementTemplate | None, case: Case, now: datetime) -> Entitlement | None:
    if template is None or case.account is None:
        return None
    return Entitlement(
        name=template.name,
        account=case.account,
        process=template.process,
        type=template.type,
        business_hours=template.business_hours,
        start_date=now.astimezone(UTC).date(),
    )


def _repeats(subject: str, account: Account, user: User) -> list[Case]:
    """Open cases of the customer whose subject says much the same, the latest first."""
    words = _words(subject)
    if len(words) < 2:
        return []
    latest = Case.objects.visible_to(user).open().filter(account=account).order_by("-pk")[:COMPARED]
    return [one for one in latest if _share(words, _words(one.subject)) >= ALIKE][:3]


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 2}


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _only(contacts: QuerySet[Contact]) -> Contact | None:
    found = list(contacts[:2])
    return found[0] if len(found) == 1 else None
