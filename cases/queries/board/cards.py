"""One case on the board: the milestone by which it stands there, and why it is urgent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cases.engine.load import Loaded
from cases.models import Case
from cases.queries.board.duty import Duty
from cases.queries.face import Face, Level, face_of
from cases.queries.late_chance import LateChance, late_chances
from cases.queries.moment import Moment
from cases.queries.words import span

REASONS = 3


@dataclass(frozen=True, slots=True)
class Card:
    """`why` are the most telling reasons, besides the clock, to look at this case now.

    `chance` is how likely its milestone becomes late, where there is history enough to say so.
    """

    case: Case
    face: Face | None
    why: Sequence[str]
    chance: LateChance | None = None


def card_of(work: Loaded, moment: Moment, duty: Duty) -> Card:
    now, names = moment.now, moment.milestones
    faces = [face_of(one, work, now) for one in work.state.occurrences if one.is_open]
    shown = [face for face in faces if not names or face.occurrence.milestone in names]
    late = [face for face in shown if _is_late(face)]
    face = min(late or shown, key=lambda face: face.order, default=None)
    others = sum(_is_late(one) for one in faces if one is not face)
    why = [*_of_clock(face, others), *_of_hands(work.case, duty), *_of_customer(work, moment)]
    return Card(work.case, face, why[:REASONS])


def estimated(cards: Sequence[Card]) -> list[Card]:
    """The same cards with their chances, in one query for all."""
    chances = late_chances(card.face for card in cards if card.face)
    keyed = [(card, card.face.occurrence.key or 0 if card.face else 0) for card in cards]
    return [
        replace(card, chance=chance) if (chance := chances.get(key)) and chance.found else card
        for card, key in keyed
    ]


def _is_late(face: Face) -> bool:
    return face.level is Level.LATE or face.violated


def _of_clock(face: Face | None, others: int) -> Iterator[str]:
    if face is not None and face.violated and not face.runs:
        yield "late, and stopped since"
    if others:
        yield f"{others} more milestone{'' if others == 1 else 's'} late"
    if face is not None and face.level is Level.RISK:
        yield f"{face.percent} % of its time used"


def _of_hands(case: Case, duty: Duty) -> Iterator[str]:
    if case.is_escalated:
        yield f"escalated to level {case.escalation_level}"
    if duty.is_off(case):
        yield "its owner is off duty"


def _of_customer(work: Loaded, moment: Moment) -> Iterator[str]:
    case, highest = work.case, work.organisation.priorities[-1:]
    if case.awaiting_reply and case.last_customer_message_at:
        yield f"the customer has waited {span(moment.now - case.last_customer_message_at)}"
    if case.priority_id and case.priority_id in highest:
        yield f"priority {case.priority_id}"
    if case.reopen_count:
        yield f"reopened {case.reopen_count} time{'' if case.reopen_count == 1 else 's'}"
