"""Whom an action means: words, users' names and mail addresses, with commas between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

WORDS = ("owner", "queue", "team", "on_duty", "supervisors")
CONTACT = "contact"


LABELS = {
    "owner": "The case's owner",
    "queue": "Everybody in its queue",
    "team": "The case team",
    "on_duty": "Who is on duty",
    "supervisors": "Supervisors",
    CONTACT: "The customer's contact",
}
MOST_USERS = 40
Users = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


class RecipientsInput(forms.TextInput):
    """Words and users to tick, or one of them to choose; the rest, such as mail addresses, is written.

    All of it is posted under one name, so that a text with commas says the same.
    """

    def __init__(self, words: tuple[str, ...], addresses: bool, is_one: bool) -> None:
        super().__init__()
        self.words = words
        self.addresses = addresses
        self.is_one = is_one
        self.users: Users | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        given = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
        parts = [part for part in given if part]
        return ", ".join(parts) if parts or name in data else None

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        named = names_in(value or "")
        users = users_to_tick() if self.users is None else self.users
        known = {*self.words, *(username for username, _ in users)}
        context = {
            "name": name,
            "id": (attrs or {}).get("id", ""),
            "words": [Choice(word, LABELS[word], word in named) for word in self.words],
            "users": [Choice(username, label, username in named) for username, label in users],
            "rest": ", ".join(one for one in named if one not in known),
            "is_one": self.is_one,
            "writes": self.addresses or not users,
            "addresses": self.addresses,
        }
        return render_to_string("setup/_recipients.html", context)


def names_in(text: str) -> list[str]:
    """The parts between the commas, each once."""
    return list(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))


def users_to_tick() -> list[tuple[str, str]]:
    """The active users; none where there are too many to tick."""
    active = User.objects.filter(is_active=True).order_by("username")[: MOST_USERS + 1]
    users = [(user.get_username(), user.get_full_name() or user.get_username()) for user in active]
    return users if len(users) <= MOST_USERS else []


class RecipientsField(forms.CharField):
    """A list of names, at most `most`. With `addresses`, also “contact” and mail addresses."""

    widget: RecipientsInput

    def __init__(self, *, addresses: bool = False, most: int = 20, **kwargs: Any) -> None:
        words = (*WORDS, CONTACT) if addresses else WORDS
        widget = RecipientsInput(words, addresses, is_one=most == 1)
        super().__init__(max_length=500, required=False, widget=widget, **kwargs)
        self.addresses = addresses
        self.most = most

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        names = names_in(text)
        if len(names) > self.most:
            raise forms.ValidationError(f"At most {self.most}.")
        return [self._known(name) for name in names]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def _known(self, name: str) -> str:
        word = name.lower()
        if word in WORDS or (self.addresses and word == CONTACT):
            return word
        if self.addresses and "@" in name:
            validate_email(name)
            return name
        if not User.objects.filter(username=name, is_active=True).exists():
            words = ", ".join((*WORDS, CONTACT) if self.addresses else WORDS)
            raise forms.ValidationError(f"“{name[:40]}” is neither an active user nor one of: {words}.")
        return name
