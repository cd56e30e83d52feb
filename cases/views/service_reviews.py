"""Service reviews as supervisors prepare them: the list, one of them, its words and its links."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms.service_review import LinkForm, ReviewForm, WordsForm
from cases.operations import Refused
from cases.operations.actor import name_of
from cases.operations.review_links import revoke_link
from cases.operations.service_reviews import (
    delete_review,
    prepare_review,
    share_review,
    take_figures_anew,
    word_review,
)
from cases.queries.service_reviews import Reviewed, document, read_review, read_reviews
from cases.roles import supervisors_only


@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def reviews(request: HttpRequest) -> HttpResponse:
    """All of them, and the form for another one."""
    now = timezone.now()
    today = timezone.localtime(now).date()
    if request.method != "POST":
        given = {"account": request.GET.get("account", "")[:150].replace("\x00", "")}
        return _list(request, ReviewForm(today=today, initial=given), now, 200)
    form = ReviewForm(request.POST, today=today)
    if form.is_valid():
        days = {name: form.cleaned_data[name] for name in ("account", "first_day", "last_day")}
        try:
            review = prepare_review(**days, by=_user(request), now=now)
            return redirect("cases:review", review.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _list(request, form, now, 422)


@supervisors_only
@never_cache
@require_http_methods(["GET", "HEAD"])
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    now = timezone.now()
    return _page(request, _found(review_id, now), LinkForm(), now, 200)


@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, review_id: int) -> HttpResponse:
    """What is written for the customer."""
    now = timezone.now()
    found = _found(review_id, now)
    form = _words_form(request, found)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"remarks": form.cleaned_data["remarks"], "explanations": form.explanations}
        try:
            word_review(review_id, **given, hidden=form.hidden, now=now)
            messages.success(request, "Saved.")
            return redirect("cases:review", review_id)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"place": "reviews", "now": now, "found": found, "form": form}
    return render(request, "reviews/words.html", context, status=422 if form.errors else 200)


@supervisors_only
@require_POST
def figures(request: HttpRequest, review_id: int) -> HttpResponse:
    def deed(now: datetime) -> None:
        take_figures_anew(review_id, now=now)

    return _done(request, review_id, deed, "The figures are as of now.")


@supervisors_only
@require_POST
def share(request: HttpRequest, review_id: int) -> HttpResponse:
    now = timezone.now()
    found, form = _found(review_id, now), LinkForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, now, 422)
    try:
        share_review(review_id, **form.cleaned_data, by=_user(request), now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form, now, 422)
    messages.success(request, "The link is ready: copy it from “Sharing”.")
    return redirect("cases:review", review_id)


@supervisors_only
@require_POST
def revoke(request: HttpRequest, review_id: int, link_id: int) -> HttpResponse:
    def deed(now: datetime) -> None:
        revoke_link(review_id, link_id, by=name_of(_user(request)), now=now)

    return _done(request, review_id, deed, "The link opens nothing any more.")


@supervisors_only
@require_POST
def delete(request: HttpRequest, review_id: int) -> HttpResponse:
    try:
        delete_review(review_id, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("cases:review", review_id)
    messages.success(request, "The review is deleted.")
    return redirect("cases:reviews")


def _done(request: HttpRequest, review_id: int, deed: Callable[[datetime], None], said: str) -> HttpResponse:
    now = timezone.now()
    _found(review_id, now)
    try:
        deed(now)
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("cases:review", review_id)


def _found(review_id: int, now: datetime) -> Reviewed:
    found = read_review(review_id, now)
    if found is None:
        raise Http404("There is no such review.")
    return found


def _words_form(request: HttpRequest, found: Reviewed) -> WordsForm:
    known = [one["name"] for one in found.review.figures["milestones"]]
    shown = [name for name in known if name not in found.review.hidden]
    return WordsForm(
        request.POST if request.method == "POST" else None,
        milestones=known,
        missed=list(document(found.review, with_hidden=True).missed),
        initial={"remarks": found.review.remarks, "shown": shown},
    )


def _page(request: HttpRequest, found: Reviewed, form: LinkForm, now: datetime, status: int) -> HttpResponse:
    context = {"place": "reviews", "now": now, "found": found, "document": found.document, "form": form}
    return render(request, "reviews/review.html", context, status=status)


def _list(request: HttpRequest, form: ReviewForm, now: datetime, status: int) -> HttpResponse:
    asked = request.GET.get("account", "")[:150].replace("\x00", "").strip()
    page, lines = read_reviews(asked, _number(request.GET.get("page", "1")), now)
    context = {"place": "reviews", "now": now, "form": form, "page": page, "lines": lines, "asked": asked}
    return render(request, "reviews/list.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def _user(request: HttpRequest) -> Any:
    return request.user
