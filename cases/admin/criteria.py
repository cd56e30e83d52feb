"""Setup: how many open cases criteria hold for, and which."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from cases.queries.criteria import MOST_CASES, Matching, matching
from entitlements.admin.criteria import field_named
from entitlements.core.expressions import (
    LONGEST,
    Expression,
    ExpressionError,
    Kind,
    Scope,
    compile_expression,
)
from entitlements.forms.criteria_shown import marked
from entitlements.models.compiled import compiled
from entitlements.queries.case_fields import named_fields
from entitlements.queries.criteria_words import expression_words

MOST_SHOWN = 100


@require_POST
def count_view(request: HttpRequest) -> HttpResponse:
    """A line under a field for criteria: what is wrong with them, or how many open cases match."""
    name, field = field_named(request)
    posted = field.widget.value_from_datadict(request.POST, {}, name)
    context: dict[str, Any] = {}
    try:
        text = field.clean(posted)
    except ValidationError as refusal:
        fault = field.widget.fault
        context = {"faults": refusal.messages, "problem": marked(fault) if fault else None}
        text = ""
    if text:
        context = {**_counted(text), "text": text, "is_expression": posted.rows is None}
    return render(request, "setup/_criteria_count.html", context)


def _counted(text: str) -> dict[str, Any]:
    criteria = compile_expression(text, Kind.CONDITION, Scope.MILESTONE, compiled().custom_fields)
    words = expression_words(text, named_fields(Scope.MILESTONE))
    if criteria.speaks_of_milestone:
        return {"of_milestone": True, "words": words}
    return {"matching": matching(criteria), "words": words}


@require_safe
def cases_view(request: HttpRequest) -> HttpResponse:
    """The open cases that an expression holds for."""
    text = request.GET.get("expression", "").strip()
    criteria, problem = _compiled(text)
    found: Matching | None = matching(criteria, MOST_SHOWN) if criteria else None
    context = {
        **admin.site.each_context(request),
        "title": "Open cases that match",
        "text": text[:LONGEST],
        "problem": problem,
        "matching": found,
        "words": expression_words(text, named_fields(Scope.CASE)) if criteria else "",
        "most": MOST_CASES,
        "shown": MOST_SHOWN,
    }
    return TemplateResponse(request, "setup/criteria_cases.html", context, status=200 if not problem else 422)


def _compiled(text: str) -> tuple[Expression | None, Any]:
    try:
        return compile_expression(text, Kind.CONDITION, Scope.CASE, compiled().custom_fields), None
    except ExpressionError as fault:
        return None, marked(fault)


site: Any = admin.site
site.add_page("criteria_count", "criteria/count/", count_view)
site.add_page("criteria_cases", "criteria/cases/", cases_view)
