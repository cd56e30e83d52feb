"""Setup: Users and Roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest

from cases.admin.machinery import ReadOnlyAdmin
from cases.roles import ADMINISTRATORS, AGENTS, SUPERVISORS, is_administrator
from entitlements.admin.base import SetupAdmin, items

MAY = {
    AGENTS: "Work cases: read, reply, stop, complete, close.",
    SUPERVISORS: "What agents may, and see every queue and what is at risk.",
    ADMINISTRATORS: "What supervisors may, and everything in Setup.",
}


class RolesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}: {MAY[obj.name]}" if obj.name in MAY else str(obj.name)


class NewUserForm(AdminUserCreationForm):
    groups = RolesField(Group.objects.order_by("name"), label="Roles", required=False)


class UserForm(UserChangeForm):
    """`editor` is who edits: nobody locks themselves out."""

    editor: User | None = None
    groups = RolesField(Group.objects.order_by("name"), label="Roles", required=False)

    def clean_is_active(self) -> bool:
        active: bool = self.cleaned_data["is_active"]
        if self.instance == self.editor and not active:
            raise forms.ValidationError("This is you: another administrator has to do it.")
        return active

    def clean_groups(self) -> Any:
        groups = self.cleaned_data["groups"]
        keeps = any(group.name == ADMINISTRATORS for group in groups)
        if self.instance == self.editor and not self.instance.is_superuser and not keeps:
            raise forms.ValidationError(
                "You would lock yourself out of Setup: another administrator has to do it."
            )
        return groups


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class DeskUserAdmin(SetupAdmin, UserAdmin):
    """Users are never deleted, since cases remember them. Only a superuser changes a superuser."""

    form = UserForm
    later = ()
    add_form = NewUserForm
    list_display = ["username", "full_name", "email", "roles", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined", "works_queues"]
    fieldsets = [
        (None, {"fields": ["username", "password", ("first_name", "last_name"), "email"]}),
        ("At the desk", {"fields": ["is_active", "groups", "works_queues"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        ("At the desk", {"fields": ["first_name", "last_name", "email", "groups"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"editor": request.user}) if obj else form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        own = super().has_change_permission(request, obj)
        return own and (
            obj is None or not obj.is_superuser or bool(getattr(request.user, "is_superuser", False))
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Django calls those staff who may enter its admin."""
        super().save_related(request, form, formsets, change)
        fresh = User.objects.get(pk=form.instance.pk)
        if fresh.is_staff != is_administrator(fresh):
            fresh.is_staff = not fresh.is_staff
            fresh.save(update_fields=["is_staff"])

    @admin.display(description="Name", ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        named = sorted(group.name for group in user.groups.all())
        return ", ".join([*named, "Superuser"] if user.is_superuser else named) or "None: may do nothing"

    @admin.display(description="Queues")
    def works_queues(self, user: Any) -> str:
        queues = [str(queue) for queue in user.queues.all()] if user.pk else []
        return items(queues) if queues else "None. Queues list their members."


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin):
    """The roles are what the desk's pages ask for; people are given them on their own page."""

    names = ("Role", "Roles")
    list_display = ["name", "may", "people"]
    when_empty = "Roles come with the first users."

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["name", "may", "people"]

    @admin.display(description="May")
    def may(self, role: Group) -> str:
        return MAY.get(role.name, "Nothing of its own: no page asks for it.")

    @admin.display(description="Users")
    def people(self, role: Group) -> str:
        names = [
            user.get_full_name() or user.get_username() for user in role.user_set.order_by("username")[:200]
        ]
        return ", ".join(names) or "Nobody"
