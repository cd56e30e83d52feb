"""What another entitlement would do to a case's milestones: worked out by the core, written nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime

from cases.engine.evaluate import decide
from cases.engine.load import Loaded
from cases.models import Case
from cases.operations.change import promise_anew
from cases.queries.face import Face, face_of
from cases.queries.tracker import load_one
from entitlements.core.state import Occurrence
from entitlements.models import Entitlement


@dataclass(frozen=True, slots=True)
class Effect:
    """One occurrence as it is and as it would be; None where there is none."""

    before: Face | None
    after: Face | None

    @property
    def is_the_same(self) -> bool:
        if self.before is None or self.after is None:
            return False
        one, other = self.before.occurrence, self.after.occurrence
        return (one.state, one.target_date) == (other.state, other.target_date)

    @property
    def title(self) -> str:
        face = self.after or self.before
        return face.title if face else ""


def entitlements_for(case: Case, now: datetime) -> Sequence[tuple[Entitlement, str]]:
    """What the case's customer was promised, with its status: that which holds now first."""
    if case.account_id is None:
        return []
    found = Entitlement.objects.filter(account=case.account_id).select_related("process", "contact")
    listed = [(one, one.status(now.date())) for one in found]
    return sorted(listed, key=lambda pair: (pair[1] != "Active", pair[0].name))


def effect_of(case: Case, entitlement: Entitlement | None, now: datetime) -> list[Effect]:
    """`case` is what `read_case` gave. Raises Refused."""
    work = load_one(case)
    before = _faces(work, now)
    changed = load_one(copy(case))
    fact = promise_anew(changed, entitlement, None, now)
    state = decide(changed, [fact], now).state
    after = _faces(replace(changed, state=state), now)
    effects = [Effect(before.get(name), after.get(name)) for name in dict.fromkeys((*before, *after))]
    return [one for one in effects if _matters(one)]


def _faces(work: Loaded, now: datetime) -> dict[tuple[str, int], Face]:
    return {_name(one): face_of(one, work, now) for one in work.state.occurrences}


def _name(one: Occurrence) -> tuple[str, int]:
    return one.milestone, one.number


def _matters(effect: Effect) -> bool:
    """What had ended before stays as it was, and is not told."""
    return effect.before is None or effect.before.occurrence.is_open
