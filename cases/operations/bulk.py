"""The same to many cases at once, in sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from cases.engine.evaluate import Refused, decide
from cases.engine.load import Loaded, load, lock_cases
from cases.engine.set_aside import together_or_each
from cases.engine.write import Decided, write
from cases.models import Case, CaseEvent
from cases.operations.actor import name_of
from cases.operations.change import check_fields
from cases.operations.texts import LONGEST_REASON, check_text
from cases.roles import is_supervisor
from entitlements.core.changes import Changes, Kind, Refusal
from entitlements.core.definition import LONGEST_TARGET, Organisation
from entitlements.core.durations import minutes_of
from entitlements.core.facts import Extended, Fact, FieldsChanged, StoppedByHand
from entitlements.core.state import State

BATCH = 200
FIELDS = ("owner", "queue", "priority", "status")
DONE_SINCE = {
    "extend": "it was extended after you had seen the effect.",
    "raise": "its priority was changed after you had seen the effect.",
}


@dataclass(frozen=True, slots=True)
class Bulk:
    """What is to happen to each case.

    One of FIELDS gets a value (empty: none); `stop` stops the clock; `raise` gives the next higher priority;
    `extend` gives `value`, a duration, more to the milestone named, or to the one that is due next.
    `seen_at` is when its effect was shown: a case on which the same was done since is not changed again.
    """

    what: str
    value: str = ""
    reason: str = ""
    milestone: str = ""
    seen_at: datetime | None = None

    @property
    def extension(self) -> str:
        """Which milestone gets how much, as one text: what was shown is known again by it."""
        return f"{self.milestone}+{self.value}" if self.what == "extend" else ""

    def is_so_already(self, work: Loaded) -> bool:
        field, value = self._change(work)
        return field in FIELDS and work.state.texts.get(field, "") == value

    def decided(self, work: Loaded, by: User, now: datetime) -> Changes:
        """What the core says to it, written nowhere."""
        fact = self._fact(work, now, name_of(by))
        if isinstance(fact, Extended) and not fact.milestone:
            return replace(decide(work, (), now), refused=(Refusal(fact, "It has no running milestone."),))
        return decide(work, [fact], now)

    def _fact(self, work: Loaded, at: datetime, by: str) -> Fact:
        said = self.reason.strip()
        if self.what == "stop":
            return StoppedByHand(at, by, reason=said)
        if self.what == "extend":
            milestone, number = self._meant(work)
            return Extended(at, by, milestone, number, minutes_of(self.value), said)
        field, value = self._change(work)
        return FieldsChanged(at, by, fields={field: value})

    def _change(self, work: Loaded) -> tuple[str, str]:
        """The field of the case that changes, and its new value."""
        if self.what != "raise":
            return self.what, self.value
        priorities, now = work.organisation.priorities, work.state.texts.get("priority", "")
        higher = priorities[priorities.index(now) + 1 :] if now in priorities else priorities
        return "priority", higher[0] if higher else now

    def _meant(self, work: Loaded) -> tuple[str, int | None]:
        """The milestone and number to extend: what runs before what stands still, the next due first."""
        started = [one for one in work.state.occurrences if one.state in (State.RUNNING, State.STOPPED)]
        own = [one for one in started if self.milestone in ("", one.milestone)]
        if not own:
            return self.milestone, None
        first = min(own, key=lambda one: (one.state is State.STOPPED, one.target_date or one.start_date))
        return first.milestone, first.number


@dataclass(slots=True)
class BulkDone:
    """How many changed, how many were so already, and why the others, by number, were left as they were."""

    changed: int = 0
    same: int = 0
    refused: dict[str, str] = field(default_factory=dict)

    def add(self, other: BulkDone) -> None:
        self.changed += other.changed
        self.same += other.same
        self.refused |= other.refused


def check_bulk(bulk: Bulk, organisation: Organisation, by: User) -> None:
    """Raises Refused where no case could be changed so, or not by this user."""
    if bulk.what == "raise":
        return
    if bulk.what == "stop":
        if not organisation.allow_pausing:
            raise Refused("Stopping the clock is off in Entitlement Settings.")
        return _check_reason(bulk, "Say why the clocks are to stop.")
    if bulk.what == "extend":
        return _check_extension(bulk, by)
    if bulk.what not in FIELDS:
        raise Refused("Say what is to be done with the cases.")
    check_fields({bulk.what: bulk.value})
    known = {"priority": ("", *organisation.priorities), "status": tuple(organisation.status)}
    if bulk.what in known and bulk.value not in known[bulk.what]:
        raise Refused(f"There is no {bulk.what} “{bulk.value}”.")


def _check_extension(bulk: Bulk, by: User) -> None:
    if not is_supervisor(by):
        raise Refused("Only a supervisor extends milestones.")
    if not bulk.value.strip():
        raise Refused("Say by how much they are to be extended.")
    try:
        minutes = minutes_of(bulk.value)
    except ValueError as fault:
        raise Refused(f"{fault}.") from None
    if not 1 <= minutes <= LONGEST_TARGET:
        raise Refused("Extend them by 1 minute or more, and ten years at most.")
    check_text("milestone", bulk.milestone, LONGEST_REASON)
    _check_reason(bulk, "Say why they are extended.")


def _check_reason(bulk: Bulk, otherwise: str) -> None:
    if not bulk.reason.strip():
        raise Refused(otherwise)
    check_text("reason", bulk.reason.strip(), LONGEST_REASON)


def apply_bulk(bulk: Bulk, case_ids: Sequence[int], *, by: User, now: datetime) -> BulkDone:
    """Do it, each batch in a transaction of its own.

    A case that refuses is left as it is; so is one that the user does not see (any more). Raises Refused
    where no case could be changed so.
    """
    done = BulkDone()
    for start in range(0, len(case_ids), BATCH):
        batch = case_ids[start : start + BATCH]
        for part in together_or_each(lambda keys: _apply(bulk, keys, by, now), batch):
            done.add(part)
    return done


def _apply(bulk: Bulk, case_ids: Sequence[int], by: User, now: datetime) -> BulkDone:
    done, decided = BulkDone(), []
    with transaction.atomic():
        seen = Case.objects.filter(pk__in=list(case_ids)).visible_to(by).values_list("pk", flat=True)
        found = load(lock_cases(seen))
        again = _done_since(bulk, list(found))
        for case_id, work in found.items():
            if case_id in again:
                done.refused[work.case.number] = DONE_SINCE[bulk.what]
                continue
            if bulk.is_so_already(work):
                done.same += 1
                continue
            changes = bulk.decided(work, by, now)
            if changes.refused:
                done.refused[work.case.number] = " ".join(one.why for one in changes.refused)
            else:
                decided.append(Decided(work, changes))
        write(decided, now)
    done.changed = len(decided)
    return done


def _done_since(bulk: Bulk, case_ids: Sequence[int]) -> set[int]:
    """So a form that is sent twice counts once, also of what adds to what there is."""
    if bulk.seen_at is None or bulk.what not in DONE_SINCE:
        return set()
    same = Q(kind=Kind.EXTENDED) if bulk.what == "extend" else Q(kind=Kind.FIELD, details__field="priority")
    since = CaseEvent.objects.filter(same, case_id__in=case_ids, at__gt=bulk.seen_at)
    return set(since.values_list("case_id", flat=True))
