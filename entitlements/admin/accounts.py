"""Setup: Accounts, Contacts, Products."""

from __future__ import annotations

from django import forms
from django.contrib import admin

from entitlements.admin.base import SetupAdmin, Table
from entitlements.admin.filters import ValuesInUse
from entitlements.models import Account, Contact, Product


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


@admin.register(Account)
class AccountAdmin(SetupAdmin):
    list_display = ["name", "tier", "region", "business_hours"]
    list_filter = [("tier", ValuesInUse), ("region", ValuesInUse)]
    list_select_related = ["business_hours"]
    search_fields = ["name", "tier", "region"]
    fields = ["name", "tier", "region", "business_hours", "used_by"]
    readonly_fields = ["used_by"]
    inlines = [ContactInline]
    when_empty = "An account is a customer. Entitlements say what it was promised."


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
