"""An administrator's browser in Setup, and short ways to its pages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


class Setup:
    """An administrator's browser in Setup."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user)

    def get(self, path: str, **params: str) -> Any:
        return self.client.get(path, params, follow=True)

    def post(self, path: str, **given: Any) -> Any:
        """Post a form; what the answer is of is a page without errors, or the same page with them."""
        return self.client.post(path, {**given}, follow=True)

    def add(self, model: str, query: str = "", **given: Any) -> Any:
        return self.post(f"{page(model, 'add')}{query}", **given)

    def change(self, thing: Any, **given: Any) -> Any:
        return self.post(page_of(thing), **given)

    def delete(self, thing: Any) -> Any:
        return self.post(page_of(thing, "delete"), post="yes")


def page(model: str, view: str = "changelist", *args: Any) -> str:
    app = "auth" if model in ("user", "group") else "entitlements"
    return reverse(f"admin:{app}_{model}_{view}", args=args)


def page_of(thing: Any, view: str = "change") -> str:
    opts = thing._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{view}", args=[thing.pk])


def errors(answer: HttpResponse, field: str = "") -> str:
    """What the page says is wrong: at a field of the form, or, without a name, above it and in its rows."""
    context: Any = answer.context  # type: ignore[attr-defined]
    form = context["adminform"].form
    if field:
        return " ".join(form.errors.get(field, []))
    rows = [formset.formset for formset in context["inline_admin_formsets"]]
    said = [*form.non_field_errors(), *(error for one in rows for error in one.non_form_errors())]
    return " ".join([*said, *(str(error) for one in rows for error in one.errors if error)])
