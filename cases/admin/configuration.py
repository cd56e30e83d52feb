"""Setup: Configuration File. Export, and import with a preview of the plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cases.admin.configuration_forms import OPEN_CASES, ApplyForm, ImportForm
from cases.operations.apply_file import DeskHasChanged
from cases.operations.import_configuration import import_configuration, move_open_cases
from cases.operations.move_to_version import cases_behind
from cases.operations.one_apply import AnotherApplies
from cases.queries.plan import Plan
from cases.queries.plan_summary import fingerprint, summary_of
from entitlements.as_code.configuration_file import ConfigurationFile, WrongFile, read_text
from entitlements.as_code.difference import Kind
from entitlements.as_code.export import export, left_out
from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.places import Mistake
from entitlements.models import EntitlementProcess
from entitlements.operations.apply_configuration import refusal

LONGEST = 8.0
NAME = "configuration"


@require_safe
def configuration_view(request: HttpRequest) -> HttpResponse:
    return _page(request, ImportForm())


@require_safe
def export_view(request: HttpRequest) -> HttpResponse:
    try:
        text = export()
    except ConfigurationError as fault:
        messages.error(request, f"It cannot be written: {fault}")
        return redirect("admin:configuration")
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="servicedesk-{datetime.now(UTC):%Y-%m-%d}.yaml"'
    return answer


@require_POST
def plan_view(request: HttpRequest) -> HttpResponse:
    """What is wrong with the file, each at its line; or what applying it would do."""
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _plan(request, form.given)


@require_POST
def apply_view(request: HttpRequest) -> HttpResponse:
    """Does what was planned. Posted twice, it finds nothing left to do."""
    form = ApplyForm(request.POST)
    if not form.is_valid():
        text = form.cleaned_data.get("text")
        return _plan(request, text, form) if text else _page(request, ImportForm(), status=422)
    text = form.cleaned_data["text"]
    try:
        file = _read(text)
        plan = Plan(file.says)
        if not plan.changes_nothing and fingerprint(plan.changes) != form.cleaned_data["planned"]:
            raise DeskHasChanged("Setup was changed meanwhile. This is the plan as it is now.")
        _apply(request, file, plan, form.cleaned_data)
    except (WrongFile, ConfigurationError):
        return _plan(request, text)
    except DeskHasChanged as why:
        messages.warning(request, str(why))
        return _plan(request, text)
    except AnotherApplies as why:
        messages.error(request, str(why))
    return redirect("admin:configuration")


@require_POST
def move_view(request: HttpRequest) -> HttpResponse:
    """Open cases go over to the published versions: as many as can while somebody waits."""
    try:
        _move(request, None)
    except AnotherApplies as why:
        messages.error(request, str(why))
    return redirect("admin:configuration")


def _apply(request: HttpRequest, file: ConfigurationFile, plan: Plan, given: dict[str, Any]) -> None:
    by: Any = request.user
    if plan.changes_nothing:
        messages.info(request, "The desk is as the file says already: nothing was changed.")
    else:
        applied = import_configuration(file, plan, reason=given["reason"], by=by, clock=_clock)
        count = len(applied.changes)
        versions = "".join(f" {version} is published." for version in applied.versions)
        messages.success(request, f"Applied: {count} object{'s' * (count != 1)} changed.{versions}")
    if given["scope"] == OPEN_CASES:
        names = plan.process_names
        _move(request, list(EntitlementProcess.objects.filter(name__in=names).values_list("pk", flat=True)))


def _move(request: HttpRequest, process_ids: Sequence[int] | None) -> None:
    by: Any = request.user
    moved = move_open_cases(process_ids, by=by, clock=_clock, go_on=_until_deadline())
    left = cases_behind(process_ids).count()
    more = f" {left:,} are left: go on below." if left else ""
    messages.success(request, f"{moved.cases:,} open cases moved, {moved.targets:,} targets with them.{more}")


def _plan(request: HttpRequest, text: str, form: ApplyForm | None = None) -> HttpResponse:
    now = _clock()
    try:
        file = _read(text)
        plan = Plan(file.says)
        if (refused := refusal(file.says, now)) is not None:
            raise WrongFile([file.mistake(refused)])
    except WrongFile as wrong:
        return _wrong(request, text, wrong.mistakes)
    except ConfigurationError as fault:
        return _wrong(request, text, [file.mistake(fault)])
    made = form or ApplyForm(initial={"text": text, "planned": fingerprint(plan.changes)})
    context = {
        "title": "Plan",
        "trail": [("Configuration File", reverse("admin:configuration"))],
        "form": made,
        "plan": plan,
        "warnings": _with_lines(text, file.warnings),
        "changes": [one for one in plan.changes if one.kind is not Kind.NOT_IN_FILE],
        "not_in_file": [one for one in plan.changes if one.kind is Kind.NOT_IN_FILE],
        "summary": summary_of(plan, now, _until_deadline()),
        "behind": cases_behind().filter(process_version__process__name__in=plan.process_names).count(),
    }
    return _answer(request, "setup/plan.html", context, 422 if made.errors else 200)


def _wrong(request: HttpRequest, text: str, mistakes: Sequence[Mistake]) -> HttpResponse:
    form = ImportForm(initial={"text": text})
    return _page(request, form, mistakes=_with_lines(text, mistakes), status=422)


def _with_lines(text: str, mistakes: Sequence[Mistake]) -> list[tuple[int, str, str]]:
    """Line, what is wrong, and what stands there."""
    lines = text.split("\n")
    return [
        (one.place.line, one.message, lines[one.place.line - 1][:200] if one.place.line <= len(lines) else "")
        for one in mistakes
    ]


def _page(request: HttpRequest, form: ImportForm, *, status: int = 200, **context: Any) -> HttpResponse:
    own = {
        "title": "Configuration File",
        "form": form,
        "left_out": left_out(),
        "behind": cases_behind().count(),
    }
    return _answer(request, "setup/configuration.html", {**own, **context}, status)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    own = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, template, own, status=status)


def _read(text: str) -> ConfigurationFile:
    return read_text(text, NAME, _clock().year)


def _clock() -> datetime:
    return datetime.now(UTC)


def _until_deadline() -> Callable[[], bool]:
    deadline = time.monotonic() + LONGEST
    return lambda: time.monotonic() < deadline


site: Any = admin.site
site.add_page("configuration", "configuration/", configuration_view)
site.add_page("export_configuration", "configuration/export/", export_view)
site.add_page("plan_configuration", "configuration/plan/", plan_view)
site.add_page("apply_configuration", "configuration/apply/", apply_view)
site.add_page("move_open_cases", "configuration/move-open-cases/", move_view)
