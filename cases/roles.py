"""Who may do what at the desk. A supervisor is an agent too, an administrator both."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from entitlements.models import Queue

AGENTS = "Agents"
SUPERVISORS = "Supervisors"
ADMINISTRATORS = "Administrators"
SUPERVISING = (SUPERVISORS, ADMINISTRATORS)

# What is worth keeping of a form that somebody sends after the log-in has ended.
WRITTEN = {
    "subject": "Subject",
    "description": "Description",
    "body": "Message",
    "reason": "Reason",
    "remarks": "Remarks",
}

_ATTRIBUTES = {
    AGENTS: "in_agents",
    SUPERVISORS: "in_supervisors",
    ADMINISTRATORS: "in_administrators",
}

Person = AbstractBaseUser | AnonymousUser
View = Callable[..., HttpResponseBase]


def is_administrator(user: Person) -> bool:
    return _has_one_of(user, ADMINISTRATORS)


def is_supervisor(user: Person) -> bool:
    return _has_one_of(user, ADMINISTRATORS, SUPERVISORS)


def is_agent(user: Person) -> bool:
    return _has_one_of(user, ADMINISTRATORS, SUPERVISORS, AGENTS)


def is_shut_out(user: Person) -> bool:
    """Whether there is a queue restricted to its members of which the user is none."""
    return bool(_known(user).is_shut_out)


def in_one_of(*groups: str) -> Q:
    """What narrows users to the members of one of these groups."""
    return Q(Exists(User.groups.through.objects.filter(user_id=OuterRef("pk"), group__name__in=groups)))


def agents_only(view: View) -> View:
    """Lets agents in, asks others to log in, and refuses who has logged in without being one."""
    return _only(is_agent, view)


def supervisors_only(view: View) -> View:
    return _only(is_supervisor, view)


class WithRoles(ModelBackend):
    """Django's own log-in; it reads the user of a request together with the roles, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        user = _with_roles().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


@cache
def _with_roles() -> QuerySet[User]:
    """Put together once: every request asks for it."""
    membership = User.groups.through.objects.filter(user_id=OuterRef("pk"))
    member = Queue.members.through.objects.filter(queue_id=OuterRef("pk"), user_id=OuterRef(OuterRef("pk")))
    return User.objects.annotate(
        **{name: Exists(membership.filter(group__name=group)) for group, name in _ATTRIBUTES.items()},
        is_shut_out=Exists(Queue.objects.filter(~Exists(member), is_restricted=True)),
    )


def _has_one_of(user: Any, *groups: str) -> bool:
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or any(getattr(_known(user), _ATTRIBUTES[group]) for group in groups)


def _known(user: Any) -> Any:
    """The user with the roles read, which a request has done already."""
    if not hasattr(user, "in_agents"):
        found = _with_roles().get(pk=user.pk)
        for name in (*_ATTRIBUTES.values(), "is_shut_out"):
            setattr(user, name, getattr(found, name))
    return user


def _only(allowed: Callable[[Person], bool], view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _asked_to_log_in(request)
        if not allowed(request.user):
            raise PermissionDenied("Your user has no role at this desk. An administrator can give it one.")
        return view(request, *args, **kwargs)

    return guarded


def _asked_to_log_in(request: HttpRequest) -> HttpResponseBase:
    """And then back to the page. What a form without scripts has sent is shown, so that it is not lost."""
    if request.method != "POST" or _is_from_a_script(request):
        return redirect_to_login(request.get_full_path())
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())
    context = {
        "written": [(label, text) for name, label in WRITTEN.items() if (text := request.POST.get(name))],
        "next": urlsplit(came_from).path if is_ours else "",
    }
    return render(request, "registration/logged_out_meanwhile.html", context, status=401)


def _is_from_a_script(request: HttpRequest) -> bool:
    """By htmx, or by one that wants values. It sees where it is led."""
    wanted = request.get_preferred_type(["text/html", "application/json"])
    return "HX-Request" in request.headers or wanted == "application/json"
