"""Setup: Auto-apply Rules, an ordered list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from entitlements.admin.base import SetupAdmin
from entitlements.forms.promises import RuleForm
from entitlements.models import AutoApplyRule
from entitlements.operations.order_rules import move_rule, next_position
from entitlements.queries.in_words import given_by
from entitlements.queries.setup_pages import list_of

WAYS = {"up": -1, "down": 1}


@admin.register(AutoApplyRule)
class AutoApplyRuleAdmin(SetupAdmin):
    form = RuleForm
    names = ("Auto-apply Rule", "Auto-apply Rules")
    change_list_template = "setup/auto_apply.html"
    change_form_template = "setup/with_criteria.html"
    actions = None
    list_display = ["order", "name", "criteria", "gives", "is_active", "move"]
    list_display_links = ["name"]
    list_filter = ["is_active", "takes"]
    list_select_related = ["process", "template"]
    search_fields = ["name", "when", "type"]
    list_per_page = 200
    fieldsets = [
        (None, {"fields": ["name", "is_active"]}),
        ("For which new cases", {"fields": ["when"]}),
        ("What they take", {"fields": ["takes", "process", "type", "template"]}),
    ]
    when_empty = (
        "Without rules a new case takes what its contact was promised, else its account, else nothing. "
        "Rules choose among several, make an entitlement from a template, or give none."
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.move_view)
        name = "entitlements_autoapplyrule_move"
        return [path("<path:object_id>/move/", view, name=name), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.position = next_position()
        super().save_model(request, obj, form, change)

    @method_decorator(require_POST)
    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        rule: Any = self.get_object(request, unquote(object_id))
        way = WAYS.get(request.POST.get("way", ""))
        if rule is None or way is None:
            raise Http404("There is no such rule, or no such way.")
        move_rule(rule, way)
        return redirect(list_of(AutoApplyRule))

    @admin.display(description="Order", ordering="position")
    def order(self, rule: AutoApplyRule) -> int:
        return rule.position

    @admin.display(description="Criteria")
    def criteria(self, rule: AutoApplyRule) -> str | SafeString:
        return format_html("<code>{}</code>", rule.when) if rule.when else "Every new case"

    @admin.display(description="Takes")
    def gives(self, rule: AutoApplyRule) -> str:
        return given_by(rule)

    @admin.display(description="Move")
    def move(self, rule: AutoApplyRule) -> SafeString:
        address = reverse("admin:entitlements_autoapplyrule_move", args=[rule.pk])
        button = (
            '<button type="submit" formaction="{}" name="way" value="{}" aria-label="Move {} {}">{}</button>'
        )
        up = format_html(button, address, "up", rule.name, "up", "↑")
        down = format_html(button, address, "down", rule.name, "down", "↓")
        return format_html('<span class="verbs">{}{}</span>', up, down)
