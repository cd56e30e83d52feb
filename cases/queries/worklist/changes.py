"""What has changed in a list since the browser got it, without sending it anew."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from cases.models import Case
from cases.queries.case_list import PAGE
from cases.queries.moment import Moment
from cases.queries.worklist.filters import matching
from cases.queries.worklist.order import page_of, read_place
from cases.queries.worklist.wanted import Wanted


def count_changes(wanted: Wanted, seen: str, user: User, now: datetime) -> int:
    """How many of the page's cases are new on it, gone from it, or not as they were. In one query."""
    cases = matching(Case.objects.visible_to(user), wanted, Moment.at(now, user))
    place = read_place(wanted.after, wanted.sort)
    found = page_of(cases, wanted.sort, place, PAGE, Case.objects.only("pk", "revision"))
    is_now = {str(case.pk): str(case.revision) for case in found}
    was = dict(one.partition(".")[::2] for one in seen.split("-") if one)
    return sum(is_now.get(key) != was.get(key) for key in is_now.keys() | was.keys())
