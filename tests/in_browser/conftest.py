"""A desk served to a real browser, and an agent who has logged in there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from cases.models import Case, EngineLook
from tests.factory import make_desk, make_user

Visit = Callable[[str], Page]


@pytest.fixture
def ago() -> Callable[[float], datetime]:
    now = timezone.now()
    return lambda minutes: now - timedelta(minutes=minutes)


@pytest.fixture
def agent(live_server: LiveServer) -> User:
    """An administrator, so that every page opens."""
    make_desk()
    EngineLook.objects.create(pk=1, looked_at=timezone.now())
    return make_user("amy", "Administrators", first_name="Amy", is_staff=True)


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains about. Nothing, at the end, unless a test took it out."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield heard
    assert without_abandoned(heard) == []


def without_abandoned(heard: list[str]) -> list[str]:
    """Whoever is quick leaves a page while a part of it is on the way: htmx says so in two messages."""
    left: list[str] = []
    for one in heard:
        if one.startswith("htmx:sendAbort") and left and left[-1].startswith("htmx:afterRequest"):
            left.pop()
        else:
            left.append(one)
    return left


@pytest.fixture
def visit(
    page: Page, context: BrowserContext, agent: User, live_server: LiveServer, complaints: list[str]
) -> Visit:
    """Open an address, logged in as the agent."""
    log_in(context, agent, live_server)

    def open_address(address: str) -> Page:
        page.goto(f"{live_server.url}{address}")
        return page

    return open_address


def log_in(context: BrowserContext, user: User, live_server: LiveServer) -> None:
    client = Client()
    client.force_login(user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])


def of_case(case: Case) -> str:
    return f"/cases/{case.number}/"


def told(page: Page, milestone: str = "First Response") -> Any:
    """The countdown of a milestone on the page."""
    return page.locator(f'[data-milestone="{milestone}"] [data-told]').first
