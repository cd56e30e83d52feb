"""Escalation ladders with their levels, escalation rules with their entries and what these do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.functional import SimpleLazyObject, cached_property

from entitlements.core.escalation_rule import MOST_ACTIONS
from entitlements.core.expressions import Scope
from entitlements.core.ladder import MOST_LEVELS, MOST_REPEATS, Ladder, Level, problems_of
from entitlements.forms.criteria import CriteriaField, HasCriteria
from entitlements.forms.durations import DurationField
from entitlements.forms.recipients import RecipientsField, users_to_tick
from entitlements.models import (
    EmailTemplate,
    EscalationLadder,
    EscalationRule,
    LadderLevel,
    Queue,
    RuleAction,
    RuleEntry,
)

HOURS_HELP = "Only for “These business hours”."
WORDS = forms.TextInput({"size": 50})


def _templates() -> Any:
    return forms.ModelChoiceField(
        EmailTemplate.objects.all(), label="Mail", required=False, empty_label="The usual words"
    )


class LadderForm(forms.ModelForm):
    repeat = forms.IntegerField(
        label="Climb it again",
        min_value=0,
        max_value=MOST_REPEATS,
        initial=0,
        help_text="So many times more, while nobody acknowledges. 0: once is all.",
    )
    repeat_after = DurationField(
        label="After the last level",
        required=False,
        when_empty=0,
        help_text="How long until it begins again: 30m, 1h.",
    )

    class Meta:
        model = EscalationLadder
        fields = ["name", "description", "counts_in", "business_hours", "repeat", "repeat_after"]
        widgets = {"description": forms.Textarea({"rows": 2, "cols": 70})}
        labels = {"counts_in": "Delays count in"}
        help_texts = {
            "name": "What actions call the ladder. It stays.",
            "counts_in": "In all of them the clock stands still while the case is stopped.",
            "business_hours": HOURS_HELP,
        }


class LevelForm(forms.ModelForm):
    after = DurationField(label="After", help_text="Since the start: 0m, 15m, 1h.")
    to = RecipientsField(label="Tell", addresses=True)
    template = _templates()

    class Meta:
        model = LadderLevel
        fields = ["after", "to"]

    def __init__(self, *args: Any, users: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.widget.users = users
        to.widget.words = tuple(word for word in to.widget.words if word != "contact")
        self.fields["after"].widget.attrs["size"] = 8
        self.initial["template"] = self.instance.template

    def clean_to(self) -> list[str]:
        to: list[str] = self.cleaned_data["to"]
        if not to:
            raise forms.ValidationError("Say whom this level tells.")
        return to

    def clean_template(self) -> str:
        template = self.cleaned_data["template"]
        return str(template.pk) if template else ""


class KnowsUsers(forms.BaseInlineFormSet):
    """Its forms offer the same users, read once."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "users": self._users}

    @cached_property
    def _users(self) -> Any:
        return SimpleLazyObject(users_to_tick)

    def kept(self) -> list[Any]:
        return [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]


class LevelFormSet(KnowsUsers):
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        given = [form.cleaned_data for form in self.kept()]
        if len(given) > MOST_LEVELS:
            raise forms.ValidationError(f"{MOST_LEVELS} levels are the most.")
        levels = sorted((Level(one["after"], tuple(one["to"])) for one in given), key=lambda one: one.after)
        repeat = self.instance.repeat or 0
        problems = list(problems_of(Ladder("", tuple(levels), repeat, self.instance.repeat_after or 0)))
        if problems:
            raise forms.ValidationError(problems)


class EscalationRuleForm(forms.ModelForm):
    class Meta:
        model = EscalationRule
        fields = ["name", "description", "is_active"]
        widgets = {"description": forms.Textarea({"rows": 2, "cols": 70})}
        help_texts = {
            "is_active": "One rule is active at a time. Open cases follow within a minute; ages that have "
            "passed already come at once."
        }

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        other = EscalationRule.objects.filter(is_active=True).exclude(pk=self.instance.pk).first()
        if is_active and other is not None:
            raise forms.ValidationError(f"“{other}” is active. Make it inactive first.")
        return is_active


class RuleEntryForm(HasCriteria, forms.ModelForm):
    when = CriteriaField(Scope.CASE, label="For which cases", empty="Every case")

    class Meta:
        model = RuleEntry
        fields = ["name", "when", "since", "until_changed", "counts_in", "business_hours"]
        labels = {
            "counts_in": "Age counts in",
            "until_changed": "Disabled after the first change by an agent",
        }
        help_texts = {
            "name": "How the desk remembers what it has done on a case: under a new name it begins anew.",
            "business_hours": HOURS_HELP,
            "counts_in": "In all of them the clock stands still while the case is stopped.",
            "until_changed": "A reply, a note, a changed field: somebody is at it.",
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = RuleEntry.objects.filter(rule=self.instance.rule_id, name=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError("This rule has an entry of that name already.")
        return name


class RuleActionForm(forms.ModelForm):
    after = DurationField(label="At the age of", help_text="4h, 1d 4h.")
    queue = forms.ModelChoiceField(
        Queue.objects.all(), label="Reassign to the queue", required=False, empty_label="As it is"
    )
    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("username"),
        label="Reassign to",
        required=False,
        empty_label="As it is",
        to_field_name="username",
    )
    ladder = forms.ModelChoiceField(
        EscalationLadder.objects.all(),
        label="Start the ladder",
        required=False,
        empty_label="None",
        to_field_name="name",
    )
    level = forms.IntegerField(
        label="Escalate to level", required=False, min_value=1, max_value=99, help_text="At least. Empty: no."
    )
    notify_to = RecipientsField(label="Notify in the desk")
    text = forms.CharField(
        label="Saying", max_length=300, required=False, widget=WORDS, help_text="Empty: the usual words."
    )
    email_to = RecipientsField(label="Mail to", addresses=True)
    template = _templates()

    class Meta:
        model = RuleAction
        fields = ["after"]

    def __init__(self, *args: Any, users: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("notify_to", "email_to"):
            field: Any = self.fields[name]
            field.widget.users = users
        parts = self.instance.parts or {}
        notify, email = parts.get("notify", {}), parts.get("email", {})
        self.initial.update(
            {
                **parts.get("assign", {}),
                **parts.get("escalate", {}),
                "notify_to": notify.get("to"),
                "text": notify.get("text"),
                "email_to": email.get("to"),
                "template": email.get("template"),
            }
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            self.instance.parts = self._parts()
            if not self.instance.parts:
                self.add_error("after", "Say what happens at this age.")
        return cleaned

    def _post_clean(self) -> None:
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]

    def _parts(self) -> dict[str, Any]:
        given = self.cleaned_data
        escalates = given["ladder"] or given["level"]
        parts = {
            "assign": _said(queue=given["queue"], user=given["user"]),
            "escalate": _said(level=given["level"] or 1, ladder=given["ladder"]) if escalates else {},
            "notify": _said(to=given["notify_to"], text=given["text"]) if given["notify_to"] else {},
            "email": _said(to=given["email_to"], template=given["template"]) if given["email_to"] else {},
        }
        return {kind: part for kind, part in parts.items() if part}


def _said(**values: Any) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items() if value}


def _plain(value: Any) -> Any:
    if isinstance(value, User):
        return value.get_username()
    return str(value) if isinstance(value, EscalationLadder | Queue | EmailTemplate) else value


class RuleActionFormSet(KnowsUsers):
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        if len(self.kept()) > MOST_ACTIONS:
            raise forms.ValidationError(f"{MOST_ACTIONS} actions are the most, each at an age of its own.")
        if not self.kept():
            raise forms.ValidationError("An entry needs an action: say what happens, and at which age.")
