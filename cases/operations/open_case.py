"""A case that somebody enters, with the files that came with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from cases.models import Case
from cases.operations.create import create_case
from cases.operations.write_message import add_note

CAME_WITH_IT = "Came with the case."


def open_case(
    *, by: User, now: datetime, files: Sequence[UploadedFile] = (), form_key: UUID | None = None, **given: Any
) -> Case:
    """`given` are the values of `create_case`. The files stand on an internal note. Raises Refused.

    A form posted twice, even at one instant, gives the one case.
    """
    earlier = _opened_by(form_key)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            case = create_case(by=by, now=now, **given)
            if files:
                add_note(case.pk, body=CAME_WITH_IT, by=by, now=now, files=files)
            if form_key is not None:
                Case.objects.filter(pk=case.pk).update(form_key=form_key)
    except IntegrityError:
        earlier = _opened_by(form_key)
        if earlier is None:
            raise
        return earlier
    return case


def _opened_by(form_key: UUID | None) -> Case | None:
    return Case.objects.filter(form_key=form_key).first() if form_key is not None else None
