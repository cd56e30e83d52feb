"""What somebody is writing is kept until it is sent, through crashes and closed windows."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.evaluate import Refused
from cases.mail.copies import CcChanges
from cases.models import Case, Draft, Message, MessageKind
from cases.operations.texts import LONGEST_BODY, check_text


def keep_draft(
    case_id: int,
    *,
    kind: str,
    body: str,
    by: User,
    now: datetime,
    form_key: uuid.UUID | None = None,
    copies: CcChanges | None = None,
) -> Draft | None:
    """Keep it as it is now; an empty one is thrown away. None then, and when it has been sent meanwhile.

    `copies` is what the writer made of them; without it the draft keeps what it had. Raises Refused.
    """
    check_text("message", body, LONGEST_BODY)
    if kind not in MessageKind.values:
        raise Refused("A message is a reply, a note or what the customer wrote.")
    if not body.strip():
        discard_draft(case_id, by=by)
        return None
    with transaction.atomic():
        # What is being sent at this moment is no draft any more: sending holds the case too.
        list(Case.objects.select_for_update().filter(pk=case_id).values_list("pk"))
        if form_key is not None and Message.objects.filter(form_key=form_key).exists():
            return None
        kept: dict[str, Any] = {"kind": kind, "body": body, "saved_at": now}
        if copies is not None:
            kept |= {"cc_added": list(copies.added), "cc_removed": list(copies.removed)}
        draft, _ = Draft.objects.update_or_create(
            case_id=case_id,
            user=by,
            defaults=kept,
            create_defaults={**kept, "since": now},
        )
        Case.objects.filter(pk=case_id).update(drafted_at=now)
    return draft


def discard_draft(case_id: int, *, by: User) -> None:
    Draft.objects.filter(case_id=case_id, user=by).delete()
