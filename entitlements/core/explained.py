"""An explanation in sentences, with instants in the zone of its calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from entitlements.core.definition import HoursFrom
from entitlements.core.explain import Explanation
from entitlements.core.expressions import MISSING_DATE
from entitlements.core.state import State

ZERO = timedelta(0)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Fact = tuple[str, str]


def exactly(length: timedelta) -> str:
    """“1 h 30 m”, “2.000001 s”: all of it, without its sign."""
    hours, rest = divmod(abs(length), HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = f"{rest.seconds}{_fraction(rest.microseconds)}"
    parts = [
        f"{hours:,} h" if hours else "",
        f"{minutes} m" if minutes else "",
        f"{seconds} s" if rest else "",
    ]
    return " ".join(part for part in parts if part) or "0 m"


def roughly(length: timedelta) -> str:
    """Rounded down to whole seconds, from two minutes on to whole minutes."""
    unit = MINUTE if abs(length) >= 2 * MINUTE else timedelta(seconds=1)
    return exactly(abs(length) // unit * unit)


def moment(at: datetime, explanation: Explanation) -> str:
    """“Mon 2 Mar 09:00”, with seconds where there are any and the year where it is another than now's."""
    local, today = at.astimezone(explanation.zone), explanation.now.astimezone(explanation.zone)
    year = f" {local.year}" if local.year != today.year else ""
    return f"{local:%a} {local.day} {local:%b}{year} {_clock(local)}"


def exact_moment(at: datetime, explanation: Explanation) -> str:
    """The same with its fraction of a second."""
    return moment(at, explanation) + _fraction(at.microsecond)


def exact_end(start: datetime, end: datetime, explanation: Explanation) -> str:
    """The end of a period in the same way; within one day the time alone."""
    opens, closes = start.astimezone(explanation.zone), end.astimezone(explanation.zone)
    if opens.date() == closes.date():
        return _clock(closes) + _fraction(end.microsecond)
    return exact_moment(end, explanation)


def _fraction(microseconds: int) -> str:
    return f".{microseconds:06}".rstrip("0") if microseconds else ""


def _clock(local: datetime) -> str:
    return f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"


def sentence(x: Explanation) -> str:
    """The whole in a few words, by its state."""
    match x.state:
        case State.PENDING:
            return _pending(x)
        case State.STOPPED:
            return _stopped(x)
        case State.COMPLETED if x.ended_at is not None:
            return f"Completed {moment(x.ended_at, x)}{_kept(x)}. {_sum(x)}"
        case State.CANCELLED if x.ended_at is not None:
            return f"Cancelled {moment(x.ended_at, x)}: {x.reason}. {_sum(x)}"
    late = x.target_date is not None and x.left is not None and x.now > x.target_date
    return f"{_sum(x)} {_late(x)}" if late else _sum(x)


def _pending(x: Explanation) -> str:
    when = "It waits until what completes it has ended" if x.held else "It has not started yet"
    return f"{when}. {_sum(x)}"


def _stopped(x: Explanation) -> str:
    left = _left(x, roughly)
    goes_on = f" If the clock went on now, it would be {moment(x.worked_out, x)}." if x.worked_out else ""
    return f"Stopped: there is no target now; {left}.{goes_on}"


def _left(x: Explanation, told: Callable[[timedelta], str]) -> str:
    if x.left is None:
        return "no time was promised yet"
    return f"{told(x.left)} left" if x.left >= ZERO else f"late by {told(x.left)}"


def _sum(x: Explanation) -> str:
    if x.target_date is None or x.promised.whole is None:
        return f"There is no target: {x.error or 'its minutes are not known'}."
    if not x.adds_up:
        return f"Its target of {moment(x.target_date, x)} comes from other hours or stops than there are now."
    promised = f"{exactly(x.promised.whole)} of {_open_time(x)}"
    still = f", plus {exactly(x.stopped)} stopped," if x.stopped else ""
    return f"{promised} from {moment(x.start_date, x)}{still} end {moment(x.target_date, x)}."


def _open_time(x: Explanation) -> str:
    return f"open time in “{x.hours}”" if x.zone_is_the_calendars else "time round the clock"


def _late(x: Explanation) -> str:
    assert x.left is not None
    return (
        f"It is late by {roughly(x.left)}." if x.left else "It is late, though no open time has passed since."
    )


def _kept(x: Explanation) -> str:
    if x.left is None:
        return ""
    if x.violated_at is None:
        return f", with {roughly(x.left)} to spare"
    return (
        f", late by {roughly(x.left)}"
        if x.left
        else ", late, though no open time had passed since its target"
    )


def balance(x: Explanation) -> str:
    """The sum below the table; empty where no minutes were promised or a finished one has no target."""
    promised = x.promised.whole
    if promised is None:
        return ""
    if x.target_date is None:
        told = f"{exactly(promised)} promised − {exactly(x.counted)} counted so far = "
        return "" if x.left is None or x.ended_at else f"{told}{_left(x, exactly)}"
    opened = sum((segment.open_time for segment in x.segments), ZERO)
    still = f" + {exactly(x.stopped)} stopped" if x.stopped else ""
    sign = "=" if promised + x.stopped == opened else "≠"
    return f"{exactly(promised)} promised{still} {sign} {exactly(opened)} of open time up to the target"


def facts(x: Explanation, whose_hours: str = "") -> list[Fact]:
    """The parts of the sum, each with what decided it. `whose_hours`: of whom the case has its own."""
    return [
        ("Start", f"{moment(x.start_date, x)}, {x.start_why}"),
        *([("Tier", _tier(x))] if x.chosen.tiers > 1 or x.chosen.criteria else []),
        ("Time", _promised(x)),
        ("Hours", f"{_hours(x)}, {_HOURS_FROM[x.hours_from]}{f': {whose_hours}' if whose_hours else ''}"),
        *_further(x),
    ]


def _tier(x: Explanation) -> str:
    chosen = x.chosen
    place = f"tier {chosen.tier} of {chosen.tiers}: " if chosen.tiers > 1 else ""
    if not chosen.criteria:
        return f"{place}it has no criteria and always fits"
    holds = "" if chosen.holds else "; held when it was chosen, not now"
    return f"{place}{chosen.criteria}{holds}{inputs_in_words(chosen.inputs, x)}"


def _promised(x: Explanation) -> str:
    promised = x.promised
    count = "none" if promised.minutes is None else _minutes(promised.minutes)
    if not promised.formula:
        return count
    told = f"{count}, by {promised.formula}{inputs_in_words(promised.inputs or {}, x)}"
    if promised.fault:
        return f"{told}; now: {promised.fault}"
    if promised.yields_now != promised.minutes:
        return f"{told}; for the case as it is now that would be {promised.yields_now}"
    return told


def _minutes(count: int) -> str:
    written = exactly(timedelta(minutes=count))
    return f"{count:,} minutes ({written})" if count >= 60 else f"{count} minute{'s' if count > 1 else ''}"


def _hours(x: Explanation) -> str:
    return f"“{x.hours}” ({x.zone})" if x.zone_is_the_calendars else "24/7: nights and weekends count"


_HOURS_FROM = {
    HoursFrom.MILESTONE: "chosen by the milestone itself",
    HoursFrom.PROCESS: "chosen by the process",
    HoursFrom.CASE: "the case's own",
    HoursFrom.NOTHING: "as neither the milestone nor its process says which",
}


def _further(x: Explanation) -> Iterator[Fact]:
    if x.promised.extension:
        added = exactly(timedelta(minutes=x.promised.extension))
        yield "Extended", f"{added} were added by a supervisor, on this case alone"
    if x.waived_at is not None:
        yield "Waived", f"{moment(x.waived_at, x)}: it counts neither as met nor as missed"
    if x.stopped:
        later = f", {exactly(x.stopped_later)} of it after the target" if x.stopped_later else ""
        yield "Stopped", f"{exactly(x.stopped)} of open time, added to the target{later}"
    if x.ended_at is not None and not x.never_ran:
        still = (
            f", {exactly(x.stopped)} of it stopped: {exactly(x.actual_elapsed)} actual" if x.stopped else ""
        )
        yield "Elapsed", f"{exactly(x.elapsed)}{still}"
    if x.violated_at is not None:
        yield "Missed", f"its target of {moment(x.violated_at, x)}"
    if not x.adds_up:
        worked_out = moment(x.worked_out, x) if x.worked_out else "more than ten years away"
        yield "Now", f"by the hours and stops as they are, the target would be {worked_out}"


def inputs_in_words(inputs: Mapping[str, Any], x: Explanation) -> str:
    """“, where case.priority is “High””."""
    told = ", ".join(f"{name} is {value_in_words(value, x)}" for name, value in inputs.items())
    return f", where {told}" if told else ""


def value_in_words(value: Any, x: Explanation) -> str:
    if value in ("", MISSING_DATE):
        return "empty"
    if isinstance(value, datetime):
        return moment(value, x)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"“{value}”" if isinstance(value, str) else f"{value:,}"
