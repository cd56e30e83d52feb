"""The page of one case, and the parts of it that refresh by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.forms import DetailsForm, LinkForm, MessageForm, StopForm, TaskForm, TeamForm
from cases.models import Case
from cases.queries.case_page import CasePage, Wanted, read_case_page
from cases.queries.timeline import SHOWS
from cases.queries.tracked_case import read_tracked_case
from cases.queries.tracker import load_one, read_case, tracker_of
from cases.queries.tracker_tag import read_tag
from cases.queries.writing import read_who_writes, who_writes
from cases.roles import agents_only

Found = TypeVar("Found")

PANELS = (
    *("head", "tracker", "escalations", "controls", "composer", "thread"),
    *("details", "team", "tasks", "related", "timeline"),
)


def found_case(request: HttpRequest, number: str) -> Case:
    """Raises Http404 where there is none, or none that the user may see."""
    return _found(read_case, request, number)


def no_such_case(number: str) -> Http404:
    return Http404(f"There is no case {number}.")


def _found(read: Callable[..., Found], request: HttpRequest, number: str, *more: object) -> Found:
    try:
        return read(number, request.user, *more)
    except Case.DoesNotExist:
        raise no_such_case(number) from None


@agents_only
@require_safe
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    return render_page(request, found_case(request, number), timezone.now())


@agents_only
@require_safe
def tracker(request: HttpRequest, number: str) -> HttpResponse:
    """The tracker alone. 204 when nothing has changed since the one that the browser shows."""
    now, seen = timezone.now(), request.GET.get("seen")
    is_now = _found(read_tag, request, number, now) if seen else None
    if is_now and seen == is_now.tag:
        answer = HttpResponse(status=204)
    else:
        case = _found(read_tracked_case, request, number)
        context = {"now": now, "tracker": tracker_of(load_one(case), now)}
        answer = render(request, "cases/_tracker.html", context)
        # What else the page shows may be old too; with the first look it is not.
        if seen:
            answer["HX-Trigger-After-Swap"] = "case-changed"
    answer["Cache-Control"] = "no-store"
    answer["X-Server-Time"] = str(int(now.timestamp() * 1000))
    if is_now:
        answer["X-Writing"] = quote(_others_at_work(request, number, now)) if is_now.others_write else ""
    return answer


@agents_only
@require_safe
@never_cache
def parts(request: HttpRequest, number: str) -> HttpResponse:
    """Everything on the page that is not being written in."""
    return render_parts(request, found_case(request, number), timezone.now(), without=("tracker",))


@dataclass(frozen=True, slots=True)
class Bound:
    """A form as it was filled in, its panel, why it was refused, and how what was written will look."""

    panel: str = ""
    form: Form | None = None
    why: str = ""
    preview: str = ""


NOTHING_FILLED_IN = Bound()


def render_page(
    request: HttpRequest, case: Case, now: datetime, *, status: int = 200, bound: Bound = NOTHING_FILLED_IN
) -> HttpResponse:
    """The whole page."""
    page = read_case_page(case, request.user, now, _wanted(request))  # type: ignore[arg-type]
    context = {"place": "cases", "keys": "case", **_context(page, bound)}
    return render(request, "cases/case.html", context, status=status)


def render_parts(
    request: HttpRequest,
    case: Case,
    now: datetime,
    *,
    without: tuple[str, ...] = (),
    only: tuple[str, ...] = PANELS,
    status: int = 200,
    bound: Bound = NOTHING_FILLED_IN,
) -> HttpResponse:
    """Parts of the page, each to take its place in it, except those that the browser keeps."""
    kept = {*without, *request.headers.get("X-Keep", "").split(",")}
    page = read_case_page(case, request.user, now, _wanted(request))  # type: ignore[arg-type]
    context = _context(page, bound) | {"oob": True, "panels": [name for name in only if name not in kept]}
    return render(request, "cases/_parts.html", context, status=status)


@agents_only
@require_safe
@never_cache
def writing(request: HttpRequest, number: str) -> HttpResponse:
    """Who else is writing, for pages whose tracker asks no more. As a header, as the tracker says it."""
    others = _found(read_who_writes, request, number, timezone.now())
    return HttpResponse(status=204, headers={"X-Writing": quote(others)})


def _others_at_work(request: HttpRequest, number: str, now: datetime) -> str:
    return who_writes(number, request.user, now)  # type: ignore[arg-type]


def _wanted(request: HttpRequest) -> Wanted:
    """How far back the browser shows the conversation, and what of the timeline."""
    asked = request.POST if request.method == "POST" else request.GET
    return Wanted(
        messages_before=asked.get("before", ""),
        down_to=asked.get("down_to", ""),
        timeline=asked.get("timeline", ""),
        timeline_before=asked.get("timeline_before", ""),
    )


def shows(chosen: str) -> list[tuple[str, str, bool]]:
    """What the timeline can be narrowed to: key, label, and whether it is chosen."""
    known = [("", "All"), *((key, label) for key, (_, label) in SHOWS.items())]
    return [(key, label, key == chosen) for key, label in known]


def _context(page: CasePage, bound: Bound) -> dict[str, Any]:
    return {
        "now": page.now,
        "page": page,
        "case": page.case,
        "tracker": page.tracker,
        "thread": page.thread,
        "timeline": page.timeline,
        "shows": shows(page.timeline.show),
        "names": dict(page.hands.people),
        "refused": {bound.panel: bound.why},
        "preview": bound.preview,
        **_forms(page, bound),
    }


def _forms(page: CasePage, bound: Bound) -> dict[str, Form]:
    organisation, case, hands = page.organisation, page.case, page.hands
    forms: dict[str, Form] = {
        "composer": MessageForm(
            organisation=organisation, case=case, draft=page.writing.draft, cc=page.addressed.cc
        ),
        "details": DetailsForm(organisation=organisation, case=case, hands=hands),
        "controls": StopForm(),
        "team": TeamForm(auto_id="team_%s"),
        "tasks": TaskForm(hands=hands, auto_id="task_%s"),
        "related": LinkForm(auto_id="link_%s"),
    }
    if isinstance(bound.form, MessageForm):
        forms["recipients"] = bound.form.of_now(organisation, case, page.addressed.cc)
    return forms if bound.form is None else {**forms, bound.panel: bound.form}
