"""What follows from a mail: a new case, a message on one, a note, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.fields.files import FieldFile

from cases.mail.bounces import note_bounce
from cases.mail.followed import Followed
from cases.mail.kinds import Kind
from cases.mail.parse import Mail
from cases.mail.senders import Sender, contact_for, is_own, sender_of
from cases.mail.thread import case_meant, deliveries_named, may_write
from cases.mail.write import learn_of, write_message
from cases.models import Case, CaseLink, LinkKind, Message, MessageKind, MessageMail, Outcome
from cases.operations import create_case
from cases.operations.actor import name_of
from cases.operations.tell_team import tell_team
from cases.operations.write_message import where_it_goes_on
from entitlements.core.facts import CustomerWrote, Fact, FieldsChanged, NoteAdded
from entitlements.models import Contact, Mailbox, WhenClosed
from entitlements.models.compiled import compiled

ORIGIN = "Email"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail, where and when it arrived, and the files that were stored for it so far."""

    mail: Mail
    mailbox: Mailbox
    at: datetime
    kept: list[FieldFile]


def follow(arrival: Arrival, now: datetime) -> Followed:
    """Call it inside a transaction. Raises Refused."""
    mail = arrival.mail
    if _is_ours(mail):
        return Followed(Outcome.OWN, "The desk wrote it itself.")
    if mail.kind is Kind.BOUNCE:
        return note_bounce(mail, arrival.at, now)
    sender = sender_of(mail.sender)
    meant = case_meant(mail)
    case = Case.objects.get(pk=where_it_goes_on(meant.pk)) if meant is not None else None
    if case is not None and may_write(case, sender):
        return _answer(arrival, case, sender, now)
    if case is not None and sender.user is not None:
        return _note(arrival, case, sender, now)
    if _is_unwanted(arrival):
        return Followed(Outcome.AUTOMATIC, "A machine wrote it, and it belongs to no case of its sender's.")
    return _open(arrival, sender, refers_to=case)


def _is_ours(mail: Mail) -> bool:
    """Written from an address of the desk's, or under an id that only the desk gives."""
    if mail.sender is not None and is_own(mail.sender.address):
        return True
    given = MessageMail.objects.filter(mail_id=mail.message_id, message__kind=MessageKind.REPLY)
    return bool(mail.message_id) and (given.exists() or bool(deliveries_named([mail.message_id])))


def _is_unwanted(arrival: Arrival) -> bool:
    kind = arrival.mail.kind
    return kind is Kind.AUTO_REPLY or (kind is Kind.MACHINE and not arrival.mailbox.machines_open_cases)


def _answer(arrival: Arrival, case: Case, sender: Sender, now: datetime) -> Followed:
    """The customer writes on; a machine of theirs leaves a note that wakes nobody up."""
    if arrival.mail.kind is not Kind.PERSONAL:
        return _note(arrival, case, sender, now)
    if case.is_closed and _is_past(case, arrival):
        return _open(arrival, sender, follows=case)
    contact = contact_for(sender, arrival.mailbox) if sender.account else None
    message = _message(arrival, case, MessageKind.CUSTOMER, contact)
    who = contact.name if contact else str(sender.person)
    facts: list[Fact] = [CustomerWrote(arrival.at, who[:150])]
    if case.is_closed and (opens := _status_to_open(case)):
        facts.append(FieldsChanged(arrival.at, fields={"status": opens}))
    learned = learn_of(case.pk, facts, now)
    tell_team(learned, f"{who} wrote", by=None, now=now)
    return Followed(Outcome.ANSWERED, "", learned, message)


def _is_past(case: Case, arrival: Arrival) -> bool:
    """Whether a new case follows a closed one."""
    mailbox = arrival.mailbox
    if mailbox.when_closed == WhenClosed.FOLLOW_UP:
        return True
    closed_for = arrival.at - (case.closed_at or arrival.at)
    return mailbox.reopen_days is not None and closed_for > timedelta(days=mailbox.reopen_days)


def _status_to_open(case: Case) -> str:
    """Empty where the status itself says where a customer's message leads (§7.7)."""
    organisation = compiled().organisation
    leads = organisation.status_named(case.status_id).on_customer_message
    return "" if leads else organisation.default_status


def _note(arrival: Arrival, case: Case, sender: Sender, now: datetime) -> Followed:
    """An automatic reply, or what somebody of the desk wrote: no customer's words, and no reply either."""
    message = _message(arrival, case, MessageKind.NOTE, sender.contact, sender)
    learned = learn_of(case.pk, [NoteAdded(arrival.at, name_of(sender.user))], now)
    why = "An automatic reply." if sender.user is None else "Written by somebody of the desk."
    return Followed(Outcome.NOTED, why, learned, message)


def _open(
    arrival: Arrival, sender: Sender, *, follows: Case | None = None, refers_to: Case | None = None
) -> Followed:
    """A mail that opens a case is its creation, no message on it (docs/semantics.md)."""
    mail, mailbox = arrival.mail, arrival.mailbox
    contact = contact_for(sender, mailbox)
    case = create_case(
        subject=mail.subject,
        by=None,
        now=arrival.at,
        contact=contact,
        account=contact.account if contact else None,
        origin=ORIGIN,
        queue=mailbox.queue_id or "",
        priority=mailbox.priority_id or "",
    )
    notices = []
    if follows is not None:
        CaseLink.objects.create(case=case, other=follows, kind=LinkKind.RELATED, at=arrival.at)
        notices.append(f"It follows {follows.number}, which was closed.")
    if refers_to is not None:
        notices.append(f"It refers to {refers_to.number}, with which its sender has nothing to do.")
    message = _message(arrival, case, MessageKind.CUSTOMER, contact, notices=notices)
    return Followed(Outcome.OPENED, " ".join(notices), case, message)


def _message(
    arrival: Arrival,
    case: Case,
    kind: MessageKind,
    contact: Contact | None,
    sender: Sender | None = None,
    notices: list[str] | None = None,
) -> Message:
    return write_message(
        case,
        arrival.mail,
        kind=kind,
        at=arrival.at,
        kept=arrival.kept,
        mailbox=arrival.mailbox,
        contact=contact,
        author=sender.user if sender else None,
        notices=notices or (),
    )
