"""Rows of cases → what the core takes. A constant number of queries, however many cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from cases.engine.among import Among, RowsAmong
from cases.engine.case_state import occurrence_of, state_of, stop_of
from cases.engine.related import RELATED, read_related
from cases.models import Case, CaseMilestone, Message, MessageKind, Stop
from entitlements.core.definition import CompletedBy, OnReentry, Organisation, Process
from entitlements.core.state import CaseState, State
from entitlements.models import ConfigurationRevision
from entitlements.models.compiled import Compiled, compiled, compiled_at

RowKey = tuple[str, int]
WITH_REVISION = Case.objects.annotate(revision_of_setup=ConfigurationRevision.token_of_now())
JOINED = ("owner", "account", "contact", "entitlement")
READABLE = WITH_REVISION.select_related(*JOINED).prefetch_related("product")
"""Cases as `load` takes them: with what they refer to, and the revision of Setup by which to read them.

Few cases are about a product, and a table more to join is dear: products are read where there are any.
"""
_MILESTONES = RowsAmong(CaseMilestone, "case_id", "pk")
_STOPS = RowsAmong(Stop, "case_id", "since", "pk")


@dataclass
class Loaded:
    """A case with everything that the engine may look at. `rows` finds a row by milestone name and number.

    `touched` names fields of the case that an operation set itself and that are to be written too.
    """

    case: Case
    state: CaseState
    definition: Process
    configuration: Compiled
    rows: dict[RowKey, CaseMilestone] = field(default_factory=dict)
    stops: dict[int, Stop] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)

    @property
    def organisation(self) -> Organisation:
        return self.configuration.organisation


def organisation() -> Organisation:
    """Entitlement Settings as they stand."""
    return compiled().organisation


def lock_case(case_id: int) -> list[Case]:
    """The case, locked until the transaction ends; none when there is no such case.

    PostgreSQL gives a row for which it had to wait as it is by then, but what it refers to as that was
    before: such a case is read once more.
    """
    cases: list[Case] = list(READABLE.select_for_update(of=("self",)).filter(pk=case_id))
    if any(map(_is_torn, cases)):
        cases = list(READABLE.filter(pk=case_id))
    return cases


def _is_torn(case: Case) -> bool:
    """Whether it came with other rows than those that it refers to."""
    names = {path.partition("__")[0] for path in RELATED}
    return any(getattr(getattr(case, name), "pk", None) != getattr(case, f"{name}_id") for name in names)


def lock_cases(case_ids: Iterable[int]) -> list[Case]:
    """The cases, locked until the transaction ends. SQLite has locked the whole database at its beginning.

    What they refer to is read in sets: a batch of cases shares much of it.
    """
    locked = Case.objects.select_for_update().defer("description")
    cases: list[Any] = list(locked.filter(Among("pk", case_ids)).order_by("pk"))
    read_related(cases)
    revision = ConfigurationRevision.current()
    for case in cases:
        case.revision_of_setup = revision
    return cases


def load_cases(case_ids: Iterable[int]) -> dict[int, Loaded]:
    """Without a lock, for pages."""
    return load(list(READABLE.filter(pk__in=list(case_ids))))


def load(cases: list[Case]) -> dict[int, Loaded]:
    """Everything about `READABLE` cases, by the case's key."""
    if not cases:
        return {}
    configuration = compiled_at(cases[0].revision_of_setup)  # type: ignore[attr-defined]
    loaded = {case.pk: _loaded(case, configuration) for case in cases}
    _add_milestones(loaded, configuration)
    _add_stops(loaded)
    _add_replies(loaded)
    return loaded


def load_clocks(cases: list[Case]) -> dict[int, Loaded]:
    """What the clocks of open milestones show, and no more: neither what has ended nor replies.

    For lists, where a case with a long past is to cost no more than a new one. Not fit for `evaluate`.
    """
    if not cases:
        return {}
    configuration = compiled_at(cases[0].revision_of_setup)  # type: ignore[attr-defined]
    loaded = {case.pk: _loaded(case, configuration) for case in cases}
    rows = CaseMilestone.objects.open().filter(case_id__in=loaded).order_by("pk")
    owners = {}
    for row in rows:
        owners[row.pk] = occurrence = occurrence_of(row, configuration.row(row.process_milestone_id))
        loaded[row.case_id].state.occurrences.append(occurrence)
    stops = Stop.objects.filter(case_id__in=loaded).order_by("since", "pk")
    for stop in stops.filter(Q(case_milestone__isnull=True) | Q(case_milestone__in=list(owners))):
        owner = owners.get(stop.case_milestone_id or 0)
        (owner.pauses if owner else loaded[stop.case_id].state.stops).append(stop_of(stop))
    return loaded


def load_new(case: Case) -> Loaded:
    """A case that has just been written in this transaction: it has no milestones, stops or replies yet."""
    return _loaded(case, compiled())


def _loaded(case: Case, configuration: Compiled) -> Loaded:
    definition = configuration.definition(case.process_version_id)
    return Loaded(case, state_of(case, definition, configuration), definition, configuration)


def _add_milestones(loaded: dict[int, Loaded], configuration: Compiled) -> None:
    for row in _MILESTONES(loaded):
        work = loaded[row.case_id]
        occurrence = occurrence_of(row, configuration.row(row.process_milestone_id))
        work.state.occurrences.append(occurrence)
        work.rows[occurrence.milestone, occurrence.number] = row


def _add_stops(loaded: dict[int, Loaded]) -> None:
    owners = {occurrence.key: occurrence for work in loaded.values() for occurrence in work.state.occurrences}
    for row in _STOPS(loaded):
        work = loaded[row.case_id]
        work.stops[row.pk] = row
        stops = work.state.stops if row.case_milestone_id is None else owners[row.case_milestone_id].pauses
        stops.append(stop_of(row))


def change_process(work: Loaded, version_id: int | None) -> None:
    """The case is to follow another version from now on. Its replies may count there."""
    change_processes([work], version_id)


def change_processes(works: Iterable[Loaded], version_id: int | None) -> None:
    """`change_process` of many cases, in sets."""
    changed = {work.case.pk: work for work in works}
    for work in changed.values():
        work.case.process_version_id = version_id
        work.definition = work.configuration.definition(version_id)
        work.touched.add("process_version_id")
    _add_replies({key: work for key, work in changed.items() if not work.state.replies})


def _add_replies(loaded: dict[int, Loaded]) -> None:
    """Only where a milestone that a reply completes may yet be born after the reply (§6.2)."""
    read_replies({key: work for key, work in loaded.items() if _wants_replies(work)})


def read_replies(loaded: dict[int, Loaded]) -> None:
    """All replies on cases that have none in their state yet."""
    if not loaded:
        return
    written_on = Q(case_id__in=loaded, moved_from__isnull=True) | Q(moved_from_id__in=loaded)
    replies = Message.objects.filter(written_on, kind=MessageKind.REPLY).order_by("at")
    for key, at in replies.values_list(Coalesce("moved_from_id", "case_id"), "at"):
        loaded[key].state.replies.append(at)


def _wants_replies(work: Loaded) -> bool:
    if work.case.first_response_at is None:
        return False
    keeps = work.definition.on_reentry is OnReentry.KEEP
    done = {one.milestone for one in work.state.occurrences if keeps and one.state is State.COMPLETED}
    return any(
        row.completed_by is CompletedBy.AGENT_REPLY and not row.recurs and row.milestone not in done
        for row in work.definition.rows
    )
