"""What is written on a case, as it is filled in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from cases.forms.choosing import same
from cases.mail.copies import LONGEST_CC, UNCHANGED, CcChanges, addresses_in, changes_between
from cases.models import Case, Draft, MessageKind
from cases.operations.texts import LONGEST_BODY
from entitlements.core.definition import Organisation

Data = Mapping[str, Any] | None
Files = MultiValueDict[str, UploadedFile] | None
KINDS = [
    (MessageKind.REPLY.value, "Public reply"),
    (MessageKind.NOTE.value, "Internal note"),
    (MessageKind.CUSTOMER.value, "Customer wrote"),
]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files. Which of them may be kept the operation says, by name."""

    widget = FilesInput

    def __init__(self, **given: Any) -> None:
        super().__init__(allow_empty_file=True, **given)

    def clean(self, data: Any, initial: Any = None) -> Sequence[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class CcForm(forms.Form):
    """Who gets copies, as typed, with what the page showed: whoever came since stays."""

    cc = forms.CharField(
        label="Cc",
        required=False,
        max_length=LONGEST_CC,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "nobody"}),
    )
    shown_cc = forms.CharField(required=False, max_length=LONGEST_CC, widget=forms.HiddenInput)

    @property
    def copies(self) -> CcChanges | None:
        """What was made of them; None where the form did not ask, or where it cannot be read."""
        if any(name not in self.data or name in self.errors for name in ("cc", "shown_cc")):
            return None
        return changes_between(self.shown, addresses_in(self.cleaned_data["cc"]))

    @property
    def shown(self) -> list[str]:
        """The copies that the page showed."""
        return addresses_in(self.cleaned_data.get("shown_cc", ""))


class MessageForm(CcForm):
    """A reply, a note, or what the customer wrote. The key makes a form posted twice count once.

    `seen` is the newest message that the page showed: so what was written meanwhile is noticed.
    """

    kind = forms.ChoiceField(choices=KINDS, initial=MessageKind.REPLY.value, widget=forms.RadioSelect)
    body = forms.CharField(
        label="Message",
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_BODY}),
        error_messages={"required": "Write something first."},
    )
    attachments = FilesField(label="Attach files", required=False)
    status = forms.ChoiceField(required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(required=False, min_value=0)

    def __init__(
        self,
        data: Data = None,
        files: Files = None,
        *,
        organisation: Organisation,
        case: Case,
        draft: Draft | None = None,
        cc: Sequence[str] = (),
    ) -> None:
        shown = ", ".join(cc)
        initial: dict[str, Any] = {"form_key": uuid.uuid4(), "cc": shown, "shown_cc": shown}
        if draft is not None:
            changes = CcChanges(tuple(draft.cc_added), tuple(draft.cc_removed))
            initial |= {"kind": draft.kind, "body": draft.body, "cc": ", ".join(changes.applied_to(cc))}
        super().__init__(data, files, initial=initial)
        others = [name for name in organisation.status if name != case.status_id]
        self.fields["status"].choices = [("", ""), *same(others)]  # type: ignore[attr-defined]

    def of_now(self, organisation: Organisation, case: Case, cc: Sequence[str]) -> MessageForm:
        """To be filled in anew, with what was made of the copies, on top of who has them now."""
        self.is_valid()
        changes = (self.copies if self.is_bound else None) or UNCHANGED
        draft = Draft(cc_added=changes.added, cc_removed=changes.removed)
        return MessageForm(organisation=organisation, case=case, draft=draft, cc=cc)


class DraftForm(CcForm):
    """What is being written, as it stands."""

    kind = forms.ChoiceField(choices=KINDS)
    body = forms.CharField(required=False, strip=False, max_length=LONGEST_BODY)
    form_key = forms.UUIDField(required=False)
