"""A case goes over to another version of its process (§3.2)."""

from __future__ import annotations

from entitlements.core.definition import Process, ProcessMilestone, Trigger
from entitlements.core.evaluation import Evaluation
from entitlements.core.occurrences import cancel, work_out_minutes
from entitlements.core.state import Occurrence


def adopt(e: Evaluation, previous: Process) -> None:
    """Let what is open go on with the same tier of the new version; what is not in it is cancelled."""
    for occurrence in e.state.occurrences:
        if not occurrence.is_open:
            continue
        row = _counterpart(occurrence.row, e.definition)
        if row is None:
            cancel(e, occurrence, "no longer in the process")
        else:
            _go_on_with(e, occurrence, row)
    keys = {row.key: twin.key for row in previous.rows if (twin := _counterpart(row, e.definition))}
    tracks, since = e.state.tracks, e.state.holds_since
    e.state.tracks = {name: track for name, track in tracks.items() if name in e.definition.milestones}
    for track in e.state.tracks.values():
        track.tier = keys.get(track.tier) if track.tier else None
    e.state.holds_since = {keys[key]: at for key, at in since.items() if key in keys}


def _counterpart(row: ProcessMilestone, definition: Process) -> ProcessMilestone | None:
    tiers = definition.milestones.get(row.milestone, ())
    return next((twin for twin in tiers if twin.tier == row.tier), None)


def _go_on_with(e: Evaluation, occurrence: Occurrence, row: ProcessMilestone) -> None:
    """Triggers at the same moments stay fired; others are planned anew."""
    done = {_moment(trigger) for trigger in occurrence.row.triggers if trigger.key in occurrence.settled}
    occurrence.settled = {trigger.key for trigger in row.triggers if _moment(trigger) in done}
    occurrence.row = row
    work_out_minutes(e, occurrence)


def _moment(trigger: Trigger) -> tuple[str, int, int | None]:
    return trigger.kind, trigger.minutes, trigger.percent
