"""A service review as it is ordered, worded and shared."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from django import forms

from cases.operations.service_reviews import (
    LONGEST_EXPLANATION,
    LONGEST_LINK,
    LONGEST_RECIPIENT,
    LONGEST_REMARKS,
)
from entitlements.models import Account

OWN_DAYS = "days"
MONTHS, QUARTERS = 12, 4


class ReviewForm(forms.Form):
    """The account is given by name, the period as a month, a quarter or by its days."""

    account = forms.CharField(
        max_length=150, widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"})
    )
    period = forms.ChoiceField()
    first_day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any = None, *, today: date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["period"].choices = _periods(today)  # type: ignore[attr-defined]

    def clean_account(self) -> Account:
        name = self.cleaned_data["account"].strip()
        found = Account.objects.select_related("business_hours").filter(name__iexact=name).first()
        if found is None:
            raise forms.ValidationError(f"There is no account “{name}”. Choose one of the list.")
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        period = given.get("period")
        if period and period != OWN_DAYS:
            given["first_day"], given["last_day"] = (date.fromisoformat(day) for day in period.split("/"))
        elif period == OWN_DAYS:
            for name in ("first_day", "last_day"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, "Choose a day.")
        return given


class LinkForm(forms.Form):
    """For whom a link is, and for how many days it is good."""

    recipient = forms.CharField(label="For whom", required=False, max_length=LONGEST_RECIPIENT)
    days = forms.IntegerField(
        label="Good for (days)",
        min_value=1,
        max_value=LONGEST_LINK,
        initial=30,
        error_messages={"invalid": "Write a whole number of days."},
    )


class WordsForm(forms.Form):
    """Remarks, which milestones are shown, and why each missed promise was missed: all for the customer."""

    remarks = forms.CharField(
        required=False, max_length=LONGEST_REMARKS, widget=forms.Textarea(attrs={"rows": 6})
    )
    shown = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, data: Any = None, *, milestones: list[str], missed: list[Any], initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["shown"].choices = [(name, name) for name in milestones]  # type: ignore[attr-defined]
        self._milestones, self._missed = milestones, missed
        for one in missed:
            self.fields[f"why-{one.key}"] = forms.CharField(
                label=f"Why, in words for the customer ({one.case}, {one.milestone})",
                required=False,
                max_length=LONGEST_EXPLANATION,
                initial=one.why,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def lines(self) -> list[tuple[Any, Any]]:
        """What was missed, each with its field."""
        return [(one, self[f"why-{one.key}"]) for one in self._missed]

    @property
    def hidden(self) -> list[str]:
        return [name for name in self._milestones if name not in self.cleaned_data["shown"]]

    @property
    def explanations(self) -> dict[str, str]:
        return {str(one.key): self.cleaned_data[f"why-{one.key}"] for one in self._missed}


def _periods(today: date) -> list[tuple[str, Any]]:
    """The months and quarters that have ended, the newest first, the running month, and days of one's own."""
    this = today.year * 12 + today.month - 1
    months = [_months(this - back, 1) for back in range(1, MONTHS + 1)]
    quarter = this - this % 3
    quarters = [_months(quarter - 3 * back, 3) for back in range(1, QUARTERS + 1)]
    return [
        ("Months", [(value, f"{first:%B %Y}") for value, first in months]),
        (
            "Quarters",
            [(value, f"{(first.month + 2) // 3}. quarter {first.year}") for value, first in quarters],
        ),
        ("Otherwise", [(_months(this, 1)[0], f"{today:%B %Y} so far"), (OWN_DAYS, "From … to …")]),
    ]


def _months(count: int, how_many: int) -> tuple[str, date]:
    """The days of so many months, of which the first is the count-th since year 0."""
    first, last = _month(count), _month(count + how_many - 1)
    end = last.replace(day=monthrange(last.year, last.month)[1])
    return f"{first.isoformat()}/{end.isoformat()}", first


def _month(count: int) -> date:
    return date(count // 12, count % 12 + 1, 1)
