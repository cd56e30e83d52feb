"""What was said on a case, and what is to be done on it."""

from __future__ import annotations

from django.db.models import QuerySet

from cases.models import Case, Message, Task

SHOWN = 100


def messages_of(case: Case, everything: bool = False) -> list[Message]:
    """The latest first; a hundred of them unless everything is wanted."""
    thread = (
        Message.objects.filter(case=case)
        .select_related("author", "contact")
        .prefetch_related("attachments")
        .order_by("-at", "-pk")
    )
    return list(thread if everything else thread[: SHOWN + 1])


def tasks_of(case: Case) -> QuerySet[Task]:
    """What is to be done first, then what is done."""
    return case.tasks.select_related("assigned_to").order_by("done_at", "due_at", "pk")
