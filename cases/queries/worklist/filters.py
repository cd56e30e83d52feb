"""Which cases are wanted: the chip, the filters, the words and the row of milestones, as conditions."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from cases.models.case import CaseQuerySet
from cases.queries.chips import Moment, chip_filter
from cases.queries.worklist.rows import has_row
from cases.queries.worklist.search import containing
from cases.queries.worklist.wanted import ME, NOBODY, Wanted
from entitlements.models import Account

FIELDS = {
    "queue": "queue_id",
    "owner": "owner__username",
    "priority": "priority_id",
    "status": "status_id",
    "stage": "stage_id",
    "process": "process_version__process__name",
}


def matching(cases: CaseQuerySet, wanted: Wanted, moment: Moment) -> CaseQuerySet:
    """Everything that stands in the address."""
    return narrowed(cases, wanted, moment).filter(chip_filter(wanted.show, moment))


def narrowed(cases: CaseQuerySet, wanted: Wanted, moment: Moment) -> CaseQuerySet:
    """The same without the chip: what the counts of all chips go by."""
    for name, values in wanted.filters.items():
        cases = cases.filter(_one_of(name, values, moment))
    if wanted.row:
        cases = has_row(cases, wanted.row, moment)
    return containing(cases, wanted.words) if wanted.words else cases


def _one_of(name: str, values: Sequence[str], moment: Moment) -> Q:
    if name == "account":
        return Q(account__in=Account.objects.filter(name__iexact=values[0]))
    field = FIELDS[name]
    named = [value for value in values if value not in (NOBODY, ME)]
    condition = Q(**{f"{field}__in": named}) if named else Q(pk__in=[])
    if ME in values:
        condition |= Q(owner=moment.user)
    if NOBODY in values:
        condition |= Q(**{f"{field}__isnull": True})
    return condition
