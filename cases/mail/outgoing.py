"""A public reply leaves by mail: to whom, from which mailbox, in which thread."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models.functions import Lower

from cases.engine.outbox import Parcel, put
from cases.mail.addresses import canonical, is_address
from cases.models import Case, DeliveryKind, Message, MessageKind, MessageMail
from entitlements.core.mail_domains import domain_of_dns
from entitlements.models import Mailbox

MOST_REFERENCES = 20


def mail_reply(message: Message, now: datetime, cc: Iterable[str] = ()) -> None:
    """Put a mail of the reply into the outbox, one row a recipient. Call it in the transaction that wrote it.

    Nothing leaves where the desk has no mailbox or the customer no address. Twice is once.
    """
    case = message.case
    last = last_from_customer(case)
    mailbox = mailbox_for(case, last)
    to = _address_of_customer(case, last)
    if mailbox is None or not to:
        return
    copies = _copies(last, to, mailbox, cc)
    mail, _ = MessageMail.objects.get_or_create(
        message=message,
        defaults={
            "mailbox": mailbox,
            "mail_id": f"<{uuid.uuid4()}@{domain_of(mailbox)}>",
            "refers_to": _thread(case, last, mailbox),
            "sender_name": mailbox.sender_name or mailbox.name,
            "sender": mailbox.address,
            "to": [to],
            "cc": copies,
            "subject": subject_of(case),
        },
    )
    put((_parcel(message, address) for address in [*mail.to, *mail.cc]), now)


def _parcel(message: Message, address: str) -> Parcel:
    return Parcel(
        key=f"reply:{message.pk}:{address}",
        kind=DeliveryKind.REPLY,
        case=message.case_id,
        message=message.pk,
        recipient=address,
    )


def mailbox_of(case: Case) -> Mailbox | None:
    """The one by which what is said on the case leaves."""
    return mailbox_for(case, last_from_customer(case))


def mailbox_for(case: Case, last: MessageMail | None) -> Mailbox | None:
    """That by which the customer wrote, else that of the case's queue, else the first that has no queue."""
    if last is not None and last.mailbox is not None:
        return last.mailbox
    own = Mailbox.objects.filter(queue=case.queue_id).order_by("name") if case.queue_id else None
    return (own.first() if own is not None else None) or Mailbox.objects.filter(queue=None).first()


def last_from_customer(case: Case) -> MessageMail | None:
    """The latest mail from the customer on this case."""
    return (
        MessageMail.objects.filter(message__case=case, message__kind=MessageKind.CUSTOMER)
        .select_related("mailbox", "message")
        .order_by("-message__at", "-pk")
        .first()
    )


def domain_of(mailbox: Mailbox | None) -> str:
    """That of the ids of our mails."""
    address = mailbox.address if mailbox else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return domain_of_dns(address.rpartition("@")[2]) or "localhost"


def thread_id(case: Case, mailbox: Mailbox | None) -> str:
    """What all mails about a case refer to, so that mail programs keep them together."""
    return f"<{case.number}@{domain_of(mailbox)}>"


def subject_of(case: Case) -> str:
    """With the case's number, by which an answer finds back even when its other traces are lost."""
    plain = " ".join(case.subject.split())
    tag = f" [{case.number}]"
    return plain if case.number in plain else f"{plain[: 250 - len(tag)]}{tag}"


def _address_of_customer(case: Case, last: MessageMail | None) -> str:
    """Whoever wrote last, else the case's contact."""
    written = last.sender if last is not None else ""
    given = written or (canonical(case.contact.email) if case.contact else "")
    return given if is_address(given) else ""


def _copies(last: MessageMail | None, to: str, mailbox: Mailbox, given: Iterable[str]) -> list[str]:
    """Whom the customer had in the conversation, and whom the agent adds; nobody of the desk itself."""
    others = [*(last.to + last.cc if last is not None else []), *map(canonical, given)]
    own = {canonical(one) for one in Mailbox.objects.values_list("address", flat=True)}
    users = User.objects.annotate(address=Lower("email")).filter(address__in=others)
    own |= set(users.values_list("address", flat=True))
    kept = [one for one in dict.fromkeys(others) if one not in own and one != to and is_address(one)]
    return kept[:20]


def _thread(case: Case, last: MessageMail | None, mailbox: Mailbox) -> list[str]:
    """The nearest first, as everywhere; the last is the thread's own id."""
    before = [last.mail_id, *last.refers_to] if last is not None and last.mail_id else []
    named = dict.fromkeys([*before[: MOST_REFERENCES - 1], thread_id(case, mailbox)])
    return list(named)
