"""What a case was promised over time, as far as Setup still knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cases.models import Case
from cases.replay.draft import Draft
from entitlements.core.calendar import Timeline
from entitlements.core.facts import EntitlementChanged
from entitlements.core.state import Promise
from entitlements.models import Entitlement

EVER = datetime(1970, 1, 2, tzinfo=UTC)
Named = Mapping[tuple[int | None, str], Entitlement]


@dataclass(frozen=True, slots=True)
class Promised:
    """An entitlement's `name` and the name of the process that it gave; both empty for nothing promised."""

    name: str = ""
    process: str = ""
    entitlement: Entitlement | None = None

    def promise(self) -> Promise | None:
        """Its process counts as active: it was, when the case followed it, and the draft's is."""
        if not self.process:
            return None
        if self.entitlement is None:
            return Promise(EVER)
        own = self.entitlement.promise()
        return Promise(own.starts_at, own.ends_at)


def promised_now(case: Case) -> Promised:
    """What the case follows today is what it was put on, whatever its entitlement says by now."""
    version, entitlement = case.process_version, case.entitlement
    return Promised(
        entitlement.name if entitlement else "", version.process.name if version else "", entitlement
    )


def promised_then(case: Case, name: str, known: Named) -> Promised:
    """What the name of an entitlement meant for a case that has another one today."""
    entitlement = known.get((case.account_id, name)) if name else None
    return Promised(name, entitlement.process.name if entitlement else "", entitlement)


def entitlements_of(account_ids: Iterable[int]) -> Named:
    """The entitlements of accounts by account and name, in one query."""
    found = Entitlement.objects.filter(account_id__in=list(account_ids)).select_related(
        "process", "business_hours"
    )
    return {(one.account_id, one.name): one for one in found}


def entitlement_changed(
    at: datetime, by: str, before: Promised, after: Promised, case: Case, draft: Draft
) -> EntitlementChanged:
    entitlement = after.entitlement
    return EntitlementChanged(
        at,
        by,
        promise=after.promise(),
        name=after.name,
        related={"entitlement.type": entitlement.type if entitlement else ""},
        case_hours=case_hours(case, after, draft),
        other_process=before.process != after.process,
    )


def case_hours(case: Case, promised: Promised, draft: Draft) -> Timeline:
    """The case's own hours while it was promised that: of its entitlement, its account, or the default."""
    entitlement = promised.entitlement
    own = entitlement.business_hours if entitlement else None
    return draft.hours_of_case(own or (case.account.business_hours if case.account else None))
