"""The addresses of Setup's pages, for whatever names a thing of Setup and leads to it."""

from __future__ import annotations

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import reverse

from entitlements.models import Action, EntitlementSettings


def page_of(thing: Model) -> str:
    """The page of a thing; that of its trigger for an action, which has none of its own."""
    if isinstance(thing, Action):
        return page_of(thing.trigger)
    if isinstance(thing, EntitlementSettings):
        return list_of(EntitlementSettings)
    return reverse(f"admin:{_name(type(thing))}_change", args=[quote(str(thing.pk))])


def list_of(model: type[Model]) -> str:
    """The list of a table."""
    return reverse(f"admin:{_name(model)}_changelist")


def new_page_of(model: type[Model]) -> str:
    """Where a new one is made."""
    return reverse(f"admin:{_name(model)}_add")


def _name(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"
