"""Setup: Audit. Who changed what in Setup, from what to what."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from entitlements.admin.base import SetupAdmin
from entitlements.admin.filters import ValuesInUse
from entitlements.admin.many_rows import PaginatorUpTo
from entitlements.models import SetupChange

SHOWN = 3
MOST_ROWS = 50_000
HEADER = ("at", "by", "what", "kind", "name", "field", "before", "after", "remark", "source")


class Person(ValuesInUse):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "person"


@admin.register(SetupChange)
class AuditAdmin(SetupAdmin):
    """Nobody adds, changes or deletes here."""

    names = ("Change", "Audit")
    actions: Any = None
    change_list_template = "setup/audit.html"
    list_display = ["at", "by_name", "verb", "kind", "called", "what", "source"]
    list_filter = ["verb", ("by_name", Person), ("kind", ValuesInUse), "source"]
    date_hierarchy = "at"
    search_fields = ["name", "by_name", "kind", "remark", "key"]
    paginator = PaginatorUpTo
    show_full_result_count = False
    when_empty = "Nobody has changed anything in Setup yet. Every save, publication and file will stand here."

    def can_change(self, obj: Any) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["at", "by_name", "verb", "kind", "called", "table", "remark", "source"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.csv_view)
        return [path("csv/", view, name="entitlements_setupchange_csv"), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    @method_decorator(require_safe)
    def csv_view(self, request: HttpRequest) -> HttpResponse:
        """What the list shows, one line a field, at most the newest `MOST_ROWS` changes."""
        found = self.get_changelist_instance(request).get_queryset(request)
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="setup-audit.csv"'
        writer = csv.writer(answer)
        writer.writerow(HEADER)
        for change in found[:MOST_ROWS].iterator():
            head = [change.at.isoformat(), change.by_name, change.verb, change.kind, change.name]
            for about, before, after in change.lines or [("", "", "")]:
                row = [*head, about, before, after, change.remark, change.source]
                writer.writerow([harmless(cell) for cell in row])
        return answer

    @admin.display(description="Name", ordering="name")
    def called(self, change: SetupChange) -> str | SafeString:
        address = address_of(change)
        return format_html('<a href="{}">{}</a>', address, change.name) if address else change.name

    @admin.display(description="Fields")
    def what(self, change: SetupChange) -> SafeString:
        lines = [(about, _short(before), _short(after)) for about, before, after in change.lines[:SHOWN]]
        more = len(change.lines) - SHOWN
        return format_html(
            "{}{}{}",
            format_html("<div>{}</div>", change.remark) if change.remark else "",
            format_html_join("", "<div>{}: <del>{}</del> → <ins>{}</ins></div>", lines),
            format_html("<div>and {} more</div>", more) if more > 0 else "",
        )

    @admin.display(description="Fields")
    def table(self, change: SetupChange) -> SafeString:
        rows = format_html_join(
            "",
            '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>',
            (tuple(line) for line in change.lines),
        )
        head = '<th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th>'
        return format_html(
            '<table class="before-after"><thead><tr>' + head + "</tr></thead><tbody>{}</tbody></table>", rows
        )


def address_of(change: SetupChange) -> str:
    """The page of the thing; empty where there is none any more, or never was."""
    if not change.model or change.verb == "deleted":
        return ""
    try:
        return reverse(f"admin:{change.model.replace('.', '_')}_change", args=[change.key])
    except NoReverseMatch:
        return ""


def harmless(cell: str) -> str:
    """A spreadsheet takes a text that begins so for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _short(words: str) -> str:
    return (words[:60] + "…" if len(words) > 60 else words) or "–"
