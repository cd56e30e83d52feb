"""The same to many cases at once, in sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.evaluate import Refused, decide
from cases.engine.load import Loaded, load, lock_cases
from cases.engine.set_aside import together_or_each
from cases.engine.write import Decided, write
from cases.models import Case
from cases.operations.actor import name_of
from cases.operations.change import check_fields
from cases.operations.texts import LONGEST_REASON, check_text
from entitlements.core.changes import Changes
from entitlements.core.definition import Organisation
from entitlements.core.facts import Fact, FieldsChanged, StoppedByHand

BATCH = 200
FIELDS = ("owner", "queue", "priority", "status")


@dataclass(frozen=True, slots=True)
class Bulk:
    """What is to happen to each case: one of FIELDS gets a value (empty: none), or the clock stops."""

    what: str
    value: str = ""
    reason: str = ""

    def is_so_already(self, work: Loaded) -> bool:
        return self.what in FIELDS and work.state.texts.get(self.what, "") == self.value

    def decided(self, work: Loaded, by: User, now: datetime) -> Changes:
        """What the core says to it, written nowhere."""
        return decide(work, [self._fact(now, name_of(by))], now)

    def _fact(self, at: datetime, by: str) -> Fact:
        if self.what == "stop":
            return StoppedByHand(at, by, reason=self.reason.strip())
        return FieldsChanged(at, by, fields={self.what: self.value})


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


def check_bulk(bulk: Bulk, organisation: Organisation) -> None:
    """Raises Refused where no case could be changed so."""
    if bulk.what == "stop":
        if not organisation.allow_pausing:
            raise Refused("Stopping the clock is off in Entitlement Settings.")
        if not bulk.reason.strip():
            raise Refused("Say why the clocks are to stop.")
        check_text("reason", bulk.reason.strip(), LONGEST_REASON)
        return
    if bulk.what not in FIELDS:
        raise Refused("Say what is to be done with the cases.")
    check_fields({bulk.what: bulk.value})
    known = {"priority": ("", *organisation.priorities), "status": tuple(organisation.status)}
    if bulk.what in known and bulk.value not in known[bulk.what]:
        raise Refused(f"There is no {bulk.what} “{bulk.value}”.")


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
        for work in load(lock_cases(seen)).values():
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
