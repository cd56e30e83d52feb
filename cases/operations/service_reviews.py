"""Service reviews: prepare one, word it for the customer, take its figures anew, share it, delete it.

What is shared is not edited: the customer reads the document as it was given to them. Its links are
withdrawn first, or another review is prepared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.evaluate import Refused
from cases.models import ReviewLink, ServiceReview
from cases.operations.actor import name_of
from cases.operations.texts import check_text
from cases.reports.service_review.days import Days, zone_of
from cases.reports.service_review.figures import figures_of
from entitlements.models import Account

LONGEST_REMARKS = 4_000
LONGEST_EXPLANATION = 500
LONGEST_RECIPIENT = ReviewLink._meta.get_field("recipient").max_length or 0
LONGEST_PERIOD = 366
LONGEST_LINK = 365
FIRST_YEAR = 2000


def prepare_review(
    account: Account, *, first_day: date, last_day: date, by: User | None, now: datetime
) -> ServiceReview:
    """With the figures as of now. Raises Refused for days that cannot be reviewed."""
    days = Days(first_day, last_day, zone_of(account))
    if last_day < first_day:
        raise Refused("The last day lies before the first.")
    if (last_day - first_day).days >= LONGEST_PERIOD:
        raise Refused(f"A review is about {LONGEST_PERIOD} days at most.")
    if first_day.year < FIRST_YEAR:
        raise Refused(f"Choose days from the year {FIRST_YEAR} on.")
    if days.start > now:
        raise Refused("These days have not begun.")
    return ServiceReview.objects.create(
        account=account,
        first_day=first_day,
        last_day=last_day,
        time_zone=days.zone.key,
        figures=figures_of(account, days, now),
        figures_at=now,
        created_at=now,
        created_by=name_of(by),
    )


def word_review(
    review_id: int,
    *,
    remarks: str,
    explanations: Mapping[str, str],
    hidden: Iterable[str],
    now: datetime,
) -> None:
    """What the customer reads beside the figures, and the milestones left out. Raises Refused."""
    check_text("remarks", remarks, LONGEST_REMARKS)
    for text in explanations.values():
        check_text("explanation", text, LONGEST_EXPLANATION)
    with transaction.atomic():
        review = _unshared(review_id, now)
        known = [one["name"] for one in review.figures["milestones"]]
        left_out = set(hidden)
        if known and left_out >= set(known):
            raise Refused("Leave at least one milestone in the review.")
        keys = {str(one["key"]) for one in review.figures["missed"]}
        review.remarks = remarks.strip()
        review.hidden = [name for name in known if name in left_out]
        review.explanations = {
            key: text.strip() for key, text in explanations.items() if key in keys and text.strip()
        }
        review.save(update_fields=["remarks", "hidden", "explanations"])


def take_figures_anew(review_id: int, *, now: datetime) -> None:
    """As of now; what was written stays. Raises Refused."""
    with transaction.atomic():
        review = _unshared(review_id, now)
        days = Days(review.first_day, review.last_day, ZoneInfo(review.time_zone))
        review.figures, review.figures_at = figures_of(review.account, days, now), now
        review.save(update_fields=["figures", "figures_at"])


def share_review(review_id: int, *, days: int, recipient: str, by: User | None, now: datetime) -> ReviewLink:
    """A link that opens the review for so many days. Raises Refused."""
    recipient = recipient.strip()
    check_text("name", recipient, LONGEST_RECIPIENT)
    if not 1 <= days <= LONGEST_LINK:
        raise Refused(f"A link is good for 1 to {LONGEST_LINK} days.")
    with transaction.atomic():
        review = _locked(review_id)
        return ReviewLink.objects.create(
            review=review,
            recipient=recipient,
            created_at=now,
            created_by=name_of(by),
            expires_at=now + timedelta(days=days),
        )


def delete_review(review_id: int, *, now: datetime) -> None:
    """Raises Refused while it is shared."""
    with transaction.atomic():
        _unshared(review_id, now).delete()


def _locked(review_id: int) -> ServiceReview:
    found = ServiceReview.objects.select_for_update(of=("self",)).select_related("account")
    review = found.filter(pk=review_id).first()
    if review is None:
        raise Refused("This review is no longer there.")
    return review


def _unshared(review_id: int, now: datetime) -> ServiceReview:
    review = _locked(review_id)
    if review.links.good(now).exists():
        raise Refused("This review is shared: withdraw its links before you change it.")
    return review
