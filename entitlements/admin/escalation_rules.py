"""Setup: Escalation Rules, with their entries in order."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from entitlements.admin.base import SetupAdmin, Stack, Step
from entitlements.core.expressions import Scope
from entitlements.forms.escalation import (
    EscalationRuleForm,
    RuleActionForm,
    RuleActionFormSet,
    RuleEntryForm,
)
from entitlements.models import EscalationRule, RuleAction, RuleEntry
from entitlements.operations.order_entries import move_entry, next_position, order_entries
from entitlements.queries.case_fields import case_fields
from entitlements.queries.criteria_words import expression_words
from entitlements.queries.ladder_words import actions_in_words, counted_in
from entitlements.queries.setup_pages import list_of, page_of

WAYS = {"up": -1, "down": 1}


@admin.register(EscalationRule)
class EscalationRuleAdmin(SetupAdmin):
    form = EscalationRuleForm
    change_form_template = "setup/escalation_rule.html"
    list_display = ["name", "is_active", "number_of_entries"]
    list_filter = ["is_active"]
    search_fields = ["name", "description"]
    fields = ["name", "description", "is_active"]
    later = ()
    parts = ("entries",)
    when_empty = (
        "A rule says what happens when a case gets too old: whom it goes to, who is told, at which age. "
        "Its entries are asked in order; the first that fits a case counts."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[EscalationRule]:
        return super().get_queryset(request).annotate(parts=Count("entries"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.order_view)
        name = "entitlements_escalationrule_order"
        return [path("<path:object_id>/order/", view, name=name), *super().get_urls()]

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        rule = context["found"]
        return {**context, "rule": rule, "entries": _listed(rule) if rule else []}

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return redirect(page_of(obj))

    @method_decorator(require_POST)
    def order_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The keys of the entries as they were dragged, with commas between them."""
        rule = self.get_object(request, unquote(object_id))
        if rule is None:
            raise Http404("There is no such rule.")
        keys = request.POST.get("order", "").split(",")
        order_entries(rule, [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19])
        return redirect(page_of(rule))

    @admin.display(description="Entries", ordering="parts")
    def number_of_entries(self, rule: Any) -> int:
        return int(rule.parts)


def _listed(rule: EscalationRule) -> list[dict[str, Any]]:
    fields = case_fields(Scope.CASE)
    entries = list(rule.entries.select_related("business_hours").prefetch_related("actions"))
    return [
        {
            "entry": entry,
            "criteria": expression_words(entry.when, fields) if entry.when else "",
            "hours": counted_in(entry),
            "actions": actions_in_words(entry),
            "is_shadowed": any(not other.when for other in entries[:place]),
        }
        for place, entry in enumerate(entries)
    ]


class ActionRows(Stack):
    model = RuleAction
    form = RuleActionForm
    formset = RuleActionFormSet
    fields = ["after", ("queue", "user"), ("level", "ladder"), "notify_to", "text", "email_to", "template"]
    max_num = 5

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj is not None else 1


@admin.register(RuleEntry)
class RuleEntryAdmin(SetupAdmin):
    """Reached from its rule; a new one is made on `add/?rule=<the rule's key>`."""

    form = RuleEntryForm
    inlines = [ActionRows]
    names = ("Rule Entry", "Rule Entries")
    change_form_template = "setup/rule_entry.html"
    fieldsets = [
        (None, {"fields": ["name"]}),
        ("For which cases", {"fields": ["when"]}),
        ("How old", {"fields": ["since", "until_changed", "counts_in", "business_hours"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.move_view)
        name = "entitlements_ruleentry_move"
        return [path("<path:object_id>/move/", view, name=name), *super().get_urls()]

    def trail(self, obj: Any) -> list[Step]:
        return _trail(obj.rule) if obj else []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is no list of them all: they are listed on the page of their rule."""
        return redirect(list_of(EscalationRule))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        rule = _rule_named(request)
        if rule is None:
            messages.error(request, "Open a rule and choose New Entry there.")
            return redirect(list_of(EscalationRule))
        return super().add_view(request, form_url, {"trail": _trail(rule), **(extra_context or {})})

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A new entry knows its rule before it is checked."""
        form = super().get_form(request, obj, change, **kwargs)
        if change:
            return form
        rule = _rule_named(request)

        class OfRule(form):  # type: ignore[misc, valid-type]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                self.instance.rule = rule

        return OfRule

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.position = next_position(obj.rule)
        super().save_model(request, obj, form, change)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return redirect(page_of(obj.rule))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return redirect(page_of(obj.rule))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        found = self.get_object(request, unquote(object_id))
        above = page_of(found.rule) if found else list_of(EscalationRule)
        answer = super().delete_view(request, object_id, extra_context)
        return redirect(above) if isinstance(answer, HttpResponseRedirect) else answer

    @method_decorator(require_POST)
    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        entry: Any = self.get_object(request, unquote(object_id))
        way = WAYS.get(request.POST.get("way", ""))
        if entry is None or way is None:
            raise Http404("There is no such entry, or no such way.")
        move_entry(entry, way)
        return redirect(page_of(entry.rule))


def _rule_named(request: HttpRequest) -> EscalationRule | None:
    key = request.GET.get("rule", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    return EscalationRule.objects.filter(pk=key).first()


def _trail(rule: EscalationRule) -> list[Step]:
    return [("Escalation Rules", list_of(EscalationRule)), (rule.name, page_of(rule))]
