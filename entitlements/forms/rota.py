"""A rota: a line for each person with the windows of the week, and substitutions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q

from entitlements.core.calendar import check_hours
from entitlements.core.hours import Hours, HoursError, Window, parse_windows
from entitlements.forms.choices import zone_meant
from entitlements.models import Rota, RotaSubstitution
from entitlements.operations.rotas import written_windows

EXAMPLE = "mon-fri 08:00-18:00; sat 10:00-14:00"
MOST_PEOPLE = 60


class RotaForm(forms.ModelForm):
    """`windows` are those of each person, once the form is valid."""

    time_zone = forms.CharField(
        widget=forms.TextInput({"list": "time-zones", "size": 30, "autocomplete": "off"}),
        help_text="The windows and the days below are in this zone's local time.",
    )

    class Meta:
        model = Rota
        fields = ["queue", "time_zone", "covered"]
        labels = {"covered": "To be covered"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.windows: dict[str, tuple[Window, ...]] = {}
        written = written_windows(self.instance) if self.instance.pk else {}
        self.people: list[str] = []
        for place, (person, label) in enumerate(_people(self.instance, written)):
            self.people.append(person)
            self.fields[f"shift_{place}"] = forms.CharField(
                label=label,
                required=False,
                max_length=400,
                initial=written.get(person, ""),
                widget=forms.TextInput({"size": 50, "placeholder": EXAMPLE, "spellcheck": "false"}),
            )

    @property
    def lines(self) -> Iterator[tuple[str, Any]]:
        """Each person with the field of the windows."""
        return ((person, self[f"shift_{place}"]) for place, person in enumerate(self.people))

    def clean_time_zone(self) -> str:
        meant = zone_meant(self.cleaned_data["time_zone"])
        if not meant:
            raise forms.ValidationError("There is no such time zone. Write one such as Europe/Berlin.")
        return meant

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for place, person in enumerate(self.people):
            text = self.cleaned_data.get(f"shift_{place}") or ""
            try:
                windows = parse_windows(text)
                if windows:
                    check_hours(Hours(person, self.cleaned_data.get("time_zone") or "UTC", windows), 2026)
            except HoursError as fault:
                self.add_error(f"shift_{place}", str(fault))
            else:
                self.windows[person] = windows
        return cleaned


def _people(rota: Rota, written: dict[str, str]) -> list[tuple[str, str]]:
    """Who works the queue, and who stands in the rota already; before the queue is chosen, everybody."""
    active = User.objects.filter(is_active=True).order_by("username")
    if rota.queue_id:
        members = active.filter(Q(queues=rota.queue_id) | Q(username__in=written)).distinct()
        active = members if members.exists() else active
    people = {
        user.get_username(): user.get_full_name() or user.get_username() for user in active[:MOST_PEOPLE]
    }
    gone = {person: f"{person} (gone)" for person in written if person not in people}
    return [*people.items(), *gone.items()]


class SubstitutionForm(forms.ModelForm):
    person = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("username"), label="On duty", to_field_name="username"
    )
    instead_of = forms.ModelChoiceField(
        User.objects.order_by("username"),
        label="instead of",
        required=False,
        to_field_name="username",
        empty_label="everybody",
    )

    class Meta:
        model = RotaSubstitution
        fields = ["person", "instead_of", "start_date", "start_time", "end_date", "end_time"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("aria-label", str(field.label or name))

    def clean_person(self) -> str:
        return str(self.cleaned_data["person"].get_username())

    def clean_instead_of(self) -> str:
        user = self.cleaned_data["instead_of"]
        return str(user.get_username()) if user else ""


class SubstitutionFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = "Delete this substitution"
