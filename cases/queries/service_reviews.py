"""Service reviews for the supervisor's pages: the list, and one with its links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q

from cases.models import ReviewLink, ServiceReview
from cases.operations.review_links import address_of
from cases.reports.service_review.document import Document, Source, document_of, period_in_words

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Link:
    """`standing` is good, revoked or over; `address` is there while it is good."""

    row: ReviewLink
    standing: str
    address: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    review: ServiceReview
    document: Document
    links: Sequence[Link]

    @property
    def is_shared(self) -> bool:
        return any(link.standing == "good" for link in self.links)


def read_review(review_id: int, now: datetime) -> Reviewed | None:
    """Two queries."""
    review = ServiceReview.objects.select_related("account").filter(pk=review_id).first()
    if review is None:
        return None
    return Reviewed(review, document(review), [_link(row, now) for row in review.links.all()])


def document(review: ServiceReview, with_hidden: bool = False) -> Document:
    """As the customer reads it; `with_hidden` with the milestones that it leaves out."""
    return document_of(
        Source(
            account=review.account.name,
            first_day=review.first_day,
            last_day=review.last_day,
            zone=ZoneInfo(review.time_zone),
            figures=review.figures,
            figures_at=review.figures_at,
            hidden=() if with_hidden else review.hidden,
            remarks=review.remarks,
            explanations=review.explanations,
        )
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A review in the list."""

    review: ServiceReview
    period: str
    kept: str
    good_links: int
    opened_at: datetime | None


def read_reviews(account: str, page: int, now: datetime) -> tuple[Page[Any], list[Line]]:
    """The newest first, of accounts whose names contain what was asked for. Two queries."""
    good = Q(links__revoked_at__isnull=True, links__expires_at__gt=now)
    rows = ServiceReview.objects.select_related("account").annotate(
        good_links=Count("links", filter=good), last_opened=Max("links__opened_at")
    )
    rows = rows.order_by("-created_at", "-pk")
    if account:
        rows = rows.filter(account__name__icontains=account)
    found: Page[Any] = Paginator(rows, A_PAGE).get_page(page)
    return found, [
        Line(
            row,
            period_in_words(row.first_day, row.last_day),
            document(row).total.percent,
            row.good_links,
            row.last_opened,
        )
        for row in found.object_list
    ]


def _link(row: ReviewLink, now: datetime) -> Link:
    if row.is_good(now):
        return Link(row, "good", address_of(row))
    return Link(row, "over" if row.revoked_at is None else "revoked", "")
