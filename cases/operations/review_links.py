"""The link that opens a service review for whoever holds it: signed, for a time, and revocable."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F

from cases.engine.evaluate import Refused
from cases.models import ReviewLink

SALT = "servicedesk.service-review"


class WrongLink(Exception):
    """It was not made here, or not so, or its review is gone."""


class LinkOver(Exception):
    """It was good once. `str()` says so, and nothing of what it led to."""


def address_of(link: ReviewLink) -> str:
    """The whole address, the same one each time."""
    until = int(link.expires_at.timestamp())
    token = signing.Signer(salt=SALT).sign_object([link.key.hex, until])
    return f"{settings.SITE_URL}/review/{token}/"


def follow_link(token: str, now: datetime) -> ReviewLink:
    """The link with its review. Raises WrongLink and LinkOver."""
    try:
        key, until = signing.Signer(salt=SALT).unsign_object(token)
        found = ReviewLink.objects.select_related("review__account").filter(key=UUID(key)).first()
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        raise WrongLink("This link is not complete, or it has been changed.") from None
    if found is None:
        raise WrongLink("What this link led to is no longer there.")
    if found.revoked_at is not None:
        raise LinkOver("This link has been withdrawn. Ask who gave it to you for another one.")
    if now.timestamp() >= until or now >= found.expires_at:
        raise LinkOver("The time of this link is over. Ask who gave it to you for another one.")
    return found


def note_opening(link: ReviewLink, now: datetime) -> None:
    """Somebody has read the review by it."""
    ReviewLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=now)


def revoke_link(review_id: int, link_id: int, *, by: str, now: datetime) -> ReviewLink:
    """It opens nothing from now on. Raises Refused where it does not do so any more anyway."""
    with transaction.atomic():
        link = ReviewLink.objects.select_for_update().filter(review=review_id, pk=link_id).first()
        if link is None:
            raise Refused("There is no such link.")
        if not link.is_good(now):
            raise Refused("This link opens nothing any more.")
        link.revoked_at, link.revoked_by = now, by
        link.save(update_fields=["revoked_at", "revoked_by"])
    return link
