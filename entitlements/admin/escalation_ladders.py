"""Setup: Escalation Ladders."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from entitlements.admin.base import SetupAdmin, Stack
from entitlements.forms.escalation import LadderForm, LevelForm, LevelFormSet
from entitlements.models import EscalationLadder, LadderLevel
from entitlements.queries.ladder_words import ROUNDS_SHOWN, counted_in, levels_in_words, rungs_of


class LevelRows(Stack):
    model = LadderLevel
    form = LevelForm
    formset = LevelFormSet
    fields = ["after", "to", "template"]
    verbose_name_plural = "Levels"

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj is not None and obj.levels.exists() else 1


@admin.register(EscalationLadder)
class EscalationLadderAdmin(SetupAdmin):
    form = LadderForm
    inlines = [LevelRows]
    change_form_template = "setup/ladder.html"
    list_display = ["name", "levels", "repeated", "counted"]
    search_fields = ["name", "description"]
    list_select_related = ["business_hours"]
    readonly_fields = ["used_by"]
    fieldsets = [
        (None, {"fields": ["name", "description", "used_by"]}),
        ("The clock", {"fields": ["counts_in", "business_hours", "repeat", "repeat_after"]}),
    ]
    when_empty = (
        "A ladder says who is told when, until somebody acknowledges. A milestone's trigger starts it by its "
        "Escalation action, or an escalation rule does."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[EscalationLadder]:
        return super().get_queryset(request).prefetch_related("levels")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Actions know it by its name."""
        return ["used_by", "name"] if obj is not None else ["used_by"]

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        ladder = context["found"]
        if ladder is None:
            return context
        more = max(ladder.repeat + 1 - ROUNDS_SHOWN, 0)
        return {**context, "rungs": rungs_of(ladder.value()), "rounds_more": more}

    @admin.display(description="Levels")
    def levels(self, ladder: EscalationLadder) -> str:
        return levels_in_words(ladder)

    @admin.display(description="Again")
    def repeated(self, ladder: EscalationLadder) -> str:
        return f"{ladder.repeat} ×" if ladder.repeat else "No"

    @admin.display(description="Counts in")
    def counted(self, ladder: EscalationLadder) -> str:
        return counted_in(ladder)
