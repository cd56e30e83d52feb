"""A choice as cards: each says in plain words what it means, some with a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Card:
    """`picture` names a drawing of the template; `example` is a sentence of its own."""

    words: str
    example: str = ""
    picture: str = ""


class ChoiceCards(forms.RadioSelect):
    """Radio buttons, each on a card. `label` names the group for screen readers."""

    def __init__(self, cards: Mapping[str, Card], label: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.cards = cards
        self.label = label

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = [option for _, options, _ in widget["optgroups"] for option in options if option["value"]]
        shown = [(option, self.cards.get(str(option["value"]))) for option in options]
        context = {"options": shown, "label": self.label, "id": widget["attrs"].get("id", "")}
        return render_to_string("setup/_cards.html", context)
