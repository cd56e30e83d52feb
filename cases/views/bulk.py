"""Many cases at once: the effect is shown first, then it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases.models import Case
from cases.operations import Refused
from cases.operations.bulk import Bulk, BulkDone, apply_bulk, check_bulk
from cases.queries.bulk_effects import read_effects
from cases.queries.moment import Moment
from cases.queries.worklist.around import Around, read_around
from cases.queries.worklist.bulk_menus import told_as
from cases.queries.worklist.filters import matching
from cases.queries.worklist.order import page_of
from cases.queries.worklist.wanted import read_wanted
from cases.roles import agents_only, is_supervisor
from cases.views.way_back import way_back

MOST = 1_000


@agents_only
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """What would become of the selected cases; with `confirmed`, it is done.

    The selection is `case` (numbers), `numbers` (the same, from the page of effects), or with `all` the list.
    """
    now, user = timezone.now(), _user(request)
    around = read_around(user)
    numbers = _numbers(request, around)
    asked = _asked(request)
    if not numbers:
        messages.error(request, "Select some cases first.")
        return redirect(way_back(request))
    try:
        check_bulk(asked, around.organisation, user)
    except Refused as refusal:
        return _ask_again(request, asked, numbers, around, str(refusal))
    found = Case.objects.visible_to(user).filter(number__in=numbers).order_by("pk")
    keys = list(found.values_list("pk", flat=True))
    if "confirmed" in request.POST and request.POST.get("shown", asked.extension) == asked.extension:
        _tell(request, apply_bulk(asked, keys, by=user, now=now))
        return redirect(way_back(request))
    context = {"effects": read_effects(asked, keys, user, now), "unseen": len(numbers) - len(keys)}
    return _page(request, asked, numbers, around, context)


def _asked(request: HttpRequest) -> Bulk:
    given = {name: value.replace("\x00", "") for name, value in request.POST.items()}  # type: ignore[union-attr]
    what, _, value = given.get("do", "").partition(":")
    value = given.get("by", value) if what == "extend" else value
    return Bulk(
        what, value, given.get("reason", ""), given.get("milestone", ""), _instant(given.get("seen_at", ""))
    )


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def _numbers(request: HttpRequest, around: Around) -> list[str]:
    given = [*request.POST.getlist("case"), *request.POST.get("numbers", "").split()]
    if "all" in request.POST:
        user = _user(request)
        wanted = read_wanted(QueryDict(request.POST.get("list", "").replace("\x00", "")), around)
        cases = matching(Case.objects.visible_to(user), wanted, Moment.at(timezone.now(), user))
        given = [case.number for case in page_of(cases, wanted.sort, None, MOST, Case.objects.only("number"))]
    return [number.replace("\x00", "")[:20] for number in dict.fromkeys(given)][:MOST]


def _ask_again(
    request: HttpRequest, asked: Bulk, numbers: list[str], around: Around, why: str
) -> HttpResponse:
    """What still lacks its reason gets a page to give it on; all else goes back."""
    may_be = {"stop": around.organisation.allow_pausing, "extend": is_supervisor(request.user)}
    if may_be.get(asked.what):
        if "reason" not in request.POST:
            return _page(request, asked, numbers, around, {})
        return _page(request, asked, numbers, around, {"why": why}, 422)
    messages.error(request, why)
    return redirect(way_back(request))


def _page(
    request: HttpRequest,
    asked: Bulk,
    numbers: list[str],
    around: Around,
    more: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    context = {
        "place": "cases",
        "now": timezone.now(),
        "bulk": asked,
        "told": told_as(asked, around),
        "milestones": around.milestones,
        "numbers": numbers,
        "is_full": len(numbers) == MOST,
        "most": MOST,
        "back": way_back(request),
        **more,
    }
    return render(request, "cases/bulk.html", context, status=status)


def _tell(request: HttpRequest, done: BulkDone) -> None:
    parts = [f"{done.changed} case{'' if done.changed == 1 else 's'} changed"]
    if done.same:
        parts.append(f"{done.same} had it already")
    (messages.success if done.changed else messages.info)(request, ", ".join(parts) + ".")
    for number, why in list(done.refused.items())[:5]:
        messages.warning(request, f"{number} stays as it is: {why}")
    if len(done.refused) > 5:
        messages.warning(request, f"{len(done.refused) - 5} more stay as they are.")


def _user(request: HttpRequest) -> Any:
    return request.user
