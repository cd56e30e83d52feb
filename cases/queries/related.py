"""Cases around a case: those that it is linked to, and the customer's others."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q

from cases.models import Case, CaseLink, LinkKind, seen_by
from cases.models.case import CaseQuerySet
from cases.models.link import REVERSED

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Linked:
    """`how` is what the page's case is to the other."""

    key: int
    how: str
    case: Case


@dataclass(frozen=True, slots=True)
class Others:
    """The latest of them; `more` where there are others still."""

    cases: list[Case]
    more: bool


@dataclass(frozen=True, slots=True)
class Related:
    links: list[Linked]
    of_contact: Others
    of_account: Others


def related_to(case: Case, user: User) -> Related:
    """Only what the user may see."""
    linked = _links(case, user)
    known = [case.pk, *(link.case.pk for link in linked)]
    others = Case.objects.visible_to(user).exclude(pk__in=known).order_by("is_closed", "-created_at", "-pk")
    of_contact = _some(others.filter(contact=case.contact_id)) if case.contact_id else NONE
    known += [other.pk for other in of_contact.cases]
    of_account = others.filter(account=case.account_id).exclude(pk__in=known)
    return Related(linked, of_contact, _some(of_account) if case.account_id else NONE)


NONE = Others([], more=False)


def _links(case: Case, user: User) -> list[Linked]:
    links = CaseLink.objects.filter(
        Q(case=case) | Q(other=case), seen_by(user, "case__"), seen_by(user, "other__")
    ).select_related("case", "other")
    return [
        Linked(link.pk, link.get_kind_display(), link.other)
        if link.case_id == case.pk
        else Linked(link.pk, REVERSED[LinkKind(link.kind)], link.case)
        for link in links
    ]


def _some(cases: CaseQuerySet) -> Others:
    found = list(cases[: SHOWN + 1])
    return Others(found[:SHOWN], len(found) > SHOWN)
