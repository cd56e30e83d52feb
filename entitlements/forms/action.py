"""An action of a trigger: fields of its own for each kind, instead of raw parameters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.functional import SimpleLazyObject, cached_property

from entitlements.core.durations import minutes_of
from entitlements.forms.durations import LONGEST, DurationField
from entitlements.forms.recipients import RecipientsField, Users, users_to_tick
from entitlements.models import (
    Action,
    ActionKind,
    CasePriority,
    CaseStage,
    CaseStatus,
    EmailTemplate,
    EscalationLadder,
    Queue,
    WebhookEndpoint,
)
from entitlements.queries.in_words import duration

FIELDS_OF_KIND: dict[str, tuple[str, ...]] = {
    ActionKind.EMAIL: ("email_to", "template"),
    ActionKind.TASK: ("subject", "assign_to", "due"),
    ActionKind.SET: ("set_status", "set_stage", "set_priority", "set_type"),
    ActionKind.ASSIGN: ("queue", "user"),
    ActionKind.ESCALATE: ("level", "ladder"),
    ActionKind.NOTIFY: ("notify_to", "text"),
    ActionKind.WEBHOOK: ("endpoint",),
}
PARAMETER = {"email_to": "to", "notify_to": "to"}


class ActionForm(forms.ModelForm):
    """Only the fields of the chosen kind count; what stands in the others is ignored."""

    email_to = RecipientsField(label="To", addresses=True)
    template = forms.ModelChoiceField(
        EmailTemplate.objects.all(), required=False, empty_label="The usual words"
    )
    subject = forms.CharField(max_length=250, required=False, widget=forms.TextInput({"size": 50}))
    assign_to = RecipientsField(label="Assigned to", most=1)
    due = DurationField(
        label="Due in",
        required=False,
        least=0,
        help_text="From when the trigger fires: 30m, 4h, 1d. Empty: no date.",
    )
    set_status = forms.ModelChoiceField(
        CaseStatus.objects.all(), label="Status", required=False, empty_label="As it is"
    )
    set_stage = forms.ModelChoiceField(
        CaseStage.objects.all(), label="Stage", required=False, empty_label="As it is"
    )
    set_priority = forms.ModelChoiceField(
        CasePriority.objects.all(), label="Priority", required=False, empty_label="As it is"
    )
    set_type = forms.CharField(label="Type", max_length=60, required=False, help_text="Empty: as it is.")
    queue = forms.ModelChoiceField(Queue.objects.all(), required=False, empty_label="As it is")
    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("username"),
        label="Owner",
        required=False,
        empty_label="As it is",
        to_field_name="username",
    )
    level = forms.IntegerField(label="Level", required=False, min_value=1, max_value=99, initial=1)
    ladder = forms.ModelChoiceField(
        EscalationLadder.objects.all(),
        label="Start the ladder",
        required=False,
        empty_label="None",
        to_field_name="name",
        help_text="It tells one after the other until somebody acknowledges.",
    )
    notify_to = RecipientsField(label="To")
    text = forms.CharField(
        max_length=300,
        required=False,
        widget=forms.TextInput({"size": 50}),
        help_text="Empty: the usual words.",
    )
    endpoint = forms.ModelChoiceField(
        WebhookEndpoint.objects.all(), required=False, help_text="Where the message goes."
    )

    class Meta:
        model = Action
        fields = ["kind"]

    def __init__(self, *args: Any, users: Users | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = users if users is not None else SimpleLazyObject(users_to_tick)
        for one in self.fields.values():
            if isinstance(one, RecipientsField):
                one.widget.users = known
        for field, parameter in _parameters_of(self.instance.kind).items():
            if parameter in self.instance.parameters:
                self.initial[field] = _shown(field, self.instance.parameters[parameter])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        kind = self.cleaned_data.get("kind", "")
        for field in set().union(*FIELDS_OF_KIND.values()) - set(FIELDS_OF_KIND.get(kind, ())):
            self.errors.pop(field, None)
        if kind and not self.errors:
            self._something_to_do(kind)
            self.instance.parameters = self._written(kind)
        return cleaned

    def _post_clean(self) -> None:
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]

    def _something_to_do(self, kind: str) -> None:
        for field in ("email_to", "subject", "notify_to", "endpoint"):
            if field in FIELDS_OF_KIND[kind] and not self.cleaned_data.get(field):
                self.add_error(field, "This field is required for this kind of action.")
        first = FIELDS_OF_KIND[kind][0]
        needs_one = kind in (ActionKind.SET, ActionKind.ASSIGN)
        if needs_one and not any(self.cleaned_data.get(field) for field in FIELDS_OF_KIND[kind]):
            self.add_error(first, "Choose at least one of these.")

    def _written(self, kind: str) -> dict[str, Any]:
        """The parameters; what a field update sets beyond the fields of this form is kept."""
        shown = _parameters_of(kind)
        same_kind = kind == self.initial.get("kind")
        kept = {} if not same_kind else dict(self.instance.parameters)
        for field, parameter in shown.items():
            kept.pop(parameter, None)
            value = self.cleaned_data.get(field)
            if value not in (None, "", []):
                kept[parameter] = _plain(field, value)
        return kept


class ActionFormSet(forms.BaseInlineFormSet):
    """The actions of a trigger. They offer the same users, read once."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "users": self._users}

    @cached_property
    def _users(self) -> Any:
        return SimpleLazyObject(users_to_tick)


def _parameters_of(kind: str) -> dict[str, str]:
    return {field: PARAMETER.get(field, field.removeprefix("set_")) for field in FIELDS_OF_KIND.get(kind, ())}


def _plain(field: str, value: Any) -> Any:
    if field == "due":
        return duration(value)
    if field == "user":
        return value.get_username()
    if field == "assign_to":
        return value[0]
    if field == "ladder":
        return value.name
    return value.pk if hasattr(value, "pk") else value


def _shown(field: str, value: Any) -> Any:
    if field != "due":
        return value
    try:
        return min(minutes_of(str(value)), LONGEST)
    except ValueError:
        return str(value)
