"""A new case, as it is filled in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User

from cases.forms.choosing import or_none, same
from cases.forms.message import Files, FilesField
from cases.queries.people import read_hands
from entitlements.core.definition import Organisation
from entitlements.models import Account, Contact, Product

Data = Mapping[str, Any] | None


class NewCaseForm(forms.Form):
    """The account and the contact are given by name, so that a long list needs no long page.

    The key makes a form posted twice count once.
    """

    subject = forms.CharField(max_length=250)
    description = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 6}), max_length=100_000
    )
    account = forms.CharField(
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}),
    )
    contact = forms.CharField(
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"list": "contacts", "autocomplete": "off"}),
    )
    priority = forms.ChoiceField(required=False)
    stage = forms.ChoiceField(required=False)
    type = forms.CharField(required=False, max_length=60)
    origin = forms.ChoiceField(
        required=False, choices=[("", "—"), *[(o, o) for o in ("Phone", "Email", "Web")]]
    )
    queue = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    product = forms.ModelChoiceField(Product.objects.all(), required=False, empty_label="—")
    attachments = FilesField(label="Attach files", required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Data = None,
        files: Files = None,
        *,
        organisation: Organisation,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial={"form_key": uuid.uuid4(), **(initial or {})})
        hands = read_hands()
        choices = {
            "priority": same(organisation.priorities),
            "stage": same(organisation.stages),
            "queue": hands.queues,
            "owner": hands.people,
        }
        for name, known in choices.items():
            self.fields[name].choices = or_none(known)  # type: ignore[attr-defined]

    def clean_account(self) -> Account | None:
        name = self.cleaned_data["account"].strip()
        if not name:
            return None
        found = Account.objects.filter(name__iexact=name).first()
        if found is None:
            raise forms.ValidationError(
                f"There is no account “{name}”. Choose one of the list, or leave it empty."
            )
        return found

    def clean_owner(self) -> User | None:
        return User.objects.filter(username=self.cleaned_data["owner"], is_active=True).first()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        name, account = given.get("contact", "").strip(), given.get("account")
        given["contact"] = None
        if name and "account" not in self.errors:
            given["contact"] = self._contact(name, account)
        return given

    def _contact(self, name: str, account: Account | None) -> Contact | None:
        contacts = Contact.objects.select_related("account").filter(name__iexact=name)
        found = list(contacts.filter(account=account) if account else contacts)
        if len(found) == 1:
            return found[0]
        where = f"at {account}" if account else "here"
        many = f"There are {len(found)} contacts “{name}”: give the account too."
        self.add_error("contact", many if found else f"There is no contact “{name}” {where}.")
        return None
