"""Setup: one field for criteria, drawn anew while somebody edits it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from entitlements.forms.criteria import CriteriaField
from entitlements.forms.process_criteria import KNOWN, criteria_field


def field_named(request: HttpRequest) -> tuple[str, CriteriaField]:
    """The criteria about which the page asks. Raises Http404."""
    name = request.GET.get("name", "")
    if name not in KNOWN:
        raise Http404("There are no such criteria.")
    return name, criteria_field(name)


@require_POST
def criteria_view(request: HttpRequest) -> HttpResponse:
    """The field alone, as its form stands, after what a button of it asks for."""
    name, field = field_named(request)
    posted = field.widget.value_from_datadict(request.POST, {}, name)
    drawn = field.widget.render(name, posted, {"id": f"id_{name}"})
    return HttpResponse(drawn, headers={"HX-Trigger-After-Swap": "criteria-changed"})


site: Any = admin.site
site.add_page("criteria", "criteria/", criteria_view)
