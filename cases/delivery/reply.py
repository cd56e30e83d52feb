"""An agent's public reply, by mail to one of its recipients."""

from __future__ import annotations

from datetime import datetime
from email.utils import formataddr

from cases.delivery.one_copy import OneCopy, hand_over, one_line
from cases.delivery.outcome import CannotArrive, Send
from cases.engine.merge_values import full_name
from cases.models import Delivery, Message, MessageMail
from cases.rich_text import text_as_html

HTML = '<!doctype html><html><head><meta charset="utf-8"></head><body>{}</body></html>'


def prepare(delivery: Delivery, now: datetime) -> Send:
    """The attempt, with the same Message-ID each time and for each recipient. Raises CannotArrive."""
    known = MessageMail.objects.select_related("message__author", "message__case")
    mail = known.filter(message=delivery.message_id).first()
    if mail is None:
        raise CannotArrive("The reply is no mail any more.")
    composed = composed_reply(mail)
    composed.goes_to = delivery.recipient
    return lambda: hand_over(composed)


def composed_reply(mail: MessageMail) -> OneCopy:
    """As every recipient gets it."""
    message = mail.message
    composed = OneCopy(
        subject=one_line(f"Re: {mail.subject}"),
        body=message.body,
        from_email=formataddr((one_line(_sender(message, mail)), mail.sender)),
        to=mail.to,
        cc=mail.cc,
        reply_to=[mail.sender],
        headers=_headers(mail),
    )
    composed.attach_alternative(HTML.format(text_as_html(message.body)), "text/html")
    for file in message.attachments.all():
        with file.file.open("rb") as stored:
            composed.attach(file.name, stored.read(), file.content_type or "application/octet-stream")
    return composed


def _sender(message: Message, mail: MessageMail) -> str:
    name = full_name(message.author)
    return f"{name} ({mail.sender_name})" if name else mail.sender_name


def _headers(mail: MessageMail) -> dict[str, str]:
    """`refers_to` has the nearest first, References have it last (RFC 5322, 3.6.4)."""
    answered = {"In-Reply-To": mail.refers_to[0]} if len(mail.refers_to) > 1 else {}
    return {
        "Message-ID": mail.mail_id,
        "References": " ".join(reversed(mail.refers_to)),
        "X-Servicedesk-Case": mail.message.case.number,
        **answered,
    }
