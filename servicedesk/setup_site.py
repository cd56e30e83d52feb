"""The Setup site: Django's admin under the product's name, with its tree, Quick Find and home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse

from cases.roles import is_administrator
from entitlements.queries.home import missing
from entitlements.queries.lint import findings
from entitlements.queries.recently_viewed import recently_viewed
from servicedesk.setup_find import things_named
from servicedesk.setup_tree import TREE, Page, find

View = Callable[..., HttpResponseBase]
FINDINGS_AT_HOME = 5


class SetupSite(admin.AdminSite):
    """What `admin.site` is throughout the project. Administrators may do here whatever its pages offer."""

    site_header = "Setup"
    site_title = "Setup"
    index_title = "Setup"
    index_template = "setup/home.html"
    enable_nav_sidebar = False  # Setup has its own tree.

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._pages: dict[str, tuple[str, View]] = {}

    def add_page(self, name: str, route: str, view: View) -> None:
        """A page about no table of its own: `name` is that of its address, under which it is found."""
        self._pages[name] = route, view

    def has_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)

    def admin_view(self, view: View, cacheable: bool = False) -> Any:
        """As Django has it; but who has logged in and is no administrator is refused."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied("Setup is for administrators.")
            return guarded(request, *args, **kwargs)

        return door

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one log-in for the desk and for Setup."""
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        pages = {**self._pages, "find": ("find/", self.find_view)}
        own = [path(route, self.admin_view(view), name=name) for name, (route, view) in pages.items()]
        return [*own, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """What is configured, and what is missing."""
        groups = self.get_app_list(request)
        for entry in (entry for group in groups for entry in group["models"]):
            if entry["is_counted"]:
                entry["count"] = entry["model"]._default_manager.count()
        lacks = [
            {
                "words": one.words,
                "verb": one.verb,
                "address": address_of(one.model, "add" if one.adds else "changelist"),
            }
            for one in missing()
        ]
        found = findings(datetime.now(UTC))
        context = {
            "groups": groups,
            "missing": lacks,
            "findings": found,
            "first_findings": found[:FINDINGS_AT_HOME],
            "recent": recently_viewed(request.user.pk or 0),
        }
        return super().index(request, {**context, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The tree. `app_label` is of no use here: Setup is one, however many apps stand behind it."""
        groups = [
            {
                "name": name,
                "app_label": name.lower(),
                "models": [self._entry(page, request) for page in group],
            }
            for name, group in TREE
        ]
        return groups if self.has_permission(request) else []

    def _entry(self, page: Page, request: HttpRequest) -> dict[str, Any]:
        model: type[Model] | None = apps.get_model(page.model) if page.model else None
        may_add = model is not None and self._registry[model].has_add_permission(request)
        return {
            "name": page.name,
            "model": model,
            "object_name": model._meta.object_name if model else page.name,
            "words": f"{page.name} {page.words}".lower(),
            "admin_url": address(page),
            "add_url": address_of(model, "add") if model and may_add else None,
            "is_current": _is_below(request.path, page),
            "is_counted": page.is_counted,
        }

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """There is one home."""
        return redirect("admin:index")

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Quick Find without JavaScript: the only one that fits, or a list; with `things`, these alone."""
        wanted = request.GET.get("q", "")[:100]
        found, things = find(wanted), things_named(wanted, self._registry.values())
        if request.GET.get("things") is not None:
            return TemplateResponse(request, "setup/_found.html", {"things": things})
        if len(found) + len(things) == 1:
            return redirect(address(found[0]) if found else things[0].address)
        context = {
            "title": "Quick Find",
            "wanted": wanted,
            "pages": [(page.name, address(page)) for page in found],
            "things": things,
        }
        return TemplateResponse(request, "setup/find.html", {**self.each_context(request), **context})


def address(page: Page) -> str:
    """The address of the page, or of its list."""
    if page.view:
        return reverse(f"admin:{page.view}")
    return address_of(apps.get_model(page.model), "changelist")


def address_of(model: type[Model], view: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}")


def _is_below(where: str, page: Page) -> bool:
    if page.view:
        return where.startswith(address(page))
    return any(f"/{model.replace('.', '/')}/" in where for model in page.models)
