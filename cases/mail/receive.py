"""A letter is taken in: what follows from it, and that it was read, in one transaction."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from cases.engine.evaluate import Refused
from cases.mail.follow import Arrival, follow
from cases.mail.followed import Followed, Held
from cases.mail.kinds import Kind
from cases.mail.parse import CannotRead, Mail, parse
from cases.models import Outcome, ReceivedMail
from cases.models.mail import RETRIED
from cases.operations.files import files_kept_only_on_success
from entitlements.models import Mailbox

log = logging.getLogger(__name__)
NOT_OURS_TO_JUDGE = (OperationalError, InterfaceError)
"""The database's troubles are no fault of a mail: it is read again later."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it lay in a mailbox. `raw` is its beginning only where it was too large to be fetched."""

    mailbox: Mailbox
    uid_validity: int
    uid: int
    raw: bytes
    size: int
    arrived_at: datetime


def receive(letter: Letter, now: datetime) -> ReceivedMail:
    """Whatever is wrong with a letter is said in its row, and the next one has its turn.

    Raises what the database raises when it is in trouble.
    """
    mail: Mail | None = None
    try:
        mail = _understood(letter)
        return _once(letter, mail, now)
    except NOT_OURS_TO_JUDGE:
        raise
    except (CannotRead, Refused, Held) as fault:
        return _set_aside(letter, mail, str(fault), now)
    except Exception as fault:
        log.exception("Mail %s of %s was set aside.", letter.uid, letter.mailbox.pk)
        return _set_aside(letter, mail, f"{type(fault).__name__}: {fault}", now)


def retry(received_id: int, now: datetime) -> ReceivedMail:
    """Handle one that was set aside or left alone, as a person's, because somebody says so.

    It stays where it is when that fails. Raises Refused with the reason.
    """
    with files_kept_only_on_success() as kept, transaction.atomic():
        row = ReceivedMail.objects.select_for_update().filter(pk=received_id, outcome__in=RETRIED).first()
        if row is None or row.raw is None or row.mailbox is None:
            raise Refused("This mail has been handled already, or is no longer kept.")
        try:
            mail = parse(bytes(row.raw))
        except CannotRead as fault:
            raise Refused(f"It still cannot be read. {fault}") from None
        personal = mail if mail.kind is Kind.BOUNCE else replace(mail, kind=Kind.PERSONAL)
        _put(row, _followed(Arrival(personal, row.mailbox, row.arrived_at, kept), now), now)
        row.save()
    return row


def _followed(arrival: Arrival, now: datetime) -> Followed:
    try:
        return follow(arrival, now)
    except (Refused, *NOT_OURS_TO_JUDGE):
        raise
    except Exception as fault:
        log.exception("A mail that was set aside failed again.")
        raise Refused(f"{type(fault).__name__}: {fault}") from fault


def _understood(letter: Letter) -> Mail:
    mail = parse(letter.raw)
    if letter.size > len(letter.raw):
        mail.body.files.clear()
        largest = settings.MAIL_LARGEST_BYTES / 1024 / 1024
        mail.body.notices.append(
            f"The mail has {letter.size / 1024 / 1024:,.0f} MB; up to {largest:,.0f} MB are read. Only its "
            "beginning was, without its files. All of it is still in the mailbox."
        )
    return mail


def _once(letter: Letter, mail: Mail, now: datetime) -> ReceivedMail:
    """Two readers at once: the second waits for the first and finds that it came too late."""
    try:
        return _take_in(letter, mail, now)
    except IntegrityError:
        known = _row_of(letter)
        return known or _take_in(letter, mail, now)


def _take_in(letter: Letter, mail: Mail, now: datetime) -> ReceivedMail:
    with files_kept_only_on_success() as kept, transaction.atomic():
        row = _new_row(letter, mail, now)
        if ReceivedMail.objects.filter(fingerprint=mail.fingerprint).exclude(outcome=Outcome.TWICE).exists():
            row.outcome, row.reason = Outcome.TWICE, "The same mail came another way, or was read before."
            row.save()
            return row
        row.save()
        _refuse_floods(row, mail, now)
        _put(row, follow(Arrival(mail, letter.mailbox, row.arrived_at, kept), now), now)
        if row.outcome == Outcome.AUTOMATIC:
            row.raw = letter.raw
        row.save()
    return row


def _refuse_floods(row: ReceivedMail, mail: Mail, now: datetime) -> None:
    """So many in an hour no person writes. Raises Held."""
    most = settings.MAIL_PER_SENDER_AND_HOUR
    lately = ReceivedMail.objects.filter(sender=row.sender, handled_at__gt=now - timedelta(hours=1))
    if mail.kind is not Kind.BOUNCE and lately.exclude(pk=row.pk)[:most].count() >= most:
        raise Held(f"More than {most} mails from {row.sender or 'unknown senders'} within an hour.")


def _put(row: ReceivedMail, followed: Followed, now: datetime) -> None:
    row.outcome, row.reason = followed.outcome, followed.reason
    row.case, row.message = followed.case, followed.message
    row.handled_at, row.raw = now, None


def _set_aside(letter: Letter, mail: Mail | None, reason: str, now: datetime) -> ReceivedMail:
    """With all of it, so that it can be handled when the reason is gone."""
    known = _row_of(letter)
    if known is not None:
        return known
    row = _new_row(letter, mail, now)
    row.reason, row.raw = reason[:2000], letter.raw
    row.save()
    return row


def _row_of(letter: Letter) -> ReceivedMail | None:
    return ReceivedMail.objects.filter(
        mailbox=letter.mailbox, uid_validity=letter.uid_validity, uid=letter.uid
    ).first()


def _new_row(letter: Letter, mail: Mail | None, now: datetime) -> ReceivedMail:
    """One that has not been handled yet is one that is set aside."""
    unread = f"{letter.mailbox.pk}/{letter.uid_validity}/{letter.uid}"
    return ReceivedMail(
        mailbox=letter.mailbox,
        uid_validity=letter.uid_validity,
        uid=letter.uid,
        fingerprint=mail.fingerprint if mail else hashlib.sha256(unread.encode()).hexdigest(),
        mail_id=mail.message_id if mail else "",
        sender=mail.sender.address if mail and mail.sender else "",
        subject=mail.subject if mail else "",
        size=letter.size,
        arrived_at=min(letter.arrived_at, now),
        handled_at=now,
        outcome=Outcome.SET_ASIDE,
    )
