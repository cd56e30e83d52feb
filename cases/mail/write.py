"""A mail becomes a message on a case, with its files and what made it a mail."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from cases.engine.evaluate import learn, lock
from cases.mail.body import File
from cases.mail.parse import Mail
from cases.models import Attachment, Case, Message, MessageKind, MessageMail
from entitlements.core.facts import Fact
from entitlements.models import Contact, Mailbox

NO_TEXT = "(no text)"


def write_message(
    case: Case,
    mail: Mail,
    *,
    kind: MessageKind,
    at: datetime,
    kept: list[FieldFile],
    mailbox: Mailbox | None,
    contact: Contact | None = None,
    author: User | None = None,
    notices: Sequence[str] = (),
) -> Message:
    """The message alone: what it does to the case is the caller's business. `kept` gathers stored files."""
    message = Message.objects.create(
        case=case, kind=kind, author=author, contact=contact, body=mail.body.text or NO_TEXT, at=at
    )
    MessageMail.objects.create(
        message=message,
        mailbox=mailbox,
        mail_id=mail.message_id,
        refers_to=list(mail.refers_to),
        sender_name=mail.sender.name if mail.sender else "",
        sender=mail.sender.address if mail.sender else "",
        to=[one.address for one in mail.to],
        cc=[one.address for one in mail.cc],
        subject=mail.subject,
        html=mail.body.html,
        notices=[*notices, *mail.body.notices],
    )
    Attachment.objects.bulk_create(_attachment(message, file, kept) for file in mail.body.files)
    return message


def learn_of(case_id: int, facts: Sequence[Fact], now: datetime) -> Case:
    """Let the facts of a mail happen on its case. Call it inside a transaction. Raises Refused."""
    work = lock(case_id)
    learn(work, facts, now)
    return work.case


def _attachment(message: Message, file: File, kept: list[FieldFile]) -> Attachment:
    attachment = Attachment(
        message=message, name=file.name, size=len(file.content), content_type=file.content_type
    )
    attachment.file.save(f"{uuid.uuid4().hex}.bin", ContentFile(file.content), save=False)
    kept.append(attachment.file)
    return attachment
