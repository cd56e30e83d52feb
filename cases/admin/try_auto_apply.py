"""Setup: which entitlement a case would take by the auto-apply rules, tried on one that there is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from cases.queries.entitlement_proposal import proposed_for
from cases.replay.forms import CaseNumberForm
from entitlements.models import AutoApplyRule
from entitlements.queries.setup_pages import list_of


@require_safe
def try_view(request: HttpRequest) -> HttpResponse:
    form = CaseNumberForm(request.GET if "number" in request.GET else None)
    proposal = None
    if form.is_bound and form.is_valid() and form.found is not None:
        proposal = proposed_for(form.found, datetime.now(UTC))
    context = {
        **admin.site.each_context(request),
        "title": "Try on a case",
        "trail": [("Auto-apply Rules", list_of(AutoApplyRule))],
        "form": form,
        "case": form.found if proposal else None,
        "proposal": proposal,
    }
    return TemplateResponse(request, "setup/try_auto_apply.html", context, status=422 if form.errors else 200)


site: Any = admin.site
site.add_page("try_auto_apply", "entitlements/autoapplyrule/try/", try_view)
