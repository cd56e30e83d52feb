"""Setup: a trigger of a process milestone, with its actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest
from django.utils.safestring import SafeString

from entitlements.admin.base import Stack, Step
from entitlements.admin.child import ChildAdmin, page_of, trail_to_version
from entitlements.admin.said import described
from entitlements.forms.action import FIELDS_OF_KIND, ActionForm, ActionFormSet
from entitlements.forms.trigger import TriggerForm
from entitlements.models import Action, ActionKind, ProcessMilestone, ProcessVersion, Trigger, VersionState
from entitlements.operations.versions import lock_draft
from entitlements.queries import in_words
from entitlements.queries.ladder import ladder_of


class ActionInline(Stack):
    model = Action
    form = ActionForm
    formset = ActionFormSet
    extra = 0

    def can_change(self, obj: Any) -> bool:
        """`obj` is the trigger."""
        return obj is None or obj.pk is None or obj.row.version.state == VersionState.DRAFT

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A trigger that is only read says its actions itself."""
        return super().has_view_permission(request, obj) and self.can_change(obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The kind, then the fields of each kind: the page shows those of the chosen one."""
        of_kinds = [
            (ActionKind(kind).label, {"fields": fields, "classes": ["of-kind", f"of-kind-{kind}"]})
            for kind, fields in FIELDS_OF_KIND.items()
        ]
        return [(None, {"fields": ["kind"]}), *of_kinds]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Without script another one is asked for in the address."""
        return 0 if obj and "more" not in request.GET else 1


@admin.register(Trigger)
class TriggerAdmin(ChildAdmin):
    form = TriggerForm
    parent_field = "row"
    change_form_template = "setup/trigger.html"
    inlines = [ActionInline]
    readonly_fields = ["said"]

    def version_of(self, obj: Any) -> ProcessVersion:
        return obj.row.version

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["kind", ("minutes", "percent")] if obj is None or self.can_change(obj) else ["said"]

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        row = context["found"].row if context["found"] else self.parent_named(request)
        return {**context, "ladder": ladder_of(row) if row else None}

    def trail_to(self, parent: ProcessMilestone) -> list[Step]:
        return [*trail_to_version(parent.version), (str(parent.milestone), page_of(parent))]

    def title_of(self, obj: Trigger) -> str:
        return in_words.moment(obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Actions keep the order in which they were written down."""
        lock_draft(self.version_of(form.instance))
        last = form.instance.actions.aggregate(last=Max("position"))["last"] or 0
        for place, action in enumerate(formset.save(commit=False), start=1):
            if action.pk is None:
                action.position = last + place
            action.save()
        for action in formset.deleted_objects:
            action.delete()
        formset.save_m2m()

    @admin.display(description="What it does")
    def said(self, trigger: Trigger) -> SafeString:
        return described({in_words.moment(trigger): in_words.actions(trigger)})
