"""The clock of the escalation rule on each open case: which entry counts, and when it comes next."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cases.engine.escalation_upkeep import Decision, event
from cases.engine.load import Loaded
from cases.models import Case, CaseEvent, Escalation, EscalationStep, RuleClock, RuleSeen
from entitlements.core.changes import Kind
from entitlements.core.escalation_rule import (
    Anchor,
    Done,
    EscalationRule,
    Faulty,
    RuleEntry,
    anchor_of,
    entry_for,
    next_actions,
)
from entitlements.core.evaluation import names_of
from entitlements.core.state import CaseState
from entitlements.models import BusinessHours, ConfigurationRevision, CountedIn
from entitlements.models.compiled import compiled

KEPT = ["entry", "since", "due_at", "fault"]
BATCH = 1000


def keep_clocks(decided: Sequence[Decision], now: datetime) -> None:
    """Set the clocks of the cases by what they have become. No query where no rule is active."""
    rule = decided[0].work.configuration.escalation_rule if decided else None
    if rule is None:
        return
    case_ids = [one.work.case.pk for one in decided]
    clocks = RuleClock.objects.in_bulk(case_ids)
    done = done_on(case_ids)
    changed, events = [], []
    for one in decided:
        clock = clocks.get(one.work.case.pk)
        new, faults = _clock(one, rule, done.get(one.work.case.pk, frozenset()))
        if clock is None or any(getattr(clock, name) != getattr(new, name) for name in KEPT):
            changed.append(new)
        if new.fault and (clock is None or clock.fault != new.fault):
            events += [_told(one.work, fault, now) for fault in faults]
    RuleClock.objects.bulk_create(changed, update_conflicts=True, unique_fields=["case"], update_fields=KEPT)
    CaseEvent.objects.bulk_create(events)


def entry_and_anchor(
    rule: EscalationRule, work: Loaded, state: CaseState
) -> tuple[RuleEntry | None, Anchor | None, list[Faulty]]:
    """What the rule says about a case as it is."""
    entry, faults = entry_for(rule, names_of(state, work.definition))
    percent = work.organisation.at_risk_percent
    anchor = anchor_of(entry, state, work.case.agent_changed_at, percent) if entry else None
    return entry, anchor, faults


def done_on(case_ids: Collection[int]) -> dict[int, set[Done]]:
    """What the rule has done on each case."""
    found: dict[int, set[Done]] = {}
    steps = EscalationStep.objects.filter(case_id__in=case_ids, escalation=None)
    for case_id, entry, subject, age in steps.values_list("case_id", "entry", "subject", "age"):
        found.setdefault(case_id, set()).add((entry, subject, age))
    return found


def _clock(one: Decision, rule: EscalationRule, done: Collection[Done]) -> tuple[RuleClock, list[Faulty]]:
    state = one.changes.state
    entry, anchor, faults = entry_and_anchor(rule, one.work, state)
    coming = next_actions(entry, anchor, state, done) if entry and anchor else []
    clock = RuleClock(
        case=one.work.case,
        entry=entry.name if entry else "",
        since=anchor.at if anchor else None,
        due_at=coming[0].due if coming else None,
        fault="\n".join(f"{fault.entry}: {fault.why}" for fault in faults),
    )
    return clock, faults


def _told(work: Loaded, fault: Faulty, now: datetime) -> CaseEvent:
    message = f"Escalation rule, entry “{fault.entry}”: {fault.why}"
    return event(work, Kind.FAULT, now, now, message=message)


def notice_changed_rule(now: datetime) -> bool:
    """When the active rule, or hours, were edited since the clocks were set: the tick looks at all again.

    One query when nothing was. Whether there was something.
    """
    token = ConfigurationRevision.current()
    if RuleSeen.objects.filter(pk=1, revision=token).exists():
        return False
    with transaction.atomic():
        RuleSeen.objects.get_or_create(pk=1)
        seen = RuleSeen.objects.select_for_update().get(pk=1)
        rule = compiled().escalation_rule
        fingerprint = _fingerprint(rule)
        edited = seen.fingerprint != fingerprint
        if edited:
            _look_at_all_again(rule, now)
        RuleSeen.objects.filter(pk=1).update(revision=token, fingerprint=fingerprint)
    return edited


def _fingerprint(rule: EscalationRule | None) -> str:
    hours = [repr(one.value()) for one in BusinessHours.objects.prefetch_related("windows", "holidays")]
    return hashlib.sha256(repr((rule, hours)).encode()).hexdigest()


def _look_at_all_again(rule: EscalationRule | None, now: datetime) -> None:
    """Due now: the look finds out when each really is."""
    RuleClock.objects.update(due_at=now if rule else None)
    if rule is not None:
        without = Case.objects.open().filter(rule_clock=None).values_list("pk", flat=True)
        new = [RuleClock(case_id=case_id, due_at=now) for case_id in without]
        RuleClock.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    Escalation.objects.open().filter(~Q(counts_in=CountedIn.ALWAYS)).update(due_at=now)
