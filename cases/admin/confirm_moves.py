"""Hours are about to change: which open targets move is shown first, and done when that is confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin import site
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from cases.admin.publishing import until_deadline
from cases.engine.recalculate import notice_changed_hours
from cases.queries.hours_moves import moves_of
from entitlements.admin.base import SetupAdmin
from entitlements.core.hours import Hours

CONFIRMED = "confirmed_moves"
OTHERWISE = "Something was changed meanwhile: this is what moves now."


def confirmation(
    request: HttpRequest, changes: Mapping[str, tuple[Hours, Hours]], context: Mapping[str, Any]
) -> HttpResponse | None:
    """The page that asks, with the form that was posted inside it; None when there is nothing to ask."""
    moves = moves_of(changes, datetime.now(UTC), until_deadline())
    told = request.POST.get(CONFIRMED)
    if moves.summary is None or told == moves.token:
        return None
    if told:
        messages.warning(request, OTHERWISE)
    own = {
        **site.each_context(request),
        "title": "Which open targets move",
        "moves": moves.summary.by_hours,
        "summary": moves.summary,
        "posted": list(_posted(request)),
        "confirmed": (CONFIRMED, moves.token),
    }
    return TemplateResponse(request, "setup/confirm_moves.html", {**own, **context})


def _posted(request: HttpRequest) -> Iterator[tuple[str, str]]:
    left_out = ("csrfmiddlewaretoken", CONFIRMED)
    for name, values in request.POST.lists():
        if name not in left_out:
            yield from ((name, str(value)) for value in values)


@contextmanager
def targets_follow() -> Iterator[None]:
    """Hours change inside: the recalculation that follows is planned in the same transaction."""
    with transaction.atomic():
        notice_changed_hours(datetime.now(UTC))
        yield
        notice_changed_hours(datetime.now(UTC))


class AsksWhatMoves(SetupAdmin):
    """A page of Setup whose save asks first when open targets move, and lets them follow."""

    def question(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        """The page that asks, about what was posted for an object; None when there is nothing to ask."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        question = self.question(request, obj) if obj is not None else None
        if question is not None:
            return question
        with targets_follow():
            return super().changeform_view(request, object_id, form_url, extra_context)
