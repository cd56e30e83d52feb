"""Setup: Lint. What the live configuration says that does not work, or perhaps not as it was meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from entitlements.queries.lint import Severity, findings


@require_safe
def lint_view(request: HttpRequest) -> HttpResponse:
    found = findings(datetime.now(UTC))
    context = {
        **admin.site.each_context(request),
        "title": "Lint",
        "groups": [
            (words, [one for one in found if one.severity is severity])
            for severity, words in (
                (Severity.ERROR, "Errors: these do not work"),
                (Severity.WARNING, "Warnings: these work, and perhaps not as they were meant"),
            )
        ],
        "findings": found,
    }
    return TemplateResponse(request, "setup/lint.html", context)


site: Any = admin.site
site.add_page("lint", "lint/", lint_view)
