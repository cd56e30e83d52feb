"""The Milestones related list of a version: each row in words, and which tier of its milestone it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from entitlements.core.expressions import Scope
from entitlements.models import CompletionChoice, ProcessMilestone, ProcessVersion
from entitlements.queries import in_words
from entitlements.queries.case_fields import Fields, named_fields
from entitlements.queries.criteria_words import expression_words
from entitlements.queries.versions import rows_of


@dataclass(frozen=True, slots=True)
class ListedRow:
    """`tier` counts the rows of one milestone, of which there are `tiers`. `criteria` is empty for all cases.

    `is_never_reached` says that an earlier row of the milestone is for all cases.
    """

    row: ProcessMilestone
    tier: int
    tiers: int
    target: str
    criteria: str
    completion: str
    hours: str
    triggers: list[tuple[str, str]]
    is_never_reached: bool


def milestone_list(version: ProcessVersion) -> list[ListedRow]:
    """In order."""
    rows, fields = rows_of(version), named_fields(Scope.MILESTONE)
    tiers, so_far = Counter(row.milestone_id for row in rows), Counter[int]()
    for_all: set[int] = set()
    listed = []
    for row in rows:
        so_far[row.milestone_id] += 1
        place = so_far[row.milestone_id], tiers[row.milestone_id]
        listed.append(_listed(row, place, fields, row.milestone_id in for_all))
        if not row.when:
            for_all.add(row.milestone_id)
    return listed


def _listed(
    row: ProcessMilestone, place: tuple[int, int], fields: Fields, is_never_reached: bool
) -> ListedRow:
    completion = in_words.completion(row)
    if row.completed_by == CompletionChoice.CRITERIA:
        completion = f"When {expression_words(row.completion, fields)}"
    return ListedRow(
        row,
        *place,
        target=in_words.target(row),
        criteria=expression_words(row.when, fields) if row.when else "",
        completion=completion,
        hours=in_words.hours(row),
        triggers=[(in_words.moment(one), in_words.actions(one)) for one in row.triggers.all()],
        is_never_reached=is_never_reached,
    )


def promise_in_words(version: ProcessVersion) -> list[tuple[str, str]]:
    """Entry, exit, re-entry and hours, each as a sentence, the fallback of the hours included."""
    exits = (
        f"when {expression_words(version.exit_when, named_fields(Scope.CASE))}"
        if version.exit_when
        else "when it is closed"
    )
    comes_back = {
        "keep": "what was completed on it counts: a milestone without recurrence does not come again",
        "restart": "everything begins anew",
    }[version.on_reentry]
    entry = f"at its “{in_words.date_field(version.enter_at)}”"
    if version.enter_at == "created_at":
        entry = "when it is created"
    return [
        ("Entry", f"A case enters {entry}, but never before its entitlement begins."),
        ("Exit", f"It leaves {exits}. What is still open is cancelled then."),
        ("Re-entry", f"When it comes back, {comes_back}."),
        ("Hours", f"{in_words.hours_sentence(version)} A milestone may name its own."),
    ]
