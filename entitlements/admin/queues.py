"""Setup: Queues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from entitlements.admin.keyed import KeyedAdmin, KeyedForm
from entitlements.models import Queue


class QueueForm(KeyedForm):
    members = forms.ModelMultipleChoiceField(
        User.objects.filter(is_active=True).order_by("username"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Who works this queue, and is meant by “queue” in actions.",
    )

    class Meta:
        model = Queue
        fields = ["name", "is_restricted", "members", "is_active"]
        help_texts = {
            "name": "It is what criteria and actions call the queue, and stays.",
            "is_restricted": "For others its cases do not exist, except their own. Supervisors see all.",
        }


@admin.register(Queue)
class QueueAdmin(KeyedAdmin):
    form = QueueForm
    list_display = ["name", "number_of_members", "is_restricted", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    readonly_fields = ["used_by"]
    fields = ["name", "is_restricted", "members", "is_active", "used_by"]
    when_empty = "A queue is where cases wait for somebody to take them."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Queue]:
        return super().get_queryset(request).annotate(people=Count("members"))

    @admin.display(description="Members", ordering="people")
    def number_of_members(self, queue: Any) -> int:
        return int(queue.people)
