"""What people do to the clocks: complete, extend, waive, stop, resume; and the interface's pause."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.evaluate import Refused, learn, lock
from cases.models import Case
from cases.operations.actor import name_of
from cases.operations.texts import LONGEST_REASON, check_text
from entitlements.core.facts import (
    CompletedByHand,
    Extended,
    Fact,
    PausedByInterface,
    ResumedByHand,
    ResumedByInterface,
    StoppedByHand,
    Waived,
)


def complete_milestone(
    case_id: int, *, milestone: str, occurrence: int | None = None, by: User | None, now: datetime
) -> Case:
    """Complete by hand (§6.4). Without a number the lowest-numbered running one. Raises Refused."""
    return _learn(case_id, CompletedByHand(now, name_of(by), milestone=milestone, occurrence=occurrence), now)


def extend_milestone(
    case_id: int,
    *,
    milestone: str,
    occurrence: int | None = None,
    minutes: int,
    reason: str,
    by: User | None,
    now: datetime,
    had: int | None = None,
) -> Case:
    """Give one occurrence so many minutes more of its own time (§11).

    `had` is how many it had been given when the effect was shown: a form that is sent twice counts once.
    Raises Refused.
    """
    said = _checked(reason, "Say why it is extended.")
    fact = Extended(
        now, name_of(by), milestone=milestone, occurrence=occurrence, minutes=minutes, reason=said
    )
    with transaction.atomic():
        work = lock(case_id)
        known = [one.extension for one in work.state.of(milestone) if one.number == occurrence]
        if had is not None and known != [had]:
            raise Refused("It was extended after you had seen the effect. Look at the effect again.")
        learn(work, [fact], now)
    return work.case


def waive_milestone(
    case_id: int,
    *,
    milestone: str,
    occurrence: int | None = None,
    reason: str,
    by: User | None,
    now: datetime,
) -> Case:
    """Give one occurrence up, or excuse one that was missed (§11). Raises Refused."""
    said = _checked(reason, "Say why it is waived.")
    fact = Waived(now, name_of(by), milestone=milestone, occurrence=occurrence, reason=said)
    return _learn(case_id, fact, now)


def _checked(reason: str, otherwise: str) -> str:
    said = reason.strip()
    if not said:
        raise Refused(otherwise)
    check_text("reason", said, LONGEST_REASON)
    return said


def stop_case(
    case_id: int, *, reason: str, until_customer_answers: bool = False, by: User | None, now: datetime
) -> Case:
    """Stop the clocks by hand (§7).

    Raises Refused without a reason, without permission, or when stopped already.
    """
    said = _checked(reason, "Say why the clock is to stop.")
    fact = StoppedByHand(now, name_of(by), reason=said, until_customer_answers=until_customer_answers)
    return _learn(case_id, fact, now)


def resume_case(case_id: int, *, by: User | None, now: datetime) -> Case:
    """End a stop by hand. Raises Refused when there is none."""
    return _learn(case_id, ResumedByHand(now, name_of(by)), now)


def pause_milestones(case_id: int, *, by: User | None, now: datetime, reason: str = "") -> Case:
    """Stop the clocks by the programming interface, with or without the organisation's permission (§7.2).

    Raises Refused when paused by it already.
    """
    check_text("reason", reason, LONGEST_REASON)
    return _learn(case_id, PausedByInterface(now, name_of(by), reason=reason), now)


def resume_milestones(case_id: int, *, by: User | None, now: datetime) -> Case:
    """End the programming interface's stop. Raises Refused when there is none."""
    return _learn(case_id, ResumedByInterface(now, name_of(by)), now)


def _learn(case_id: int, fact: Fact, now: datetime) -> Case:
    with transaction.atomic():
        work = lock(case_id)
        learn(work, [fact], now)
    return work.case
