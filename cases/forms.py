"""What people fill in at the desk. A form checks its own fields; whether it may happen the operation says."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from cases.models import Case, MessageKind
from cases.queries.people import Choices, read_hands
from entitlements.core.definition import Organisation
from entitlements.forms.durations import WHAT_A_DAY_IS, DurationField
from entitlements.models import Account, Contact

Data = Mapping[str, Any] | None
Files = MultiValueDict[str, UploadedFile] | None


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Sequence[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class MessageForm(forms.Form):
    """A reply, a note, or what the customer wrote. The key makes a form posted twice count once."""

    kind = forms.ChoiceField(
        choices=[
            (MessageKind.REPLY.value, "Public reply"),
            (MessageKind.NOTE.value, "Internal note"),
            (MessageKind.CUSTOMER.value, "Customer wrote"),
        ],
        initial=MessageKind.REPLY.value,
        widget=forms.RadioSelect,
    )
    body = forms.CharField(
        label="Message",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write something first."},
    )
    attachments = FilesField(label="Files, at most 10 MB each", required=False)
    status = forms.ChoiceField(label="and set status", required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Data = None, files: Files = None, *, organisation: Organisation, case: Case
    ) -> None:
        super().__init__(data, files, initial={"form_key": uuid.uuid4()})
        others = [name for name in organisation.status if name != case.status_id]
        self.fields["status"].choices = [("", "leave as it is"), *_same(others)]  # type: ignore[attr-defined]


class DetailsForm(forms.Form):
    """The fields of a case, each with the value that the page showed: so a stale page is noticed."""

    status = forms.ChoiceField()
    priority = forms.ChoiceField(required=False)
    stage = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    queue = forms.ChoiceField(required=False)
    type = forms.CharField(required=False, max_length=60)
    subject = forms.CharField(max_length=250)

    def __init__(self, data: Data = None, *, organisation: Organisation, case: Case) -> None:
        now = values_of(case)
        super().__init__(data, initial=now, auto_id="details_%s")
        hands = read_hands()
        choices = {
            "status": _same(organisation.status),
            "priority": _or_none(_same(organisation.priorities)),
            "stage": _or_none(_same(organisation.stages)),
            "owner": _or_none(hands.people),
            "queue": _or_none(hands.queues),
        }
        for name, known in choices.items():
            if now[name] not in dict(known):
                known = [*known, (now[name], now[name])]
            self.fields[name].choices = known  # type: ignore[attr-defined]
        for name, value in now.items():
            self.fields[f"shown_{name}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=value, strip=False
            )

    @property
    def changes(self) -> dict[str, str]:
        """The values that are no longer what the page showed."""
        return {
            name: self.cleaned_data[name] for name in FIELDS if self.cleaned_data[name] != self.shown[name]
        }

    @property
    def shown(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"shown_{name}"] for name in FIELDS}

    def show_again(self) -> None:
        """After a stale page: what was chosen stays, against the values of now."""
        self.data = {**self.cleaned_data, **{f"shown_{name}": self.initial[name] for name in FIELDS}}


class ReliefForm(forms.Form):
    """More time for one milestone, or letting go of it."""

    EXTEND, WAIVE = "extend", "waive"

    what = forms.ChoiceField(
        choices=[(EXTEND, "Extend"), (WAIVE, "Waive")], initial=EXTEND, widget=forms.RadioSelect
    )
    minutes = DurationField(
        label="By how much, if it is extended", least=1, required=False, help_text=WHAT_A_DAY_IS
    )
    reason = forms.CharField(max_length=300, error_messages={"required": "Say why."})

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("what") == self.EXTEND and "minutes" in given and not given["minutes"]:
            self.add_error("minutes", "Say by how much.")
        return given


class StopForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": "Waiting for the surveyor’s report"}),
        error_messages={"required": "Say why the clock is to stop."},
    )
    until_customer_answers = forms.BooleanField(label="until the customer answers", required=False)


class CompleteForm(forms.Form):
    milestone = forms.CharField(max_length=100)
    occurrence = forms.IntegerField(min_value=1, required=False)


class NewCaseForm(forms.Form):
    """The account and the contact are given by name, so that a long list needs no long page."""

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

    def __init__(self, data: Data = None, *, organisation: Organisation) -> None:
        super().__init__(data)
        hands = read_hands()
        choices = {
            "priority": _same(organisation.priorities),
            "stage": _same(organisation.stages),
            "queue": hands.queues,
            "owner": hands.people,
        }
        for name, known in choices.items():
            self.fields[name].choices = _or_none(known)  # type: ignore[attr-defined]

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


FIELDS = ("status", "priority", "stage", "owner", "queue", "type", "subject")


def values_of(case: Case) -> dict[str, str]:
    """A case's fields by the names of the form."""
    return {
        "status": case.status_id,
        "priority": case.priority_id or "",
        "stage": case.stage_id or "",
        "owner": case.owner.get_username() if case.owner else "",
        "queue": case.queue_id or "",
        "type": case.type,
        "subject": case.subject,
    }


def _same(names: Iterable[str]) -> Choices:
    return [(name, name) for name in names]


def _or_none(choices: Choices) -> Choices:
    return [("", "—"), *choices]
