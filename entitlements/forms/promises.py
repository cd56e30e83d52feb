"""Forms about what is promised: templates of entitlements, entitlements made from them, auto-apply rules."""

from __future__ import annotations

from typing import Any

from django import forms

from entitlements.core.holidays import FIRST_YEAR, LAST_YEAR
from entitlements.forms.criteria import HasCriteria
from entitlements.forms.process_criteria import criteria_field
from entitlements.models import Account, AutoApplyRule, EntitlementTemplate, Product, Takes

MOST_AT_ONCE = 200
RULE_HELP = "For which new cases. They cannot ask about the entitlement: the rule is there to find it."


class TemplateForm(forms.ModelForm):
    class Meta:
        model = EntitlementTemplate
        fields = ["name", "process", "type", "term_days", "business_hours", "products", "is_active"]
        labels = {"term_days": "Term in days", "is_active": "Active"}
        help_texts = {
            "name": "Entitlements made from it are called so.",
            "type": "What criteria may ask about as entitlement.type.",
            "term_days": "How long an entitlement holds; its first day counts. Empty: without end.",
            "business_hours": "What “the case's own hours” are. Empty: the account's, else the default ones.",
            "products": "It makes entitlements for cases about these alone. None: about any product.",
            "is_active": "Inactive ones are no longer offered. What was made from them goes on.",
        }


class MakeForm(forms.Form):
    """For which accounts, and from when on."""

    accounts = forms.ModelMultipleChoiceField(
        Account.objects.all(), error_messages={"required": "Choose one account or several."}
    )
    product = forms.ModelChoiceField(Product.objects.all(), required=False)
    first_day = forms.DateField(
        label="First day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="It holds from the start of this day, in UTC.",
    )

    def clean_accounts(self) -> list[Account]:
        accounts = list(self.cleaned_data["accounts"])
        if len(accounts) > MOST_AT_ONCE:
            raise forms.ValidationError(f"{MOST_AT_ONCE} at once are the most.")
        return accounts

    def clean_first_day(self) -> Any:
        day = self.cleaned_data["first_day"]
        if not FIRST_YEAR <= day.year < LAST_YEAR - 100:
            raise forms.ValidationError(f"Choose a day in the years {FIRST_YEAR} to {LAST_YEAR - 101}.")
        return day


class RuleForm(HasCriteria, forms.ModelForm):
    """What the chosen kind does not use is let go, not complained about."""

    when = criteria_field("when", RULE_HELP)

    class Meta:
        model = AutoApplyRule
        fields = ["name", "is_active", "when", "takes", "process", "type", "template"]
        labels = {
            "is_active": "Active",
            "takes": "A case for which it fits takes",
            "process": "Only with the process",
            "type": "Only of the type",
        }
        help_texts = {
            "process": "Empty: any.",
            "type": "Empty: any.",
            "template": "Its account's next cases take the same one, while it holds.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        template: Any = self.fields.get("template")
        if template is not None:
            offered = EntitlementTemplate.objects.filter(is_active=True)
            template.queryset = offered | EntitlementTemplate.objects.filter(pk=self.instance.template_id)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        takes = self.cleaned_data.get("takes")
        if takes == Takes.TEMPLATE and self.cleaned_data.get("template") is None:
            self.add_error("template", "Choose the template.")
        if takes and takes != Takes.TEMPLATE:
            self.cleaned_data["template"] = None
        if takes and takes != Takes.PROMISED:
            self.cleaned_data["process"], self.cleaned_data["type"] = None, ""
        return cleaned
