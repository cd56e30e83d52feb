"""Setup: Accounts, Contacts, Products."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from entitlements.admin.base import SetupAdmin, Table
from entitlements.admin.filters import ValuesInUse
from entitlements.core.mail_domains import NoDomain, checked_domains, domain_for_people
from entitlements.models import Account, Contact, Product
from entitlements.operations.mail_domains import refuse_others, set_domains


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "email"]
        widgets = {
            "name": forms.TextInput({"aria-label": "Name"}),
            "email": forms.EmailInput({"aria-label": "Email"}),
        }


class ContactInline(Table):
    model = Contact
    form = ContactForm
    fields = ["name", "email"]
    extra = 0


class AccountForm(forms.ModelForm):
    mail_domains = forms.CharField(
        max_length=2000,
        required=False,
        widget=forms.TextInput({"size": 60}),
        help_text="Whoever writes from there belongs to this account: acme.com, acme.co.uk. "
        "With commas between them; what is below a domain counts too.",
    )

    class Meta:
        model = Account
        fields = ["name", "tier", "region", "business_hours"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            domains = self.instance.domains.values_list("domain", flat=True)
            self.initial["mail_domains"] = ", ".join(map(domain_for_people, domains))

    def clean_mail_domains(self) -> list[str]:
        given: str = self.cleaned_data["mail_domains"]
        try:
            domains = checked_domains(one for one in given.replace(",", " ").split())
            refuse_others(self.instance, domains)
        except NoDomain as fault:
            raise forms.ValidationError(str(fault)) from None
        return domains


@admin.register(Account)
class AccountAdmin(SetupAdmin):
    form = AccountForm
    list_display = ["name", "tier", "region", "business_hours"]
    list_filter = [("tier", ValuesInUse), ("region", ValuesInUse)]
    list_select_related = ["business_hours"]
    search_fields = ["name", "tier", "region"]
    fields = ["name", "tier", "region", "business_hours", "mail_domains", "used_by"]
    readonly_fields = ["used_by"]
    inlines = [ContactInline]
    when_empty = "An account is a customer. Entitlements say what it was promised."

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        set_domains(obj, form.cleaned_data.get("mail_domains", []))


@admin.register(Contact)
class ContactAdmin(SetupAdmin):
    list_display = ["name", "email", "account"]
    list_select_related = ["account"]
    search_fields = ["name", "email", "account__name"]
    autocomplete_fields = ["account"]
    fields = ["account", "name", "email", "used_by"]
    readonly_fields = ["used_by"]
    when_empty = "A contact is a person at an account."


@admin.register(Product)
class ProductAdmin(SetupAdmin):
    list_display = ["name"]
    search_fields = ["name"]
    fields = ["name", "used_by"]
    readonly_fields = ["used_by"]
    when_empty = "A product is something that an entitlement may be about."
