"""A public reply leaves by mail: to whom, from which mailbox, in which thread."""

from __future__ import annotations

import uuid
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings

from cases.engine.evaluate import Refused
from cases.engine.outbox import Parcel, put
from cases.mail.addresses import canonical, is_address
from cases.mail.copies import MOST_COPIES, UNCHANGED, CcChanges, Correspondence, correspondence_of
from cases.mail.desk_people import own_addresses, people_of_desk
from cases.models import Case, DeliveryKind, Message, MessageKind, MessageMail
from entitlements.core.mail_domains import domain_of_dns
from entitlements.models import Mailbox

MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class Addressed:
    """To whom a reply on a case goes, and by which mailbox. Nothing leaves where `why_not` says why."""

    to: str = ""
    cc: tuple[str, ...] = ()
    mailbox: Mailbox | None = None
    why_not: str = ""


def addressed(
    case: Case, written: Correspondence, mailboxes: Sequence[Mailbox], of_desk: Container[str]
) -> Addressed:
    """To whoever wrote last, else the contact; a copy to everybody else who takes part.

    None to the desk itself: `of_desk` are its people's addresses. Asks no database.
    """
    mailbox = mailbox_among(mailboxes, case, written.last)
    to = _address_of_customer(case, written.last)
    if mailbox is None:
        return Addressed(why_not="The desk has no mailbox: a reply stays in the desk.")
    if not to:
        return Addressed(why_not="The customer has no mail address: a reply stays in the desk.")
    own = own_addresses(mailboxes)
    others = (one for one in written.circle if one not in own and one not in of_desk and is_address(one))
    return Addressed(to, tuple(one for one in others if one != to)[:MOST_COPIES], mailbox)


def check_copies(changes: CcChanges) -> None:
    """Raises Refused where an agent copies in what must not have a copy."""
    if not changes.added:
        return
    for one in changes.added:
        if not is_address(one):
            raise Refused(f"“{one[:60]}” is no mail address.")
    for one in sorted(own_addresses(Mailbox.objects.all()) & set(changes.added)):
        raise Refused(f"{one} is an address of the desk itself: a copy would come back as a mail.")
    for address, username in people_of_desk(changes.added).items():
        raise Refused(f"{address} is {username} of this desk: put colleagues into the case team instead.")


def mail_reply(message: Message, now: datetime, changes: CcChanges = UNCHANGED) -> None:
    """Put a mail of the reply into the outbox, one row a recipient. Call it in the transaction that wrote it.

    Nothing leaves where the desk has no mailbox or the customer no address. Twice is once. Raises Refused
    where too many would have copies.
    """
    case = message.case
    written, mailboxes = correspondence_of(case), list(Mailbox.objects.order_by("name"))
    goes = addressed(case, written, mailboxes, people_of_desk(written.circle))
    if goes.mailbox is None:
        return
    copies = [one for one in changes.applied_to(goes.cc) if one != goes.to]
    if len(copies) > MOST_COPIES:
        raise Refused(f"At most {MOST_COPIES} people get a copy.")
    mail, _ = MessageMail.objects.get_or_create(
        message=message,
        defaults={
            "mailbox": goes.mailbox,
            "mail_id": f"<{uuid.uuid4()}@{domain_of(goes.mailbox)}>",
            "refers_to": _thread(case, written.last, goes.mailbox),
            "sender_name": goes.mailbox.sender_name or goes.mailbox.name,
            "sender": goes.mailbox.address,
            "to": [goes.to],
            "cc": copies,
            "subject": subject_of(case),
        },
    )
    put((_parcel(message, address, mail) for address in dict.fromkeys([*mail.to, *mail.cc])), now)


def _parcel(message: Message, address: str, mail: MessageMail) -> Parcel:
    return Parcel(
        key=f"reply:{message.pk}:{address}",
        kind=DeliveryKind.REPLY,
        case=message.case_id,
        message=message.pk,
        recipient=address,
        payload={"copy": True} if address in mail.cc else {},
    )


def mailbox_of(case: Case) -> Mailbox | None:
    """The one by which what is said on the case leaves."""
    return mailbox_among(list(Mailbox.objects.order_by("name")), case, last_from_customer(case))


def mailbox_among(mailboxes: Sequence[Mailbox], case: Case, last: MessageMail | None) -> Mailbox | None:
    """That by which the customer wrote, else that of the case's queue, else the first that has no queue."""
    written = last.mailbox_id if last is not None else None
    wanted = (
        *(one for one in mailboxes if one.pk == written),
        *(one for one in mailboxes if case.queue_id is not None and one.queue_id == case.queue_id),
        *(one for one in mailboxes if one.queue_id is None),
    )
    return next(iter(wanted), None)


def last_from_customer(case: Case) -> MessageMail | None:
    """The latest mail from the customer on this case."""
    return (
        MessageMail.objects.filter(message__case=case, message__kind=MessageKind.CUSTOMER)
        .select_related("message")
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


def _thread(case: Case, last: MessageMail | None, mailbox: Mailbox) -> list[str]:
    """The nearest first, as everywhere; the last is the thread's own id."""
    before = [last.mail_id, *last.refers_to] if last is not None and last.mail_id else []
    named = dict.fromkeys([*before[: MOST_REFERENCES - 1], thread_id(case, mailbox)])
    return list(named)
