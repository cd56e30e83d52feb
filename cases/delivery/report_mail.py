"""A saved report, by mail to one of its recipients."""

from __future__ import annotations

from datetime import datetime

from cases.delivery.one_copy import OneCopy, hand_over, one_line
from cases.delivery.outcome import CannotArrive, Send
from cases.mail.outgoing import domain_of
from cases.models import Delivery, ReportMailing


def prepare(delivery: Delivery, now: datetime) -> Send:
    """The attempt, with the same Message-ID each time. Raises CannotArrive."""
    mailing = ReportMailing.objects.filter(pk=delivery.payload.get("mailing")).first()
    if mailing is None:
        raise CannotArrive("This report is no longer kept.")
    message = OneCopy(
        subject=one_line(mailing.subject),
        body=mailing.body,
        to=[delivery.recipient],
        headers={
            "Message-ID": f"<{delivery.token}@{domain_of(None)}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mailing.html, "text/html")
    if mailing.csv:
        message.attach(mailing.file_name, mailing.csv.encode(), "text/csv")
    return lambda: hand_over(message)
