"""Why a case has no milestones. Never blank."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from cases.engine.load import Loaded
from cases.models import Case
from cases.queries.words import instant
from entitlements.models import Entitlement


def why_no_milestones(work: Loaded, now: datetime) -> str:
    """One sentence without its full stop. Asks the database only where there is no entitlement."""
    case = work.case
    if case.set_aside:
        return f"the engine has set this case aside: {case.set_aside}"
    if case.entitlement is None:
        return _why_no_entitlement(case, now.astimezone(UTC).date())
    if case.process_version_id is None:
        return f"the process “{case.entitlement.process}” has no published version"
    if case.enters_at is not None:
        return f"the case enters “{work.definition.name}” {instant(case.enters_at, now)}"
    if work.state.in_process:
        return f"no milestone of “{work.definition.name}” fits this case"
    return _why_not_in_process(work, case.entitlement, now)


def _why_not_in_process(work: Loaded, entitlement: Entitlement, now: datetime) -> str:
    promise = work.state.promise
    if promise is not None and not promise.process_is_active:
        return f"the process “{work.definition.name}” is not active"
    if promise is not None and promise.ends_at is not None and promise.ends_at <= now:
        return f"“{entitlement}” ended on {_day(entitlement.end_date)}"
    if work.case.is_closed:
        return f"the case is closed and has never been in “{work.definition.name}”"
    return f"the case has not entered “{work.definition.name}”: {work.definition.enter_at} is empty"


def _why_no_entitlement(case: Case, today: date) -> str:
    who = case.account or case.contact
    if who is None:
        return "the case has no account and no contact, so nothing was promised"
    promised = list(Entitlement.objects.promised_to(case.account_id, case.contact_id))
    if not promised:
        return f"there is no entitlement for {who}"
    active = [one for one in promised if one.status(today) == "Active"]
    if active:
        why = f" ({case.entitlement_reason})" if case.entitlement_reason else ""
        return f"{who} has “{active[0]}”, but this case was not given it{why}"
    ended = [one.end_date for one in promised if one.end_date is not None and one.end_date < today]
    if ended:
        return f"no active entitlement for {who} since {_day(max(ended) + timedelta(days=1))}"
    return f"the entitlement of {who} starts only on {_day(min(one.start_date for one in promised))}"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
