"""The reasons of an estimate, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from cases.estimates.history import WINDOW
from cases.estimates.similar import FEWEST, Group
from cases.queries.late_chance import LateChance
from cases.queries.words import span

HALF, NINE_OF_TEN = 0.5, 0.9
WEEKS = WINDOW // timedelta(weeks=1)


def reasons_for(chance: LateChance) -> list[str]:
    """Sentences: with whom it was compared, how those went, how long they still needed."""
    return list(_of_found(chance) if chance.found else _of_none(chance))


def _of_found(chance: LateChance) -> Iterator[str]:
    found = chance.found
    if found is None:
        return
    yield (
        f"Of {chance.like} similar milestones that were not over after {_so_long(chance)}, "
        f"{chance.like_late} became late."
    )
    yield f"Similar: {in_words(found.group)}, due in the last {WEEKS} weeks."
    if found.too_few:
        yield f"Fewer than {FEWEST} had come as far {_and(map(_narrower, found.too_few))}."
    yield f"From here {_needed(chance)}."


def _of_none(chance: LateChance) -> Iterator[str]:
    yield (
        f"Fewer than {FEWEST} milestones “{chance.group.milestone}” due in the last {WEEKS} weeks "
        f"were not over after {_so_long(chance)}, whatever their target, priority or queue."
    )


def _so_long(chance: LateChance) -> str:
    """As a share of the target's time, by which different targets are compared."""
    whole = timedelta(minutes=chance.minutes)
    if chance.used < timedelta(minutes=1):
        return "their start"
    return f"{span(chance.used, days=False)}, {100 * chance.used // whole} % of the target's time"


def in_words(group: Group) -> str:
    """“First Response” with a target of 1 h, with priority High in Claims at the start."""
    said = f"“{group.milestone}”"
    if group.minutes is not None:
        said += f" with a target of {span(timedelta(minutes=group.minutes), days=False)}"
    if begun := _begun(group):
        return f"{said}, {begun}"
    return said if group.minutes is not None else f"{said} with any target"


def _begun(group: Group) -> str:
    parts = []
    if group.priority is not None:
        parts.append(f"with priority {group.priority}" if group.priority else "without a priority")
    if group.queue is not None:
        parts.append(f"in {group.queue}" if group.queue else "in no queue")
    return f"{' '.join(parts)} at the start" if parts else ""


def _narrower(group: Group) -> str:
    """What made it narrower than the next."""
    if group.queue is not None:
        return f"in {group.queue}" if group.queue else "in no queue"
    if group.priority is not None:
        return f"with priority {group.priority}" if group.priority else "without a priority"
    return f"with a target of {span(timedelta(minutes=group.minutes or 0), days=False)}"


def _needed(chance: LateChance) -> str:
    half, most = chance.still_needed(HALF), chance.still_needed(NINE_OF_TEN)
    if half is None:
        return "half of them needed more than three times the target's time again"
    said = f"half of them were over within {span(half, days=False)} more"
    return f"{said}, nine of ten within {span(most, days=False)}" if most is not None else said


def _and(parts: Iterator[str]) -> str:
    said = list(parts)
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"
