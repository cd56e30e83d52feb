"""A case that somebody enters, with the files that came with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cases.models import Case
from cases.operations.create import create_case
from cases.operations.write_message import add_note

CAME_WITH_IT = "Came with the case."


def open_case(*, by: User, now: datetime, files: Sequence[UploadedFile] = (), **given: Any) -> Case:
    """`given` are the values of `create_case`. The files stand on an internal note. Raises Refused."""
    with transaction.atomic():
        case = create_case(by=by, now=now, **given)
        if files:
            add_note(case.pk, body=CAME_WITH_IT, by=by, now=now, files=files)
    return case
