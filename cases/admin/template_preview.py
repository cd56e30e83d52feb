"""Setup: an email template, previewed with a real case."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.queries.template_preview import case_to_show, preview
from entitlements.models import EmailTemplate
from entitlements.queries.setup_pages import list_of


@require_safe
def preview_view(request: HttpRequest, name: str) -> HttpResponse:
    template = EmailTemplate.objects.filter(pk=name[:80]).first()
    if template is None:
        raise Http404("There is no such template.")
    number = request.GET.get("case", "")[:40]
    case = case_to_show(number)
    edit = reverse("admin:entitlements_emailtemplate_change", args=[template.pk])
    context = {
        "title": f"Preview of {template.pk}",
        "trail": [("Email Templates", list_of(EmailTemplate)), (template.pk, edit)],
        "number": number or (case.number if case else ""),
        "missing": number if case is None else "",
        "preview": preview(template, case) if case is not None else None,
        "edit": edit,
    }
    site: Any = admin.site
    return TemplateResponse(request, "setup/template_preview.html", {**site.each_context(request), **context})


_site: Any = admin.site
_site.add_page("template_preview", "entitlements/emailtemplate/<path:name>/preview/", preview_view)
