"""Saved reports for their pages: those that a supervisor may open, and what was mailed of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from cases.models import Delivery, DeliveryState, ReportMailing, SavedReport
from cases.operations.mail_reports import key_of
from cases.reports.registry import BY_KEY

SHOWN_MAILINGS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A saved report; `title` is its report's, empty where that is no longer there."""

    saved: SavedReport
    title: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Mailed:
    """One mailing, and how many of its mails arrived, wait, or never will."""

    mailing: ReportMailing
    arrived: int
    waiting: int
    failed: int


@dataclass(frozen=True, slots=True)
class Opened:
    line: Line
    mailings: Sequence[Mailed]


def read_saved(user: User) -> list[Line]:
    """One's own and those that others share."""
    return [_line(saved, user) for saved in _shown_to(user)]


def read_saved_report(user: User, saved_id: int) -> Opened | None:
    """Three queries."""
    saved = _shown_to(user).filter(pk=saved_id).first()
    return None if saved is None else Opened(_line(saved, user), _mailings(saved))


def _shown_to(user: User) -> QuerySet[SavedReport]:
    return SavedReport.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner")


def _line(saved: SavedReport, user: User) -> Line:
    report = BY_KEY.get(saved.report)
    return Line(saved, report.title if report else "", saved.owner_id == user.pk)


def _mailings(saved: SavedReport) -> list[Mailed]:
    mailings = list(saved.mailings.defer("body", "html", "csv")[:SHOWN_MAILINGS])
    keys = [key_of(one, address) for one in mailings for address in one.recipients]
    states = dict(Delivery.objects.filter(key__in=keys).values_list("key", "state"))
    return [
        _mailed(one, [states.get(key_of(one, address)) for address in one.recipients]) for one in mailings
    ]


def _mailed(mailing: ReportMailing, states: Sequence[str | None]) -> Mailed:
    failed = (DeliveryState.DEAD, DeliveryState.CANCELLED)
    return Mailed(
        mailing,
        states.count(DeliveryState.DONE),
        states.count(DeliveryState.WAITING),
        sum(state in failed for state in states),
    )
