"""A mail server could not deliver a mail of ours: its delivery is marked, its case says so."""

from __future__ import annotations

from datetime import datetime

from cases.mail.followed import Followed
from cases.mail.kinds import Bounce
from cases.mail.parse import Mail
from cases.mail.thread import deliveries_named
from cases.mail.write import learn_of
from cases.models import (
    Case,
    Delivery,
    DeliveryState,
    Message,
    MessageKind,
    MessageMail,
    Notification,
    Outcome,
)
from entitlements.core.facts import NoteAdded


def note_bounce(mail: Mail, at: datetime, now: datetime) -> Followed:
    """Only a mail of ours counts, which its unguessable id tells; a server that still tries marks nothing."""
    ours = _returned(mail)
    if not ours:
        return Followed(Outcome.BOUNCE, "It is about no mail of this desk.")
    said = [str(one) for one in mail.bounces if one.is_final]
    if mail.bounces and not said:
        return Followed(Outcome.BOUNCE, f"Still being tried. {mail.bounces[0]}", ours[0].case)
    why = "; ".join(said) or "The mail server sent it back."
    for delivery in ours:
        Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.DONE).update(
            state=DeliveryState.DEAD, error=f"Bounced. {why}"[:2000]
        )
    cases = {one.case_id: one.case for one in ours if one.case is not None}
    messages = [_note(case, f"A mail could not be delivered. {why}", at, now) for case in cases.values()]
    first = next(iter(cases.values()), None)
    return Followed(Outcome.BOUNCE, why, first, next(iter(messages), None))


def _returned(mail: Mail) -> list[Delivery]:
    """The deliveries that came back: named themselves, or of a message that is named."""
    ids = [*mail.returned, *mail.refers_to]
    named = deliveries_named(ids)
    messages = MessageMail.objects.filter(mail_id__in=ids, message__kind=MessageKind.REPLY)
    sent = list(Delivery.objects.filter(message__in=messages.values("message")).select_related("case"))
    return named or _to_whom(sent, list(mail.bounces))


def _to_whom(sent: list[Delivery], bounces: list[Bounce]) -> list[Delivery]:
    """Of the copies of a reply those whose recipients are named; all when none is."""
    recipients = {one.recipient for one in bounces}
    return [one for one in sent if one.recipient.lower() in recipients] or sent


def _note(case: Case, text: str, at: datetime, now: datetime) -> Message:
    message = Message.objects.create(case=case, kind=MessageKind.NOTE, body=text, at=at)
    learn_of(case.pk, [NoteAdded(at)], now)
    if case.owner_id is not None:
        Notification.objects.create(
            user_id=case.owner_id, case=case, text=f"{case.number}: {text}"[:300], created_at=now
        )
    return message
