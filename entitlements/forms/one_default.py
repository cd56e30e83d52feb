"""One default at most: of statuses, of business hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model


def refuse_second_default(form: forms.ModelForm[Any], model: type[Model]) -> bool:
    """The tick of `is_default`. Raises ValidationError when another row has it."""
    wanted: bool = form.cleaned_data["is_default"]
    others = model._default_manager.filter(is_default=True).exclude(pk=form.instance.pk or None)
    other = others.first() if wanted else None
    if other is not None:
        raise ValidationError(f"“{other}” is the default already: take it away there first.")
    return wanted
