"""What a list can be narrowed by, and what it is narrowed by."""

from __future__ import annotations

from dataclasses import dataclass

from cases.queries.coverage import REASONS
from cases.queries.people import Choices
from cases.queries.words import span
from cases.queries.worklist.around import Around
from cases.queries.worklist.wanted import CLOCKS, ME, NOBODY, RESULTS, Wanted


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with its values and labels, and those chosen."""

    name: str
    label: str
    values: Choices
    chosen: tuple[str, ...]

    @property
    def told(self) -> str:
        """What is chosen, in words; nothing where nothing is."""
        labels = dict(self.values)
        return ", ".join(labels.get(value, value) for value in self.chosen)


@dataclass(frozen=True, slots=True)
class Tag:
    """Something else that narrows the list: in words, and the names in the address that make it."""

    told: str
    names: tuple[str, ...]


def choices_for(wanted: Wanted, around: Around) -> list[Choice]:
    """The filters of cases."""
    organisation = around.organisation
    nobody = [(NOBODY, "nobody")]
    values: list[tuple[str, str, Choices]] = [
        ("queue", "Queue", [(NOBODY, "no queue"), *around.queues]),
        ("owner", "Owner", [(ME, "me"), *nobody, *around.people]),
        ("priority", "Priority", [*_same(reversed(organisation.priorities)), (NOBODY, "no priority")]),
        ("status", "Status", _same(organisation.status)),
        ("stage", "Stage", [*_same(organisation.stages), (NOBODY, "no stage")]),
        ("process", "Process", [*_same(around.processes), (NOBODY, "no process")]),
    ]
    return [Choice(name, label, known, wanted.filters.get(name, ())) for name, label, known in values]


def row_choices_for(wanted: Wanted, around: Around) -> list[Choice]:
    """The filters of one row of milestones."""
    return [
        Choice("milestone", "Milestone", _same(around.milestones), wanted.row.milestones),
        Choice("clock", "Its clock", list(CLOCKS.items()), wanted.row.clocks),
    ]


def tags_of(wanted: Wanted) -> list[Tag]:
    """What has no field among the filters, so that it can be seen and taken away."""
    row, tags = wanted.row, []
    if wanted.words:
        tags.append(Tag(f"“{wanted.words}”", ("q",)))
    if wanted.filters.get("account"):
        tags.append(Tag(f"Account: {wanted.filters['account'][0]}", ("account",)))
    if reasons := wanted.filters.get("why"):
        tags.append(Tag("; ".join(REASONS[reason] for reason in reasons), ("why",)))
    if row.left is not None:
        tags.append(Tag(f"less than {span(row.left)} left", ("left",)))
    if row.breached is not None:
        tags.append(Tag("breached" if row.breached else "not breached", ("breached",)))
    if row.result or row.since:
        since = f" since {row.since.day} {row.since:%b}" if row.since else ""
        tags.append(Tag(f"{RESULTS.get(row.result, 'Ended')}{since}", ("result", "since")))
    return tags


def _same(names: object) -> Choices:
    return [(name, name) for name in names]  # type: ignore[attr-defined]
