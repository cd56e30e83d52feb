"""Setup is for administrators: every one of its addresses, for everybody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factory import make_user
from tests.setup.administrator import Setup, errors, page, page_of

OPEN_TO_ALL = ("/setup/login/",)


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Every address below a resolver, with 1 for each of its parts that varies."""
    for one in resolver.url_patterns:
        here = before + str(one.pattern).replace("<path:object_id>", "1").replace("<id>", "1")
        if isinstance(one, URLResolver):
            yield from addresses(one, here)
        elif isinstance(one, URLPattern) and "(?P" not in here:
            yield here.replace("<path:content_type_id>", "1").replace("<path:url>", "x")


def addresses_of_setup() -> list[str]:
    root = get_resolver()
    found = next(one for one in root.url_patterns if str(one.pattern) == "setup/")
    assert isinstance(found, URLResolver)
    return [address for address in addresses(found, "/setup/") if address not in OPEN_TO_ALL]


@pytest.mark.parametrize("role", ["Agents", "Supervisors"])
def test_agents_and_supervisors_are_refused_everywhere(desk: None, role: str) -> None:
    client = Client()
    client.force_login(make_user("bob", role))
    found = addresses_of_setup()
    assert len(found) > 100
    for address in found:
        assert client.get(address).status_code == 403, address
        assert client.post(address, {"post": "yes"}).status_code == 403, address


def test_whoever_has_not_logged_in_is_asked_to_everywhere(desk: None) -> None:
    client = Client()
    for address in addresses_of_setup():
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/setup/"), address


def test_the_log_in_is_that_of_the_desk(desk: None) -> None:
    answer = Client().get(page("milestone"), follow=True)
    assert answer.redirect_chain[-1][0] == "/login/?next=/setup/entitlements/milestone/"


def test_an_agent_who_is_called_staff_stays_outside(desk: None) -> None:
    client = Client()
    client.force_login(make_user("bob", "Agents", is_staff=True))
    assert client.get("/setup/").status_code == 403


def test_an_administrator_who_was_deactivated_stays_outside(desk: None) -> None:
    client = Client()
    client.force_login(make_user("ada", "Administrators", is_active=False))
    assert client.get("/setup/").status_code == 302


def test_every_page_opens_for_an_administrator(setup: Setup) -> None:
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert setup.client.get(reverse(f"{name}_changelist")).status_code in (200, 302), model
        assert setup.client.get(reverse(f"{name}_add")).status_code in (200, 302, 403), model


class TestUsers:
    GIVEN = {
        "username": "eve",
        "usable_password": "true",
        "password1": "a long and odd one",
        "password2": "a long and odd one",
    }

    def groups(self, *names: str) -> list[int]:
        return [make_user(f"one of {name}", name).groups.get().pk for name in names]

    def test_are_made_with_their_roles(self, setup: Setup) -> None:
        setup.add("user", groups=self.groups("Administrators"), **self.GIVEN)
        made = User.objects.get(username="eve")
        assert made.check_password("a long and odd one")
        assert made.is_staff
        assert not made.is_superuser
        assert Setup(made).get("/setup/").status_code == 200

    def test_lose_setup_with_the_role(self, setup: Setup) -> None:
        user = make_user("eve", "Administrators", is_staff=True)
        setup.change(user, username="eve", is_active="on", groups=self.groups("Agents"))
        user.refresh_from_db()
        assert not user.is_staff

    def test_do_not_lock_themselves_out(self, setup: Setup) -> None:
        agents = self.groups("Agents")
        answer = setup.change(setup.user, username="ada", groups=agents)
        assert "another administrator" in errors(answer, "is_active")
        assert "another administrator" in errors(answer, "groups")
        assert setup.user.groups.get().name == "Administrators"

    def test_are_never_deleted(self, setup: Setup) -> None:
        user = make_user("eve")
        assert setup.delete(user).status_code == 403
        assert User.objects.filter(pk=user.pk).exists()

    def test_cannot_be_made_superusers(self, setup: Setup) -> None:
        user = make_user("eve")
        setup.change(
            user, username="eve", is_active="on", is_superuser="on", is_staff="on", user_permissions="1"
        )
        user.refresh_from_db()
        assert not user.is_superuser
        assert not user.is_staff

    def test_that_are_superusers_are_left_alone_by_administrators(self, setup: Setup) -> None:
        root = User.objects.create_superuser("root", password="x")
        assert setup.change(root, username="mine").status_code == 403
        address = reverse("admin:auth_user_password_change", args=[root.pk])
        assert setup.post(address, password1="y", password2="y").status_code == 403
        assert setup.get(address).status_code == 403

    def test_without_a_good_password_are_refused_at_the_field(self, setup: Setup) -> None:
        answer = setup.add("user", **self.GIVEN | {"password1": "12345678", "password2": "12345678"})
        assert "too common" in errors(answer, "password2")


def test_roles_are_only_read(setup: Setup) -> None:
    role = setup.user.groups.get()
    text = setup.get(page("group")).content.decode()
    assert "everything in Setup" in text
    assert setup.change(role, name="Others").status_code == 403
    assert setup.client.get(page("group", "add")).status_code == 403
    assert setup.get(page_of(role)).status_code == 200
