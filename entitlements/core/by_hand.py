"""What people do to one occurrence themselves: complete it, extend it, waive it (§6.4, §11)."""

from __future__ import annotations

from collections.abc import Sequence

from entitlements.core.case_facts import Refused
from entitlements.core.changes import Kind
from entitlements.core.definition import LONGEST_TARGET
from entitlements.core.evaluation import Evaluation
from entitlements.core.facts import CompletedByHand, Extended, Waived
from entitlements.core.occurrences import cancel, let_the_next_come, move
from entitlements.core.state import Occurrence, State

ByHand = CompletedByHand | Extended | Waived


def completed_by_hand(e: Evaluation, fact: CompletedByHand) -> Occurrence:
    """The occurrence that is meant. Raises Refused when it cannot be completed (§6.4)."""
    meant = _meant(e, fact)
    if not meant.has_started:
        raise Refused(f"“{meant.milestone}” {meant.number} {_STANDING[meant.state]}.")
    return meant


def extend(e: Evaluation, fact: Extended) -> None:
    """Give an open occurrence more time. Raises Refused, and then has changed nothing."""
    meant = _meant(e, fact)
    if not meant.is_open:
        raise Refused(f"“{meant.milestone}” {meant.number} {_STANDING[meant.state]}.")
    if meant.minutes is None:
        raise Refused(f"“{meant.milestone}” {meant.number} has no target that could be extended.")
    if fact.minutes < 1:
        raise Refused("Extend it by 1 minute or more.")
    if meant.minutes + meant.extension + fact.minutes > LONGEST_TARGET:
        raise Refused("A target is ten years at most.")
    meant.extension += fact.minutes
    e.record(Kind.EXTENDED, meant, minutes=fact.minutes, reason=fact.reason)
    move(e, meant, f"extended: {fact.reason}", changed=True)


def waive(e: Evaluation, fact: Waived) -> None:
    """Give up a running one, or excuse a missed one. Raises Refused, and then has changed nothing."""
    meant = _meant(e, fact)
    name = f"“{meant.milestone}” {meant.number}"
    if meant.is_waived:
        raise Refused(f"{name} has been waived already.")
    if meant.state is State.PENDING:
        raise Refused(f"{name} {_STANDING[meant.state]}.")
    if not meant.is_open and not meant.is_violated:
        raise Refused(f"{name} was not missed: there is nothing to waive.")
    meant.waived_at = e.at
    e.record(Kind.WAIVED, meant, reason=fact.reason, violated=meant.is_violated)
    if meant.is_open:
        cancel(e, meant, f"waived: {fact.reason}")
        let_the_next_come(e, meant, e.at)
    else:
        meant.reason = f"{meant.reason}; waived: {fact.reason}" if meant.reason else f"waived: {fact.reason}"


def _meant(e: Evaluation, fact: ByHand) -> Occurrence:
    """The one with the number; without a number see `_first`. Raises Refused when there is none."""
    own = e.state.of(fact.milestone)
    if not own:
        raise Refused(f"This case has no milestone “{fact.milestone}”.")
    if fact.occurrence is None:
        return _first(own)
    numbered = [occurrence for occurrence in own if occurrence.number == fact.occurrence]
    if not numbered:
        raise Refused(f"“{fact.milestone}” has no occurrence {fact.occurrence} on this case.")
    return numbered[0]


def _first(own: Sequence[Occurrence]) -> Occurrence:
    """The lowest-numbered running one, else the lowest-numbered stopped one, else the last."""
    running = [occurrence for occurrence in own if occurrence.state is State.RUNNING]
    stopped = [occurrence for occurrence in own if occurrence.state is State.STOPPED]
    return (running or stopped or own[-1:])[0]


_STANDING = {
    State.PENDING: "has not started yet",
    State.COMPLETED: "is completed already",
    State.CANCELLED: "was cancelled",
}
