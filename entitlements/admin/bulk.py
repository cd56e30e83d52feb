"""What can be done to several processes at once: each verb leads from the list to a page that shows it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


@admin.action(description="Publish their drafts…")
def publish_drafts(page: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
    return _to("publish", queryset)


@admin.action(description="Apply to open cases…")
def apply_to_open_cases(page: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
    return _to("apply", queryset)


@admin.action(description="Retire their published versions…")
def retire_published(page: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
    return _to("retire", queryset)


def _to(verb: str, queryset: QuerySet) -> HttpResponse:
    keys = ",".join(str(key) for key in queryset.order_by("pk").values_list("pk", flat=True))
    return redirect(f"{reverse('admin:bulk_processes', args=[verb])}?{urlencode({'processes': keys})}")
