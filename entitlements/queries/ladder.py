"""The triggers of a milestone as a ladder on an axis of its time: from the start to the target, and after it.

Before the target and after it the axis has a scale of its own: half an hour and three days fit beside each
other. A target that comes of a formula is drawn with a length that shows all its warnings.
"""

from __future__ import annotations

from dataclasses import dataclass

from entitlements.models import ProcessMilestone, Trigger, TriggerChoice
from entitlements.queries import in_words

WIDTH, LEFT, RIGHT = 1000.0, 30.0, 960.0
WITH_VIOLATIONS, ALONE = 640.0, 880.0
LABEL_WIDTH, LEVELS = 88.0, 3
NOMINAL = 240


@dataclass(frozen=True, slots=True)
class Rung:
    """One trigger. `x` and `level` place it on the axis; success has no place there."""

    trigger: Trigger
    number: int
    moment: str
    where: str
    label: str
    actions: list[str]
    x: float | None
    level: int = 0


@dataclass(frozen=True)
class Ladder:
    rungs: list[Rung]
    target: str
    target_x: float
    by_formula: bool
    width: float = WIDTH
    left: float = LEFT
    right: float = RIGHT

    @property
    def top(self) -> int:
        """Where the picture begins: there is no room above the labels that there are."""
        highest = max((rung.level for rung in self.rungs if rung.x is not None), default=0)
        return (46, 20, 0)[highest]

    @property
    def height(self) -> int:
        return 132 - self.top

    @property
    def before_width(self) -> float:
        return self.target_x - self.left

    @property
    def after_width(self) -> float:
        return self.right - self.target_x

    @property
    def words(self) -> str:
        """The picture for who does not see it."""
        on_axis = [f"{rung.number}: {rung.moment}" for rung in self.rungs if rung.x is not None]
        return f"From the start to the target of {self.target}. {'. '.join(on_axis)}."


def ladder_of(row: ProcessMilestone) -> Ladder:
    """In the order in which they come; success last."""
    triggers = list(row.triggers.prefetch_related("actions"))
    length = row.minutes or _nominal(triggers)
    after = max((one.minutes for one in triggers if one.kind == TriggerChoice.VIOLATION), default=0)
    target_x = WITH_VIOLATIONS if after else ALONE
    ordered = sorted(triggers, key=lambda one: _order(one, length))
    rungs: list[Rung] = []
    ends = [float("-inf")] * LEVELS
    for number, trigger in enumerate(ordered, start=1):
        x = _x(trigger, length, after, target_x)
        level = next((n for n, end in enumerate(ends) if x is None or end <= x), LEVELS - 1)
        if x is not None:
            ends[level] = x + LABEL_WIDTH
        rungs.append(_rung(trigger, number, row, x, level))
    return Ladder(rungs, in_words.target(row), target_x, row.minutes is None)


def _nominal(triggers: list[Trigger]) -> int:
    longest = max((one.minutes for one in triggers if one.kind == TriggerChoice.WARNING), default=0)
    return max(2 * longest, NOMINAL)


def _before(trigger: Trigger, length: int) -> float:
    """Minutes before the target, at most the whole of its time (§8.1)."""
    if trigger.percent is not None:
        return length * (100 - trigger.percent) / 100
    return float(min(trigger.minutes, length))


def _order(trigger: Trigger, length: int) -> tuple[int, float, int]:
    if trigger.kind == TriggerChoice.SUCCESS:
        return 2, 0.0, trigger.position
    if trigger.kind == TriggerChoice.VIOLATION:
        return 1, float(trigger.minutes), trigger.position
    return 0, -_before(trigger, length), trigger.position


def _x(trigger: Trigger, length: int, after: int, target_x: float) -> float | None:
    if trigger.kind == TriggerChoice.SUCCESS:
        return None
    if trigger.kind == TriggerChoice.VIOLATION:
        return target_x + (RIGHT - LABEL_WIDTH - target_x) * (trigger.minutes / after if after else 0.0)
    return LEFT + (target_x - LEFT) * (1 - _before(trigger, length) / length)


def _rung(trigger: Trigger, number: int, row: ProcessMilestone, x: float | None, level: int) -> Rung:
    actions = [in_words.action(one) for one in trigger.actions.all()]
    return Rung(
        trigger,
        number,
        in_words.moment(trigger),
        _where(trigger, row.minutes),
        _label(trigger),
        actions,
        None if x is None else round(x, 1),
        level,
    )


def _where(trigger: Trigger, length: int | None) -> str:
    """How far from the start and from the target."""
    if trigger.kind == TriggerChoice.SUCCESS:
        return "Whenever it is completed, also late"
    if trigger.kind == TriggerChoice.VIOLATION:
        late = f"{in_words.duration(trigger.minutes)} after" if trigger.minutes else "As soon as"
        return f"{late} the target has passed"
    if length is None:
        return "The target's time comes of a formula"
    before = _before(trigger, length)
    if before >= length:
        return "At the start: it would be due before that"
    return f"{_span(length - before)} after the start, {_span(before)} before the target"


def _span(minutes: float) -> str:
    whole = int(minutes)
    seconds = round((minutes - whole) * 60)
    said = in_words.duration(whole) if whole or not seconds else ""
    return f"{said} {seconds}s".strip() if seconds else said


def _label(trigger: Trigger) -> str:
    if trigger.percent is not None:
        return f"{trigger.percent}\u00a0%"
    length = in_words.duration(trigger.minutes)
    if trigger.kind == TriggerChoice.VIOLATION:
        return f"+{length}" if trigger.minutes else "late"
    return f"−{length}" if trigger.kind == TriggerChoice.WARNING else "done"
