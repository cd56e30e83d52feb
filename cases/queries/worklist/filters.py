"""Which cases are wanted: the chip, the filters, the words and the row of milestones, as conditions."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from cases.models.case import CaseQuerySet
from cases.queries.chip_filters import chip_filter
from cases.queries.coverage import because_of
from cases.queries.moment import Moment
from cases.queries.worklist.rows import has_row
from cases.queries.worklist.search import containing
from cases.queries.worklist.wanted import ME, NOBODY, Wanted
from entitlements.models import Account

FIELDS = {
    "queue": "queue_id",
    "priority": "priority_id",
    "status": "status_id",
    "stage": "stage_id",
    "process": "process_version__process__name",
}


def matching(cases: CaseQuerySet, wanted: Wanted, moment: Moment) -> CaseQuerySet:
    """Everything that stands in the address. Late or due is what it is of the milestones named there."""
    chip = chip_filter(wanted.show, moment.of(wanted.row.milestones))
    return narrowed(cases, wanted, moment).filter(chip)


def narrowed(cases: CaseQuerySet, wanted: Wanted, moment: Moment) -> CaseQuerySet:
    """The same without the chip: what the counts of all chips go by."""
    for name, values in wanted.filters.items():
        if name == "why":
            cases = because_of(cases, values, moment.now)
        else:
            cases = cases.filter(_of_owner(wanted, moment) if name == "owner" else _one_of(name, values))
    if wanted.row:
        cases = has_row(cases, wanted.row, moment)
    return containing(cases, wanted.words) if wanted.words else cases


def _of_owner(wanted: Wanted, moment: Moment) -> Q:
    values = wanted.filters["owner"]
    mine = (moment.user.pk,) if ME in values else ()
    condition = Q(owner__in=[*wanted.owners, *mine])
    return condition | Q(owner__isnull=True) if NOBODY in values else condition


def _one_of(name: str, values: Sequence[str]) -> Q:
    if name == "account":
        # Its key beforehand: so PostgreSQL knows whether it has ten cases or half of all.
        return Q(
            account__in=list(Account.objects.filter(name__iexact=values[0]).values_list("pk", flat=True))
        )
    field = FIELDS[name]
    condition = Q(**{f"{field}__in": [value for value in values if value != NOBODY]})
    if NOBODY in values:
        empty = "process_version" if name == "process" else field
        condition |= Q(**{f"{empty}__isnull": True})
    return condition
