"""The desk's own past cases, read in pieces: memory does not grow with their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from cases.engine.case_state import custom_of, related_of, texts_of
from cases.models import Case, CaseEvent, CaseMilestone, Stop
from cases.replay.draft import Draft
from cases.replay.events import ENTITLEMENT, Event, facts_of, first_values
from cases.replay.outcome import Outcome, result_of
from cases.replay.past import Chapter, Past
from cases.replay.promises import (
    Named,
    Promised,
    case_hours,
    entitlement_changed,
    entitlements_of,
    promised_now,
    promised_then,
)
from entitlements.core.changes import Kind
from entitlements.core.definition import Process, Recurrence
from entitlements.core.facts import EntitlementChanged, Fact
from entitlements.core.state import DATE_FIELDS, CaseState, StopKind

PIECE = 200
NEEDED = (
    *("owner", "account__business_hours", "contact", "product"),
    *("entitlement__process", "entitlement__business_hours", "process_version__process"),
)
OF_EVENT = (
    *("case_id", "kind", "at", "recorded_at", "by", "details"),
    *("case_milestone__milestone__name", "case_milestone__number", "case_milestone__recurrence"),
)
OF_MILESTONE = (
    *("case_id", "milestone__name", "number", "state", "violated_at", "target_date"),
    *("completion_date", "cancelled_at", "waived_at"),
)


def cases_with_process(since: datetime | None = None) -> QuerySet[Case]:
    """Cases that followed a process, created since then."""
    found = Case.objects.filter(process_version__isnull=False)
    return found if since is None else found.filter(created_at__gte=since)


def pasts(cases: QuerySet[Case], draft: Draft, now: datetime) -> Iterator[Past]:
    """The newest first. A few queries for each piece."""
    ordered = cases.select_related(*NEEDED).order_by("-pk")
    piece = list(ordered[:PIECE])
    while piece:
        yield from _read(piece, draft, now)
        piece = list(ordered.filter(pk__lt=piece[-1].pk)[:PIECE])


def _read(cases: Sequence[Case], draft: Draft, now: datetime) -> Iterator[Past]:
    keys = [case.pk for case in cases]
    events, waits, recorded = _events(keys), _waits(keys), recorded_outcomes(keys, now)
    changed = {case.account_id for case in cases if _changes_of_promise(events[case.pk])}
    known = entitlements_of(key for key in changed if key is not None) if changed else {}
    for case in cases:
        told = _Told(case, events[case.pk], waits[case.pk], known, draft)
        yield Past(
            case.number,
            told.beginning(),
            told.chapters(),
            recorded[case.pk],
            priority=case.priority_id or "",
            key=case.pk,
        )


def recorded_outcomes(case_ids: Sequence[int], now: datetime) -> Mapping[int, list[Outcome]]:
    """What became of the milestones of cases, as it stands in the database."""
    rows = CaseMilestone.objects.filter(case_id__in=case_ids).order_by("pk").values_list(*OF_MILESTONE)
    found: dict[int, list[Outcome]] = defaultdict(list)
    for key, milestone, number, state, violated, target, completed, cancelled, waived in rows:
        result = result_of(state, violated, target, waived, now)
        found[key].append(Outcome(milestone, number, result, target, completed or cancelled))
    return found


def _events(case_ids: Sequence[int]) -> Mapping[int, list[Event]]:
    """In the order in which they were written, which is that of the facts."""
    rows = CaseEvent.objects.filter(case_id__in=case_ids).order_by("pk").values_list(*OF_EVENT)
    found: dict[int, list[Event]] = defaultdict(list)
    for key, kind, at, recorded_at, by, details, milestone, number, recurrence in rows.iterator():
        recurs = recurrence not in (None, Recurrence.NONE)
        found[key].append(Event(kind, at, recorded_at, by, details, milestone or "", number or 0, recurs))
    return found


def _waits(case_ids: Sequence[int]) -> Mapping[int, list[bool]]:
    """Of each stop by hand, in order, whether it waited for the customer's answer."""
    stops = Stop.objects.filter(case_id__in=case_ids, kind=StopKind.HAND).order_by("since", "pk")
    found: dict[int, list[bool]] = defaultdict(list)
    for key, waits in stops.values_list("case_id", "until_customer_answers"):
        found[key].append(waits)
    return found


def _changes_of_promise(events: Sequence[Event]) -> list[Event]:
    return [one for one in events if one.kind == Kind.FIELD and one.details["field"] == ENTITLEMENT]


@dataclass
class _Told:
    """One case with all that is known of its past."""

    case: Case
    events: Sequence[Event]
    waits: Sequence[bool]
    known: Named
    draft: Draft

    def beginning(self) -> CaseState:
        """The case as it was created: as it is now, with the first values of all that has changed."""
        case, custom = self.case, self.draft.custom
        promised = self._first_promise()
        state = CaseState(
            case.created_at,
            texts=texts_of(case) | {ENTITLEMENT: promised.name},
            related=related_of(case),
            custom=custom_of(case, Process("", custom=custom)),
            promise=promised.promise(),
            case_hours=case_hours(case, promised, self.draft),
        )
        if promised.entitlement is not None:
            state.related["entitlement.type"] = promised.entitlement.type
        for name, value in first_values(self.events, custom).items():
            _put(state, name, value)
        return state

    def chapters(self) -> list[Chapter]:
        """The facts, anew from each change of the process that the case follows."""
        promises = [self._promise(event, "old") for event in _changes_of_promise(self.events)]
        promises.append(promised_now(self.case))
        turns = iter(zip(promises, promises[1:], strict=False))

        def promising(event: Event) -> Fact:
            before, after = next(turns)
            return entitlement_changed(event.at, event.by, before, after, self.case, self.draft)

        following = iter(promises)
        chapters: list[tuple[str, list[Fact]]] = [(next(following).process, [])]
        for fact in facts_of(self.events, self.draft.custom, self.waits, promising):
            if isinstance(fact, EntitlementChanged):
                process = next(following).process
                if fact.other_process:
                    chapters.append((process, []))
            chapters[-1][1].append(fact)
        return [Chapter(process, tuple(facts)) for process, facts in chapters]

    def _first_promise(self) -> Promised:
        changes = _changes_of_promise(self.events)
        return self._promise(changes[0], "old") if changes else promised_now(self.case)

    def _promise(self, event: Event, which: str) -> Promised:
        return promised_then(self.case, event.details[which], self.known)


def _put(state: CaseState, name: str, value: Any) -> None:
    if name in DATE_FIELDS:
        setattr(state, name, value)
    elif name.startswith("custom."):
        state.custom[name.removeprefix("custom.")] = value
    elif name != ENTITLEMENT:
        state.texts[name] = value
