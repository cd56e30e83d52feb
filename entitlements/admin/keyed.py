"""Things whose name is their key: it is chosen once and stays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from entitlements.admin.base import SetupAdmin


class KeyedForm(forms.ModelForm):
    """Refuses a name that differs from another only in upper and lower case."""

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        other = self._meta.model._default_manager.filter(name__iexact=name).first()
        if self.instance._state.adding and other is not None and other.pk != name:
            raise ValidationError(f"“{other.pk}” is there already.")
        return name


class Position(forms.IntegerField):
    """A place in an order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=9999, initial=0, **kwargs)


class KeyedAdmin(SetupAdmin):
    form = KeyedForm

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = super().get_readonly_fields(request, obj)
        return [*readonly, self.opts.pk.name] if obj else readonly
