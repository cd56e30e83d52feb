"""A webhook endpoint: its URL is judged as far as it can be without looking its name up."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from entitlements.core.outbound import OWN_HEADERS, OutboundEvent
from entitlements.core.web_address import Allowed, wrong_url
from entitlements.models import WebhookEndpoint

MOST_HEADERS = 10
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,60}")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


class HeadersField(forms.CharField):
    """One “Name: value” a line, as a mapping."""

    widget = forms.Textarea({"rows": 3, "cols": 60, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return (
            "\n".join(f"{name}: {text}" for name, text in value.items()) if isinstance(value, dict) else value
        )

    def to_python(self, value: Any) -> Any:
        return dict(_header(line) for line in (super().to_python(value) or "").splitlines() if line.strip())

    def validate(self, value: Any) -> None:
        if len(value) > MOST_HEADERS:
            raise ValidationError(f"At most {MOST_HEADERS} headers.")

    def run_validators(self, value: Any) -> None:
        return


class EndpointForm(forms.ModelForm):
    url = forms.URLField(
        label="URL",
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput({"size": 70}),
        help_text="Messages are posted there. It must be a public address, or one that the operator allows.",
    )
    events = forms.MultipleChoiceField(
        choices=[(event.value, event.label) for event in OutboundEvent],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Hears of",
        help_text="Each such event of any case is sent. Actions that name it send to it in any case.",
    )
    headers = HeadersField(
        required=False,
        label="Headers",
        max_length=2000,
        help_text="Sent with each message: “Name: value”, one a line. Every administrator can read them.",
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["name", "url", "is_active", "events", "headers"]
        help_texts = {
            "name": "It is what actions call the endpoint, and stays.",
            "is_active": "Nothing is sent to one that is not; what waits for it is cancelled.",
        }

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        allowed = [Allowed.read(text) for text in settings.WEBHOOK_ALLOW]
        wrong = wrong_url(url, settings.WEBHOOK_PORTS, allowed)
        if wrong:
            raise ValidationError(wrong)
        return url

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        other = WebhookEndpoint.objects.filter(name__iexact=name).first()
        if self.instance._state.adding and other is not None:
            raise ValidationError(f"“{other.pk}” is there already.")
        return name


def _header(line: str) -> tuple[str, str]:
    name, colon, text = (part.strip() for part in line.partition(":"))
    if not colon or not _NAME.fullmatch(name) or not _VALUE.fullmatch(text):
        raise ValidationError(f"“{line[:60]}” is not a header: write “Name: value”.")
    if name.lower() in OWN_HEADERS:
        raise ValidationError(f"“{name}” is set by the desk itself.")
    return name, text
