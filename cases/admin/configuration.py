"""Setup: Configuration File. Export, and import with a preview of the plan."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe


@require_safe
def configuration_view(request: HttpRequest) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "Configuration File"}
    return TemplateResponse(request, "setup/configuration.html", context)


site: Any = admin.site
site.add_page("configuration", "configuration/", configuration_view)
