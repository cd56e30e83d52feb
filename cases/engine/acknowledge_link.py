"""The link in an escalation's mail: signed, for one person and one escalation, good for some time.

It acknowledges once, since what has been acknowledged has ended. Following it shows a page; only the form
on that page acknowledges, so that what looks into mails (scanners, previews) does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing

SALT = "servicedesk.acknowledge"


class WrongLink(Exception):
    """It was not made here, or not so. `str()` says so to who followed it."""


class ExpiredLink(WrongLink):
    """Its time is over."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom a link asks to acknowledge what: by mail address, and by user where it is one of the desk's."""

    escalation: int
    address: str
    user: int | None = None


def link_for(invitation: Invitation, now: datetime) -> str:
    """The whole address."""
    until = now + timedelta(hours=settings.ESCALATION_LINK_HOURS)
    signed = [invitation.escalation, invitation.address, invitation.user, int(until.timestamp())]
    return f"{settings.SITE_URL}/acknowledge/{signing.Signer(salt=SALT).sign_object(signed)}/"


def read_link(token: str, now: datetime) -> Invitation:
    """Raises WrongLink and ExpiredLink."""
    try:
        escalation, address, user, until = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        raise WrongLink("This link is not complete, or it has been changed. Nothing was done.") from None
    if now.timestamp() >= until:
        ended = datetime.fromtimestamp(until, UTC)
        raise ExpiredLink(f"This link was good until {ended:%d %B %Y, %H:%M} UTC. Nothing was done.")
    return Invitation(escalation, address, user)
