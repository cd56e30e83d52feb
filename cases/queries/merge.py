"""What a merge would move, before it does."""

from __future__ import annotations

from dataclasses import dataclass

from cases.models import Attachment, Case, Message, Task


@dataclass(frozen=True, slots=True)
class MergePreview:
    """`open_milestones` are those of the case that goes, which are cancelled."""

    target: Case
    messages: int
    files: int
    tasks: int
    has_description: bool
    open_milestones: int


def merge_preview(source: Case, target: Case) -> MergePreview:
    (other,) = Case.objects.filter(pk=target.pk).select_related("account", "owner")
    return MergePreview(
        target=other,
        messages=Message.objects.filter(case=source).count(),
        files=Attachment.objects.filter(message__case=source).count(),
        tasks=Task.objects.filter(case=source, done_at=None).count(),
        has_description=bool(source.description),
        open_milestones=source.milestones.open().count(),
    )
