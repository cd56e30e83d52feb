"""Words on a case: public replies, internal notes, messages from the customer, with their files."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile

from cases.engine.evaluate import Refused, learn, lock
from cases.engine.merge_values import full_name
from cases.mail.copies import UNCHANGED, CcChanges
from cases.mail.outgoing import check_copies, mail_reply
from cases.models import Attachment, Case, Message, MessageKind
from cases.operations.actor import name_of
from cases.operations.drafts import discard_draft
from cases.operations.files import checked_files, files_kept_only_on_success, stored_name
from cases.operations.tell_team import tell_team
from cases.operations.texts import LONGEST_BODY, check_text
from entitlements.core.facts import AgentReplied, CustomerWrote, Fact, FieldsChanged, NoteAdded
from entitlements.models import Contact


class SomebodyWrote(Refused):
    """There is a message that the writer has not seen."""


def reply_to_case(
    case_id: int,
    *,
    body: str,
    by: User,
    now: datetime,
    form_key: uuid.UUID | None = None,
    files: Sequence[UploadedFile] = (),
    status: str = "",
    seen: int | None = None,
    copies: CcChanges = UNCHANGED,
) -> Message:
    """A public reply by an agent, and with it another status where one is given.

    `seen` is the newest message that the agent has seen: SomebodyWrote is raised when there is a newer one.
    `copies` is what the agent made of the copies that were shown. Raises Refused.
    """
    facts: list[Fact] = [AgentReplied(now, name_of(by)), *_moving_to(status, by, now)]
    reply = Message(kind=MessageKind.REPLY, author=by)
    check_copies(copies)
    with transaction.atomic():
        written = _write(reply, case_id, body, form_key, files, facts, by, seen)
        mail_reply(written, now, copies)
    return written


def add_note(
    case_id: int,
    *,
    body: str,
    by: User,
    now: datetime,
    form_key: uuid.UUID | None = None,
    files: Sequence[UploadedFile] = (),
    status: str = "",
) -> Message:
    """An internal note, and with it another status where one is given. Raises Refused."""
    note = Message(kind=MessageKind.NOTE, author=by)
    facts: list[Fact] = [NoteAdded(now, name_of(by)), *_moving_to(status, by, now)]
    return _write(note, case_id, body, form_key, files, facts, by)


def receive_customer_message(
    case_id: int,
    *,
    body: str,
    now: datetime,
    by: User | None = None,
    contact: Contact | None = None,
    form_key: uuid.UUID | None = None,
    files: Sequence[UploadedFile] = (),
) -> Message:
    """What the customer wrote; `by` is who typed it in, if anybody did.

    It may end a stop and move the status (§7.7). On a case that was merged it goes on in the other one.
    Raises Refused.
    """
    message = Message(kind=MessageKind.CUSTOMER, contact=contact)
    who = contact.name if contact else "the customer"
    return _write(message, where_it_goes_on(case_id), body, form_key, files, [CustomerWrote(now, who)], by)


def where_it_goes_on(case_id: int) -> int:
    """The case into which this one has been merged, over however many steps."""
    seen = set()
    while case_id not in seen:
        seen.add(case_id)
        case_id = Case.objects.filter(pk=case_id).values_list("merged_into", flat=True).first() or case_id
    return case_id


def _write(
    message: Message,
    case_id: int,
    body: str,
    form_key: uuid.UUID | None,
    files: Sequence[UploadedFile],
    facts: Sequence[Fact],
    by: User | None,
    seen: int | None = None,
) -> Message:
    """A form that was posted before gives the message that it gave then."""
    if not body.strip():
        raise Refused("Write something first.")
    check_text("message", body, LONGEST_BODY)
    checked_files(files)
    with files_kept_only_on_success() as kept, transaction.atomic():
        work = lock(case_id)
        earlier = Message.objects.filter(form_key=form_key).first() if form_key else None
        if earlier is not None:
            return _posted_before(earlier, case_id)
        if seen is not None:
            _refuse_unread(case_id, seen, by)
        message.case, message.body, message.at, message.form_key = work.case, body, facts[0].at, form_key
        message.save()
        learn(work, facts, facts[0].at)
        _tell_team(message, facts[0], by)
        Attachment.objects.bulk_create(_attachment(message, file, kept) for file in files)
        if by is not None:
            discard_draft(work.case.pk, by=by)
    return message


def _tell_team(message: Message, fact: Fact, by: User | None) -> None:
    """Of what both sides see."""
    if message.kind == MessageKind.CUSTOMER:
        tell_team(message.case, f"{fact.by} wrote", by=by, now=fact.at)
    elif message.kind == MessageKind.REPLY:
        tell_team(message.case, f"{full_name(by)} replied", by=by, now=fact.at)


def _refuse_unread(case_id: int, seen: int, by: User | None) -> None:
    """What a side has written meanwhile is read before it is answered. Internal notes are no answer."""
    newer = Message.objects.filter(case_id=case_id, pk__gt=seen, moved_from__isnull=True)
    newer = newer.exclude(kind=MessageKind.NOTE).exclude(author=by, author__isnull=False)
    unread = newer.select_related("author", "contact").order_by("-pk").first()
    if unread is not None:
        who = unread.contact or (unread.author and full_name(unread.author)) or "The customer"
        raise SomebodyWrote(f"{who} wrote while you were writing. Read it below, then send yours again.")


def _moving_to(status: str, by: User, now: datetime) -> list[Fact]:
    return [FieldsChanged(now, name_of(by), fields={"status": status})] if status else []


def _posted_before(earlier: Message, case_id: int) -> Message:
    if earlier.case_id != case_id:
        raise Refused("This form belongs to another case. Open the case again.")
    return earlier


def _attachment(message: Message, file: UploadedFile, kept: list[FieldFile]) -> Attachment:
    attachment = Attachment(
        message=message,
        name=stored_name(file.name),
        size=file.size or 0,
        content_type=(file.content_type or "")[:100],
    )
    attachment.file.save(f"{uuid.uuid4().hex}.bin", file, save=False)
    kept.append(attachment.file)
    return attachment
