"""Setup: Entitlement Templates, and making entitlements from one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from entitlements.admin.base import SetupAdmin
from entitlements.forms.promises import MakeForm, TemplateForm
from entitlements.models import Entitlement, EntitlementTemplate
from entitlements.operations.make_entitlement import make_entitlement
from entitlements.queries.setup_pages import list_of, page_of


@admin.register(EntitlementTemplate)
class EntitlementTemplateAdmin(SetupAdmin):
    form = TemplateForm
    change_form_template = "setup/entitlement_template.html"
    list_display = ["name", "process", "type", "term", "for_products", "made", "is_active"]
    list_filter = ["is_active", "process"]
    list_select_related = ["process"]
    search_fields = ["name", "type", "process__name"]
    autocomplete_fields = ["products"]
    fields = [*TemplateForm.Meta.fields, "used_by"]
    readonly_fields = ["used_by"]
    when_empty = (
        "A template holds the terms of entitlements that are made alike: process, hours, type and how long. "
        "Make entitlements from it by hand, or let an auto-apply rule make them with the first case."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[EntitlementTemplate]:
        found = super().get_queryset(request).prefetch_related("products")
        return found.annotate(entitlements_made=Count("entitlements"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.make_view)
        name = "entitlements_entitlementtemplate_make"
        return [path("<path:object_id>/make/", view, name=name), *super().get_urls()]

    def make_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        template: Any = self.get_object(request, unquote(object_id))
        if template is None:
            raise Http404("There is no such template.")
        form = self._make_form(request)
        if not template.is_active:
            messages.error(request, "This template is not active: it makes no entitlements.")
            return redirect(page_of(template))
        if request.method == "POST" and form.is_valid():
            made = self._make(template, form.cleaned_data)
            self.log_change(request, template, f"Made {len(made)} entitlements.")
            messages.success(request, f"Made {len(made)} entitlement{'s' * (len(made) != 1)}.")
            return redirect(page_of(made[0]) if len(made) == 1 else list_of(Entitlement))
        context = {
            **self.admin_site.each_context(request),
            **self.page_context(request, object_id),
            "title": f"Make entitlements from “{template}”",
            "trail": [
                ("Entitlement Templates", list_of(EntitlementTemplate)),
                (str(template), page_of(template)),
            ],
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "template": template,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "setup/make_entitlements.html", context, status=status)

    def _make_form(self, request: HttpRequest) -> MakeForm:
        form = MakeForm(request.POST or None, initial={"first_day": datetime.now(UTC).date()})
        widgets: dict[str, Any] = {"accounts": AutocompleteSelectMultiple, "product": AutocompleteSelect}
        for name, widget in widgets.items():
            field: Any = form.fields[name]
            related = Entitlement._meta.get_field("account" if name == "accounts" else "product")
            choices = field.choices
            field.widget = widget(related, self.admin_site)
            field.widget.choices = choices
        return form

    @staticmethod
    @transaction.atomic
    def _make(template: EntitlementTemplate, given: dict[str, Any]) -> list[Entitlement]:
        day, product = given["first_day"], given["product"]
        return [make_entitlement(template, account, day, product=product) for account in given["accounts"]]

    @admin.display(description="Term", ordering="term_days")
    def term(self, template: EntitlementTemplate) -> str:
        return f"{template.term_days:,} days" if template.term_days else "Without end"

    @admin.display(description="Products")
    def for_products(self, template: EntitlementTemplate) -> str:
        return ", ".join(str(product) for product in template.products.all()) or "Any"

    @admin.display(description="Entitlements", ordering="entitlements_made")
    def made(self, template: Any) -> int:
        return int(template.entitlements_made)
