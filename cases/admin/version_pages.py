"""Setup: a version of a process, tried on a case and replayed over past cases."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.replay.as_text import left_out
from cases.replay.axis import axis_of
from cases.replay.desk import cases_with_process, pasts
from cases.replay.draft import Draft, draft_of_version
from cases.replay.forms import CaseNumberForm, SampleStory
from cases.replay.report import Report, report_on
from cases.replay.trial import Trial, try_case, try_sample
from entitlements.admin.child import trail_to_version
from entitlements.models import CasePriority, CaseStage, CaseStatus, ProcessVersion

LONGEST_REPLAY = 8.0
MOST_CASES = 2_000
MOST_DAYS = 3_660


class ReplayForm(forms.Form):
    days = forms.IntegerField(label="Cases of the last … days", min_value=1, max_value=MOST_DAYS, initial=90)


@require_safe
def try_view(request: HttpRequest, object_id: str) -> HttpResponse:
    version, now = found(object_id), datetime.now(UTC)
    number = CaseNumberForm(request.GET if "number" in request.GET else None)
    sampled = request.GET if "created_at" in request.GET else None
    story = SampleStory(sampled, now.replace(second=0, microsecond=0))
    draft, trial = draft_of_version(version), None
    if number.is_bound and number.is_valid() and number.found is not None:
        trial = try_case(draft, number.found, now)
    elif sampled is not None and story.is_valid():
        trial = _tried_sample(draft, story)
    context = {
        "number": number,
        "story": story,
        "values": _values(draft),
        "zone": timezone.get_current_timezone_name(),
        "trial": trial,
        "axis": axis_of(trial) if trial and trial.milestones else None,
        "case": number.found if trial and number.is_bound else None,
    }
    return page(request, "setup/try.html", "Try on a case", version, context)


def _tried_sample(draft: Draft, story: SampleStory) -> Trial:
    state = story.sample.state(draft.hours_of_case(None))
    return try_sample(draft, state, story.told(), story.until())


def _values(draft: Draft) -> list[str]:
    """What may be chosen from while typing what happens."""
    kinds: tuple[Any, ...] = (CaseStatus, CaseStage, CasePriority)
    names = [name for kind in kinds for name in kind.objects.values_list("name", flat=True)]
    milestones = [name for process in draft.processes.values() for name in process.milestones]
    return list(dict.fromkeys([*names, *milestones]))


@require_safe
def replay_view(request: HttpRequest, object_id: str) -> HttpResponse:
    version = found(object_id)
    form = ReplayForm(request.GET if "days" in request.GET else None)
    report = None
    if form.is_bound and form.is_valid():
        report = _report(version, form.cleaned_data["days"])
    context = {
        "form": form,
        "report": report,
        "remarks": list(left_out(report)) if report else [],
        "most": MOST_CASES,
        "seconds": int(LONGEST_REPLAY),
    }
    return page(request, "setup/replay.html", "Replay over past cases", version, context)


def _report(version: ProcessVersion, days: int) -> Report:
    """Of the newest cases first: as many as can be run while somebody waits."""
    now, draft = datetime.now(UTC), draft_of_version(version)
    deadline = time.monotonic() + LONGEST_REPLAY
    cases = cases_with_process(now - timedelta(days=days)).filter(process_version__process=version.process)
    count = 0

    def each(_: object) -> bool:
        nonlocal count
        count += 1
        return count < MOST_CASES and time.monotonic() < deadline

    report = report_on(pasts(cases, draft, now), draft, now, each)
    report.stopped_early = report.stopped_early and cases.count() > count
    return report


def found(object_id: str) -> ProcessVersion:
    key = unquote(object_id)
    known = ProcessVersion.objects.select_related("process", "business_hours")
    version = known.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if version is None:
        raise Http404("There is no such version.")
    return version


def page(
    request: HttpRequest,
    template: str,
    title: str,
    version: ProcessVersion,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    own = {
        **admin.site.each_context(request),
        "title": title,
        "subtitle": f"{version.process}, version {version.number}",
        "trail": trail_to_version(version),
        "version": version,
    }
    return TemplateResponse(request, template, {**own, **context}, status=status)


site: Any = admin.site
site.add_page("try_version", "entitlements/processversion/<path:object_id>/try/", try_view)
site.add_page("replay_version", "entitlements/processversion/<path:object_id>/replay/", replay_view)
