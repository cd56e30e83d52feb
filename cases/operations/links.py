"""Cases that belong together."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from cases.engine.evaluate import Refused
from cases.models import Case, CaseLink, DeskKind, LinkKind
from cases.models.link import REVERSED
from cases.operations.actor import name_of
from cases.operations.record import record

MOST = 50


def case_called(number: str, by: User) -> Case:
    """By its number, or by the digits of it; only one that the user may see. Raises Refused."""
    said = number.replace("\x00", "").strip().upper()
    if said.isdecimal() and len(said) <= 6:
        said = f"C-{int(said):06d}"
    found = Case.objects.visible_to(by).filter(number=said[:20]).first()
    if found is None:
        raise Refused(f"There is no case “{number.strip()[:30]}”.")
    return found


def link_cases(case_id: int, other: Case, *, kind: str, by: User, now: datetime) -> CaseLink:
    """The case is related to, a duplicate of, or blocks the other. Raises Refused."""
    if kind not in LinkKind.values:
        raise Refused("Cases are related, duplicates, or one blocks the other.")
    if case_id == other.pk:
        raise Refused("A case is not linked to itself.")
    with transaction.atomic():
        case = _locked(case_id, other.pk)
        either_way = Q(case_id=case_id, other=other) | Q(case=other, other_id=case_id)
        if CaseLink.objects.filter(either_way, kind=kind).exists():
            raise Refused(f"These cases are linked already: {case.number} and {other.number}.")
        if CaseLink.objects.filter(Q(case_id=case_id) | Q(other_id=case_id)).count() >= MOST:
            raise Refused(f"A case has at most {MOST} links.")
        link = CaseLink.objects.create(case=case, other=other, kind=kind, at=now, by=name_of(by))
        record_on_both(link, DeskKind.LINKED, by, now)
    return link


def unlink_cases(case_id: int, link_id: int, *, by: User, now: datetime) -> None:
    """Raises Refused when the case has no such link."""
    with transaction.atomic():
        of_case = CaseLink.objects.filter(Q(case_id=case_id) | Q(other_id=case_id), pk=link_id)
        link = of_case.select_related("case", "other").first()
        if link is None or not of_case.delete()[0]:
            raise Refused("This link is gone already.")
        record_on_both(link, DeskKind.UNLINKED, by, now)


def record_on_both(link: CaseLink, what: DeskKind, by: User, now: datetime) -> None:
    kind = LinkKind(link.kind)
    record(link.case_id, what, by=by, now=now, how=str(kind.label), other=link.other.number)
    record(link.other_id, what, by=by, now=now, how=REVERSED[kind], other=link.case.number)


def _locked(case_id: int, other_id: int) -> Case:
    """Both, in one order for everybody, so that two links at once do not wait for each other."""
    cases = Case.objects.select_for_update().filter(pk__in=(case_id, other_id)).order_by("pk")
    return {case.pk: case for case in cases}[case_id]
