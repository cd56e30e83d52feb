"""“Why this time?” of one milestone: a page of its own, a panel of the case's page, or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.queries.late_chance import LateChance
from cases.queries.why import Move, NoSuchMilestone, Why, read_why
from cases.roles import agents_only
from cases.views.case import found_case
from entitlements.core.explain import Explanation
from entitlements.core.explained import balance, facts, sentence
from entitlements.core.expressions import MISSING_DATE
from entitlements.core.segments import Segment
from entitlements.core.simulation import as_utc, seconds
from entitlements.core.tier_choice import NotChosen

JSON = "application/json"


@agents_only
@require_safe
@never_cache
def why(request: HttpRequest, number: str, milestone_id: int) -> HttpResponse:
    now = timezone.now()
    try:
        found = read_why(found_case(request, number), milestone_id, now, timezone.get_current_timezone())
    except NoSuchMilestone as fault:
        raise Http404(str(fault)) from None
    answer = _answer(request, found)
    patch_vary_headers(answer, ["Accept", "HX-Request"])
    return answer


def _answer(request: HttpRequest, found: Why) -> HttpResponse:
    if request.get_preferred_type(["text/html", JSON]) == JSON:
        return JsonResponse(as_json(found), json_dumps_params={"indent": 2, "ensure_ascii": False})
    template = "cases/_why.html" if request.headers.get("HX-Request") else "cases/why.html"
    x = found.explanation
    context = {
        "why": found,
        "case": found.case,
        "explanation": x,
        "sentence": sentence(x),
        "facts": facts(x, found.whose_hours),
        "balance": balance(x),
    }
    return render(request, template, {"place": "cases", **context})


def as_json(found: Why) -> dict[str, Any]:
    """Instants in UTC, spans in seconds, both to the microsecond."""
    x = found.explanation
    return {
        "case": found.case.number,
        "milestone": x.milestone,
        "occurrence": x.number,
        "tier": x.chosen.tier,
        "state": str(x.state),
        "sentence": sentence(x),
        "facts": dict(facts(x, found.whose_hours)),
        "as_of": as_utc(x.now),
        "time_zone": str(x.zone),
        "start_date": as_utc(x.start_date),
        "minutes": x.promised.minutes,
        "extended_minutes": x.promised.extension,
        "formula": x.promised.formula or None,
        "inputs": _inputs(x.promised.inputs or {}),
        "hours": x.hours,
        "hours_from": str(x.hours_from),
        **_outcome(x),
        "segments": [_segment(one) for one in x.segments],
        "tiers_not_chosen": [_tier(one) for one in x.not_chosen],
        "moves": [_move(one) for one in found.moves],
        "chance_of_being_late": chance_as_json(found.chance) if found.chance else None,
    }


def _outcome(x: Explanation) -> dict[str, Any]:
    return {
        "target_date": as_utc(x.target_date),
        "original_target": as_utc(x.original_target),
        "adds_up": x.adds_up,
        "target_by_hours_of_now": as_utc(x.worked_out),
        "violated_at": as_utc(x.violated_at),
        "waived_at": as_utc(x.waived_at),
        "ended_at": as_utc(x.ended_at),
        "reason": x.reason or None,
        "error": x.error or None,
        "elapsed_s": seconds(x.elapsed),
        "stopped_s": seconds(x.stopped),
        "stopped_after_target_s": seconds(x.stopped_later),
        "actual_elapsed_s": seconds(x.actual_elapsed),
        "left_s": seconds(x.left),
    }


def _segment(one: Segment) -> dict[str, Any]:
    return {
        "kind": str(one.kind),
        "from": as_utc(one.start),
        "to": as_utc(one.end),
        "what": one.what,
        "open_s": seconds(one.open_time),
        "stopped_s": seconds(one.stopped),
        "counted_s": seconds(one.counted),
        "sum_s": seconds(one.total),
        "stretches": one.pieces,
    }


def _tier(one: NotChosen) -> dict[str, Any]:
    named = {"tier": one.tier, "criteria": one.criteria or None, "target": one.target}
    return {**named, "why": one.why, "inputs": _inputs(one.inputs)}


def _move(one: Move) -> dict[str, Any]:
    instants = {"at": as_utc(one.at), "from": as_utc(one.old), "to": as_utc(one.new)}
    return {**instants, "why": one.why, "by": one.by or None}


def chance_as_json(chance: LateChance) -> dict[str, Any]:
    """An estimate; its figures are null where there is not enough history."""
    share = chance.found.share if chance.found else None
    return {
        "estimate": share and round(share.value, 4),
        "low": share and round(share.low, 4),
        "high": share and round(share.high, 4),
        "similar": chance.like,
        "similar_late": chance.like_late,
        "said": chance.told,
    }


def _inputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in inputs.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return None if value == MISSING_DATE else as_utc(value)
    return value
