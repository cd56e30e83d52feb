"""Which case comes after the one that has just been worked on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q

from cases.models import Case
from cases.queries.moment import Moment
from cases.queries.worklist.filters import matching
from cases.queries.worklist.order import page_of
from cases.queries.worklist.wanted import Wanted


def next_case(
    wanted: Wanted, user: User, now: datetime, offered: list[int], came_from: str
) -> tuple[Case | None, list[int]]:
    """The first of the list that was not offered yet and that is nobody else's and runs; and what is
    offered then.

    So one that has become urgent meanwhile comes first, one that was passed over does not come again, and
    a case that stays late after its reply does not keep the others waiting.
    """
    here = Case.objects.filter(number=came_from).values_list("pk", flat=True).first()
    behind = [*offered, here] if here else offered
    cases = matching(Case.objects.visible_to(user), replace(wanted, after=""), Moment.at(now, user))
    if "owner" not in wanted.filters:
        cases = cases.filter(Q(owner__isnull=True) | Q(owner=user))
    if wanted.show != "closed":
        cases = cases.filter(is_closed=False)
    if not wanted.show.startswith("stopped"):
        cases = cases.filter(is_stopped=False)
    found = page_of(cases.exclude(pk__in=behind), wanted.sort, None, 1, Case.objects.all())
    return (found[0], [*behind, found[0].pk]) if found else (None, behind)
