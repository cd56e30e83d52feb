"""Why open cases have no open milestone: as reasons that can be counted, and listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.db.models import Case as Choice
from django.db.models import CharField, Count, Exists, OuterRef, Q, Value, When

from cases.models import CaseMilestone
from cases.models.case import CaseQuerySet
from entitlements.models import Entitlement

REASONS = {
    "set-aside": "The engine has set the case aside",
    "over": "All its milestones have ended",
    "no-customer": "It has no account and no contact",
    "no-entitlement": "Its customer has no entitlement",
    "not-given": "There is an active entitlement, but the case was not given it",
    "not-begun": "The customer’s entitlement has not begun",
    "ended": "The entitlement has ended",
    "no-version": "Its process has no published version",
    "enters-later": "It enters its process later",
    "inactive": "Its process is not active",
    "not-entered": "It has not entered its process",
    "none-fits": "No milestone of its process fits",
}


def because_of(cases: CaseQuerySet, reasons: Sequence[str], now: datetime) -> CaseQuerySet:
    """Those of the cases that have no open milestone for one of the reasons."""
    told = cases.annotate(why_unwatched=_reason(now))
    return told.filter(why_unwatched__in=reasons, has_open_milestones=False)


def count_reasons(cases: CaseQuerySet, now: datetime) -> dict[str, int]:
    """How many of the cases have no open milestone for each reason. None of them may have one."""
    told = cases.order_by().annotate(why_unwatched=_reason(now))
    return dict(told.values_list("why_unwatched").annotate(count=Count("pk")))


def _reason(now: datetime) -> Choice:
    whens = [When(which, then=Value(key)) for key, which in _conditions(now)]
    return Choice(*whens, default=Value("none-fits"), output_field=CharField())


def _conditions(now: datetime) -> Iterator[tuple[str, Q]]:
    """As `why_no_milestones` tells them of one case."""
    customers = Q(contact=OuterRef("contact")) | Q(contact__isnull=True, account=OuterRef("account"))
    promised = Entitlement.objects.order_by().filter(customers)
    today = now.astimezone(UTC).date()
    without = Q(entitlement__isnull=True)
    yield "set-aside", ~Q(set_aside="")
    yield "over", Q(Exists(CaseMilestone.objects.order_by().filter(case=OuterRef("pk"))))
    yield "no-customer", without & Q(account__isnull=True, contact__isnull=True)
    yield "no-entitlement", without & ~Q(Exists(promised))
    yield "not-given", without & Q(Exists(promised.active(now)))
    yield "ended", without & Q(Exists(promised.filter(end_date__lt=today)))
    yield "not-begun", without
    yield "no-version", Q(process_version__isnull=True)
    yield "enters-later", Q(enters_at__isnull=False)
    not_in_process = Q(entry_date__isnull=True)
    yield "inactive", not_in_process & Q(entitlement__process__is_active=False)
    yield "ended", not_in_process & Q(entitlement__end_date__lt=today)
    yield "not-entered", not_in_process
