"""Setup's home: what is configured, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model

from entitlements.models import (
    Account,
    BusinessHours,
    CasePriority,
    CaseStatus,
    Entitlement,
    EntitlementProcess,
    Milestone,
    ProcessVersion,
    Queue,
    VersionState,
)


@dataclass(frozen=True)
class Missing:
    """Something that an administrator should look at, and the page where it is put right."""

    words: str
    model: type[Model]
    verb: str
    adds: bool = False


def missing() -> list[Missing]:
    """In the order of the work: what has to be there first comes first."""
    return [*_basics(), *_processes(), *_promises()]


def _basics() -> Iterator[Missing]:
    if not CaseStatus.objects.exists():
        yield Missing("There are no case statuses: no case can be created.", CaseStatus, "New Status", True)
    elif not CaseStatus.objects.filter(is_default=True).exists():
        yield Missing("No status is the default: new cases take the first in order.", CaseStatus, "Statuses")
    if CaseStatus.objects.exists() and not CaseStatus.objects.filter(is_closed=True).exists():
        yield Missing("No status closes a case.", CaseStatus, "Statuses")
    if not CasePriority.objects.exists():
        yield Missing("There are no priorities.", CasePriority, "New Priority", True)
    if not Queue.objects.exists():
        yield Missing("There are no queues for cases to wait in.", Queue, "New Queue", True)
    if not BusinessHours.objects.exists():
        yield Missing(
            "There are no business hours: milestones count nights and weekends.",
            BusinessHours,
            "New Business Hours",
            True,
        )
    elif not BusinessHours.objects.filter(is_default=True).exists():
        yield Missing("No business hours are the organisation's default.", BusinessHours, "Business Hours")


def _processes() -> Iterator[Missing]:
    if not Milestone.objects.exists():
        yield Missing("There are no milestones, such as First Response.", Milestone, "New Milestone", True)
    if not EntitlementProcess.objects.exists():
        yield Missing("There is no entitlement process.", EntitlementProcess, "New Entitlement Process", True)
    published = ProcessVersion.objects.filter(state=VersionState.PUBLISHED).values("process_id")
    for process in EntitlementProcess.objects.filter(is_active=True).exclude(pk__in=published)[:5]:
        yield Missing(
            f"“{process}” has no published version: cases get no milestones from it.",
            EntitlementProcess,
            "Publish one",
        )


def _promises() -> Iterator[Missing]:
    if not Account.objects.exists():
        yield Missing("There are no accounts.", Account, "New Account", True)
    if EntitlementProcess.objects.exists() and not Entitlement.objects.exists():
        yield Missing(
            "Nobody has an entitlement: no case enters a process.", Entitlement, "New Entitlement", True
        )
