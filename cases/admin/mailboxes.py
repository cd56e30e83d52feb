"""Setup: Mailboxes. What is read, how reading it goes, and reading it now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from cases.admin.mailbox_form import MailboxForm
from cases.mail.imap import CannotConnect
from cases.mail.read import read_some
from cases.models import MailboxReading, Outcome, ReceivedMail
from entitlements.admin.keyed import KeyedAdmin
from entitlements.models import Mailbox

LATELY = timedelta(days=7)


@admin.register(Mailbox)
class MailboxAdmin(KeyedAdmin):
    form = MailboxForm
    change_form_template = "setup/mailbox.html"
    names = ("Mailbox", "Mailboxes")
    list_display = ["name", "address", "queue", "is_active", "how_it_goes"]
    list_select_related = ["queue", "reading"]
    search_fields = ["name", "address", "host"]
    when_empty = "Mail to a mailbox becomes cases and messages on them, and agents' replies leave from it."
    autocomplete_fields = ["account"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        once = [] if obj else ["read_everything"]
        return [
            (None, {"fields": ["name", "address", "sender_name"]}),
            (
                "Server (IMAP)",
                {
                    "fields": [
                        *("is_active", "host", "security", "port", "user", "password"),
                        *("folder", "done_folder", *once),
                    ]
                },
            ),
            ("Cases that it opens", {"fields": ["queue", "priority", "account", "machines_open_cases"]}),
            ("When the case is closed", {"fields": ["when_closed", "reopen_days"]}),
        ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.read_view)
        return [path("<path:object_id>/read/", view, name="entitlements_mailbox_read"), *super().get_urls()]

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        mailbox = context["found"]
        if mailbox is None:
            return context
        since = datetime.now(UTC) - LATELY
        return {
            **context,
            "reading": MailboxReading.objects.filter(mailbox=mailbox).first(),
            "received": received(mailbox, since),
        }

    @method_decorator(require_POST)
    def read_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A batch, now: also how to try whether host and password are right."""
        mailbox: Any = self.get_object(request, unquote(object_id))
        if mailbox is None:
            return redirect("admin:entitlements_mailbox_changelist")
        try:
            outcomes, more = read_some(mailbox, datetime.now(UTC))
        except CannotConnect as fault:
            messages.error(request, f"It could not be read. {fault}")
        else:
            counted = ", ".join(f"{Outcome(one).label}: {count}" for one, count in outcomes.items())
            rest = " There is more; it is read in the background." if more else ""
            messages.success(request, f"It was read. {counted or 'Nothing new'}.{rest}")
        return redirect("admin:entitlements_mailbox_change", object_id)

    @admin.display(description="Reading")
    def how_it_goes(self, mailbox: Any) -> str:
        reading = getattr(mailbox, "reading", None)
        if not mailbox.is_active:
            return "Switched off"
        if reading is None or (reading.read_at is None and not reading.error):
            return "Not read yet"
        if reading.error:
            return format_html('<span class="said-wrong">{}</span>', reading.error[:120])
        return f"Well; last read {reading.read_at:%Y-%m-%d %H:%M} UTC"


def received(mailbox: Mailbox, since: datetime) -> list[tuple[str, int, str]]:
    """What came lately: each outcome's name, how many, and their list."""
    rows = ReceivedMail.objects.filter(mailbox=mailbox, handled_at__gte=since).order_by()
    counted = dict(rows.values_list("outcome").annotate(Count("pk")))
    listed = reverse("admin:cases_receivedmail_changelist")
    return [
        (one.label, counted[one.value], f"{listed}?outcome__exact={one.value}&mailbox__name={mailbox.pk}")
        for one in Outcome
        if one.value in counted
    ]
