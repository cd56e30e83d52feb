"""What all pages of Setup share: who may do what, titles, the way back, and what is used is not deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from entitlements.admin.guarded import conflict_in, guarded, seal
from entitlements.models import ChangeVerb, ConfigurationRevision, RecentlyViewed
from entitlements.operations.audit import write_down_change
from entitlements.queries.setup_pages import list_of
from entitlements.queries.setup_state import Line, State, differences, state_of
from entitlements.queries.used_by import Use, used_by

Step = tuple[str, str]

NATIVE_INPUTS: dict[type[models.Field], dict[str, Any]] = {
    models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    models.TimeField: {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")},
}


class SetupPermissions:
    """Who may enter Setup may do there whatever its pages offer; a page may offer less for an object."""

    admin_site: admin.AdminSite

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request) and self.can_change(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def can_change(self, obj: Any) -> bool:
        """Whether anybody may change, add or delete here; `obj` is None for the page as a whole."""
        return True


class SetupAdmin(SetupPermissions, admin.ModelAdmin):
    """A page of Setup: its list, and the pages of its things."""

    formfield_overrides = NATIVE_INPUTS
    list_per_page = 50
    when_empty = ""
    names = ("", "")
    later: tuple[str, ...] = ("is_active",)
    """Fields that a new object does not ask about yet."""
    parts: tuple[str, ...] = ()
    """Relations whose rows belong to an object, beside those of its inlines."""

    @property
    def label(self) -> str:
        """One thing, in title case."""
        return self.names[0] or str(self.opts.verbose_name).title()

    @property
    def labels(self) -> str:
        return self.names[1] or str(self.opts.verbose_name_plural).title()

    @property
    def found_by(self) -> str:
        """The field by which Quick Find finds things; empty for what nobody configures by name."""
        names = [field.name for field in self.opts.concrete_fields]
        if not self.search_fields or not self.can_change(None):
            return ""
        return next((name for name in ("name", "label", "username") if name in names), "")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What nobody can use yet is not said to be used by nobody; and what is new is active."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        own = [
            (name, {**given, "fields": [f for f in given["fields"] if f not in ("used_by", *self.later)]})
            for name, given in fieldsets
        ]
        return [(name, given) for name, given in own if given["fields"]]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Beside a list to choose from: only “add another”."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            widget.can_change_related = widget.can_delete_related = widget.can_view_related = False
        return field

    def trail(self, obj: Any) -> list[Step]:
        """The pages above an object's own, from the top: their names and addresses."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        own = {"title": self.labels, "label": self.label, "when_empty": self.when_empty}
        return super().changelist_view(request, {**own, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        own = self.page_context(request, object_id)
        self.note_view(request, own)
        return super().changeform_view(request, object_id, form_url, {**own, **(extra_context or {})})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        own = self.page_context(request, object_id)
        own["title"] = f"Delete {own['title']}"
        own["can_be_inactive"] = any(field.name == "is_active" for field in self.opts.fields)
        return super().delete_view(request, object_id, {**own, **(extra_context or {})})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        own = self.page_context(request, object_id)
        own["title"] = f"History of {own['title']}"
        return super().history_view(request, object_id, {**own, **(extra_context or {})})

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        """What the templates say about the object: title, kind, way back."""
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        title = self.title_of(obj) if obj else f"New {self.label}"
        trail = self.trail(obj) or [(self.labels, list_of(self.model))]
        return {"title": title, "subtitle": None, "trail": trail, "found": obj}

    def title_of(self, obj: Any) -> str:
        return str(obj)

    def note_view(self, request: HttpRequest, context: dict[str, Any]) -> None:
        """Keep what was looked at, so that the home can lead back to it."""
        obj, user_id = context.get("found"), request.user.pk
        if obj is not None and user_id is not None and request.method == "GET" and self.can_change(None):
            RecentlyViewed.note(user_id, obj, self.label, str(context["title"]), datetime.now(UTC))

    def state(self, obj: Model) -> State:
        """The object as its page shows it, with the rows of its inlines, as the database has it."""
        fresh = type(obj)._default_manager.get(pk=obj.pk)
        inlines = [one.model for one in self.inlines]
        rows = [
            str(relation.get_accessor_name())
            for relation in obj._meta.related_objects
            if relation.related_model in inlines
        ]
        return state_of(fresh, [*rows, *self.parts])

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return guarded(super().get_form(request, obj, change=change, **kwargs), request)

    def _changeform_view(
        self, request: Any, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """In the transaction of the save: what was there before, and whether it is what the page showed."""
        obj = self._locked(request, object_id)
        if obj is None or not self.has_change_permission(request, obj):
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        request.setup_before = self.state(obj)
        if request.method == "POST":
            request.setup_conflict = conflict_in(request, obj, request.setup_before)
        own = {
            "shown": seal(request.setup_before),
            "conflict": getattr(request, "setup_conflict", None),
            "page_address": request.get_full_path(),
        }
        return super()._changeform_view(request, object_id, form_url, {**own, **(extra_context or {})})  # type: ignore[misc]

    def _locked(self, request: HttpRequest, object_id: str | None) -> Any:
        """The object; while it is being saved nobody else saves it."""
        if object_id is None:
            return None
        obj = self.get_object(request, unquote(object_id))
        if obj is not None and request.method == "POST":
            self.model._default_manager.select_for_update(of=("self",)).filter(pk=obj.pk).first()
        return obj

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        lines = differences({}, self.state(obj))
        self.write_down(request, obj, ChangeVerb.ADDED, lines)
        return super().log_addition(request, obj, message)

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        """`message` is what was done, where it is no save of the page."""
        before = getattr(request, "setup_before", None)
        lines = differences(before, self.state(obj)) if before is not None else []
        if isinstance(message, str):
            self.write_down(request, obj, ChangeVerb.DID, [], message)
        elif lines:
            self.write_down(request, obj, ChangeVerb.CHANGED, lines)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        for obj in queryset:
            RecentlyViewed.forget(obj)
            self.write_down(request, obj, ChangeVerb.DELETED, differences(self.state(obj), {}))
        return super().log_deletions(request, queryset)

    def write_down(
        self, request: Any, obj: Model, verb: ChangeVerb, lines: list[Line], remark: str = ""
    ) -> None:
        write_down_change(obj, verb, by=request.user, now=datetime.now(UTC), lines=lines, remark=remark)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        ConfigurationRevision.advance()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        ConfigurationRevision.advance()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """As Django has it; and what names an object only by its name protects it too."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        users = [format_html("{} – {}", obj, linked(user)) for obj in objs for user in used_by(obj)]
        return deleted, counts, set() if users else lacking, users or protected

    @admin.display(description="Used by")
    def used_by(self, obj: Model) -> str:
        users = used_by(obj) if obj.pk else []
        return items(users) if users else "Nothing yet"


class SetupInline(SetupPermissions, InlineModelAdmin):
    """Rows on the page of the thing that they belong to."""

    formfield_overrides = NATIVE_INPUTS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The box that deletes a row has a name of its own."""
        formset = super().get_formset(request, obj, **kwargs)

        class Named(formset):  # type: ignore[misc, valid-type]
            def add_fields(self, form: Any, index: int | None) -> None:
                super().add_fields(form, index)
                if "DELETE" in form.fields:
                    about = str(form.instance) if form.instance.pk else "this row"
                    form.fields["DELETE"].widget.attrs["aria-label"] = f"Delete {about}"

        return Named


class Table(SetupInline, admin.TabularInline):
    """One line a row."""


class Stack(SetupInline, admin.StackedInline):
    """One block a row."""


def items(lines: list[str]) -> SafeString:
    """A list, each line escaped; a use of something leads to who uses it."""
    return format_html(
        '<ul class="used-by">{}</ul>',
        format_html_join("", "<li>{}</li>", ((linked(line),) for line in lines)),
    )


def linked(line: str) -> str:
    """A use as a link to its page; another line as it is."""
    address = line.address if isinstance(line, Use) else ""
    return format_html('<a href="{}">{}</a>', address, line) if address else line
