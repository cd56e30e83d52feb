"""A service review that a supervisor has prepared and shared with the customer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from cases.demonstration.customers import ASHDOWN
from cases.operations.service_reviews import prepare_review, share_review, word_review
from entitlements.models import Account

REMARKS = (
    "A month with two storms. Where we were late it was the first answer that came late, and seldom the "
    "solution; since then one more colleague reads new claims in the morning."
)
WHY = "The night of the storm brought four times as many claims as usual; yours was read in the morning."


def add_reviews(now: datetime) -> None:
    """Of the last whole month."""
    supervisor = User.objects.get(username="supervisor")
    last = now.date().replace(day=1) - timedelta(days=1)
    review = prepare_review(
        Account.objects.get(name=ASHDOWN.name),
        first_day=last.replace(day=1),
        last_day=last,
        by=supervisor,
        now=now,
    )
    missed = [str(one["key"]) for one in review.figures["missed"][:1]]
    word_review(review.pk, remarks=REMARKS, explanations=dict.fromkeys(missed, WHY), hidden=[], now=now)
    share_review(review.pk, days=90, recipient=ASHDOWN.contacts[0], by=supervisor, now=now)
