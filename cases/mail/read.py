"""Mailboxes are read one batch after the other, each by one reader at a time."""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet

from cases.mail.imap import CannotConnect, OpenMailbox, Waiting, open_mailbox
from cases.mail.receive import Letter, receive
from cases.models import MailboxReading, ReceivedMail
from entitlements.models import Mailbox

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
EVERY = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)
BATCH = 20

Outcomes = Counter[str]


def read_next(now: datetime, most: int = BATCH) -> bool:
    """Read a batch of the mailbox that has waited for the longest; whether there was one."""
    _add_readings(now)
    reading = _lease_next(now)
    if reading is None:
        return False
    try:
        _, more = read_batch(reading, now, most)
    except CannotConnect as fault:
        log.warning("Mailbox %s cannot be read: %s", reading.mailbox_id, fault)
        return True
    if more:
        MailboxReading.objects.filter(pk=reading.pk).update(next_read_at=now)
    return True


def read_all(mailbox: Mailbox, now: datetime) -> Outcomes:
    """Everything new in one mailbox, whether it is due or not; how many of each outcome.

    Raises CannotConnect, also when somebody else is just reading it.
    """
    outcomes: Outcomes = Counter()
    more = True
    while more:
        counted, more = read_some(mailbox, now)
        outcomes += counted
    return outcomes


def read_some(mailbox: Mailbox, now: datetime) -> tuple[Outcomes, bool]:
    """A batch of one mailbox, as `read_all`; and whether there are more."""
    _add_readings(now)
    reading = _leased(mailbox.pk, now)
    if reading is None:
        raise CannotConnect("It is just being read.")
    return read_batch(reading, now, BATCH)


def read_batch(reading: MailboxReading, now: datetime, most: int) -> tuple[Outcomes, bool]:
    """At most so many letters of a mailbox that is leased; what became of them, and whether there are more.

    Raises CannotConnect. Either way the lease ends, and it is written down how it went.
    """
    try:
        with open_mailbox(reading.mailbox) as box:
            result = _take_in(box, reading, now, most)
    except CannotConnect as fault:
        pause = min(EVERY * 2 ** min(reading.failures, 10), LONGEST_PAUSE)
        _end(reading, next_read_at=now + pause, failures=reading.failures + 1, error=str(fault))
        raise
    except BaseException:
        _end(reading, next_read_at=now + EVERY)
        raise
    _end(reading, next_read_at=now + EVERY, failures=0, error="", read_at=now)
    return result


def _take_in(box: OpenMailbox, reading: MailboxReading, now: datetime, most: int) -> tuple[Outcomes, bool]:
    """Each letter is told to the mailbox only after what followed from it stands in the database."""
    mailbox = reading.mailbox
    rows = ReceivedMail.objects.filter(mailbox=mailbox, uid_validity=box.uid_validity)
    _file(box, rows)
    waiting = box.waiting(rows.aggregate(last=Max("uid"))["last"] or 0, most)
    outcomes: Outcomes = Counter()
    for one in waiting[:most]:
        if not _is_ours(reading):
            break
        outcomes[_receive(box, one, mailbox, now)] += 1
    _file(box, rows)
    return outcomes, len(waiting) > most


def _receive(box: OpenMailbox, waiting: Waiting, mailbox: Mailbox, now: datetime) -> str:
    letter = Letter(
        mailbox, box.uid_validity, waiting.uid, box.letter(waiting), waiting.size, waiting.arrived_at
    )
    return receive(letter, now).outcome


def _file(box: OpenMailbox, rows: QuerySet[ReceivedMail]) -> None:
    """Those that stand in the database and of which the mailbox does not know yet."""
    unfiled = dict(rows.filter(is_filed=False).values_list("pk", "uid"))
    box.file(list(unfiled.values()))
    ReceivedMail.objects.filter(pk__in=list(unfiled)).update(is_filed=True)


def _add_readings(now: datetime) -> None:
    """For mailboxes that are new."""
    new = Mailbox.objects.filter(reading=None)
    MailboxReading.objects.bulk_create(
        (MailboxReading(mailbox=mailbox, next_read_at=now) for mailbox in new), ignore_conflicts=True
    )


def _lease_next(now: datetime) -> MailboxReading | None:
    with transaction.atomic():
        due = MailboxReading.objects.due(now).order_by("next_read_at", "pk")
        key = due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True).first()
        return _lease(key, now) if key is not None else None


def _leased(key: str, now: datetime) -> MailboxReading | None:
    with transaction.atomic():
        rows = MailboxReading.objects.select_for_update(of=("self",)).filter(pk=key)
        reading = rows.first()
        if reading is None or (reading.leased_until is not None and reading.leased_until > now):
            return None
        return _lease(key, now)


def _lease(key: str, now: datetime) -> MailboxReading:
    MailboxReading.objects.filter(pk=key).update(lease=uuid.uuid4(), leased_until=now + LEASE)
    return MailboxReading.objects.select_related("mailbox__queue", "mailbox__account").get(pk=key)


def _is_ours(reading: MailboxReading) -> bool:
    """A reader that was given up for dead leaves the rest to its successor."""
    return MailboxReading.objects.filter(pk=reading.pk, lease=reading.lease).exists()


def _end(reading: MailboxReading, **values: object) -> None:
    ours = MailboxReading.objects.filter(pk=reading.pk, lease=reading.lease)
    ours.update(**values, lease=None, leased_until=None)
