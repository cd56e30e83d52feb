"""Cases around a case: those that it is linked to, and the customer's others."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Case as Choice
from django.db.models import F, Q, Value, When, Window
from django.db.models.functions import RowNumber

from cases.models import Case, CaseLink, LinkKind, seen_by
from cases.models.link import REVERSED

SHOWN = 4


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
    known = {case.pk, *(link.case.pk for link in linked)}
    found = _others(case, user, known) if case.account_id or case.contact_id else []
    return Related(linked, _some(found, OF_CONTACT), _some(found, OF_ACCOUNT))


OF_CONTACT, OF_ACCOUNT = 1, 2


def _others(case: Case, user: User, known: set[int]) -> list[Case]:
    """The contact's and the account's, some more than are shown of each, in one query: `whose` tells."""
    of_contact = Q(contact=case.contact_id) if case.contact_id else Q(pk__in=[])
    of_account = Q(account=case.account_id) if case.account_id else Q(pk__in=[])
    whose = Choice(When(of_contact, then=Value(OF_CONTACT)), default=Value(OF_ACCOUNT))
    latest = (F("is_closed").asc(), F("created_at").desc(), F("pk").desc())
    place = Window(RowNumber(), partition_by=[F("whose")], order_by=latest)
    others = Case.objects.visible_to(user).filter(of_contact | of_account).exclude(pk__in=known)
    numbered = others.annotate(whose=whose).annotate(place=place)
    return list(numbered.filter(place__lte=SHOWN + 1).order_by("whose", "place"))


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


def _some(cases: list[Case], whose: int) -> Others:
    found = [one for one in cases if one.whose == whose]  # type: ignore[attr-defined]
    return Others(found[:SHOWN], len(found) > SHOWN)
