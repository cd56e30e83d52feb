"""Setup: Received Mail. What became of each, and what was set aside is handled after all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from cases.admin.machinery import ReadOnlyAdmin
from cases.engine.evaluate import Refused
from cases.mail.receive import retry
from cases.models import ReceivedMail
from cases.models.mail import RETRIED


@admin.register(ReceivedMail)
class ReceivedMailAdmin(ReadOnlyAdmin):
    names = ("Received Mail", "Received Mail")
    change_form_template = "setup/received_mail.html"
    actions = ["handle_after_all"]
    list_display = ["arrived_at", "sender", "subject_line", "outcome", "on_case", "short_reason", "mailbox"]
    list_display_links = ["arrived_at", "subject_line"]
    list_filter = ["outcome", "mailbox"]
    list_select_related = ["case", "mailbox"]
    search_fields = ["sender", "subject", "case__number", "mail_id", "reason"]
    ordering = ["-pk"]
    when_empty = "Nothing has been read from a mailbox yet."

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReceivedMail]:
        """The mails themselves may be large."""
        return super().get_queryset(request).defer("raw")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            *("subject_line", "sender", "mailbox", "arrived_at", "handled_at", "outcome", "reason"),
            *("on_case", "size_in_words", "mail_id"),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("<path:object_id>/retry/", guarded(self.retry_view), name="cases_receivedmail_retry"),
            path("<path:object_id>/original/", guarded(self.original), name="cases_receivedmail_original"),
            *super().get_urls(),
        ]

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        row = context["found"]
        kept = row is not None and ReceivedMail.objects.filter(pk=row.pk, raw__isnull=False).exists()
        return {**context, "is_kept": kept, "may_retry": kept and row.outcome in RETRIED}

    @method_decorator(require_POST)
    def retry_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row: Any = self.get_object(request, unquote(object_id))
        if row is None:
            return redirect("admin:cases_receivedmail_changelist")
        if fault := _handled(row.pk):
            messages.error(request, fault)
        else:
            messages.success(request, "It has been handled.")
        return redirect("admin:cases_receivedmail_change", row.pk)

    @admin.action(description="Handle the ones set aside after all")
    def handle_after_all(self, request: HttpRequest, queryset: QuerySet[ReceivedMail]) -> None:
        faults = [_handled(key) for key in queryset.order_by("pk").values_list("pk", flat=True)]
        wrong = [fault for fault in faults if fault]
        if len(faults) > len(wrong):
            messages.success(request, f"{len(faults) - len(wrong)} handled.")
        if wrong:
            messages.warning(request, f"{len(wrong)} left as they are. {wrong[0]}")

    def original(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The mail as it came, as a file and never as a page."""
        key = unquote(object_id)
        row = ReceivedMail.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
        if row is None or row.raw is None:
            raise Http404("It is not kept.")
        answer = HttpResponse(bytes(row.raw), content_type="message/rfc822")
        answer["Content-Disposition"] = f'attachment; filename="mail-{row.pk}.eml"'
        return answer

    @admin.display(description="Subject", ordering="subject")
    def subject_line(self, row: ReceivedMail) -> str:
        return str(row)[:100]

    @admin.display(description="Case")
    def on_case(self, row: ReceivedMail) -> str:
        if row.case is None:
            return "–"
        address = reverse("cases:case", args=[row.case.number])
        return format_html('<a href="{}">{}</a>', address, row.case.number)

    @admin.display(description="Reason")
    def short_reason(self, row: ReceivedMail) -> str:
        return row.reason[:120]

    @admin.display(description="Size")
    def size_in_words(self, row: ReceivedMail) -> str:
        return f"{row.size / 1024:,.0f} KB"


def _handled(key: int) -> str:
    """What is wrong; empty when it was handled."""
    try:
        retry(key, datetime.now(UTC))
    except Refused as fault:
        return str(fault)
    return ""
