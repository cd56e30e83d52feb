"""What the live example takes from a form: its sample case, and what is still wrong."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

SAMPLE = "sample:"
MOST_SAMPLED = 30
LONGEST = 250


def given_sample(data: Mapping[str, str]) -> dict[str, str]:
    """The values that somebody chose for the sample case, by field."""
    named = [(name.removeprefix(SAMPLE), data[name]) for name in data if name.startswith(SAMPLE)]
    return {name: value[:LONGEST] for name, value in named[:MOST_SAMPLED] if value}


def mistakes_of(form: forms.BaseForm) -> list[str]:
    """Each with the name of its field."""
    return [
        f"{form[name].label}: {' '.join(map(str, said))}" if name in form.fields else " ".join(map(str, said))
        for name, said in form.errors.items()
    ]
