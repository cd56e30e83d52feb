"""A desk, its people, and clients that are logged in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.factory import make_desk, make_user


@pytest.fixture
def desk(db: None) -> None:
    make_desk()


@pytest.fixture
def agent(desk: None) -> User:
    return make_user("amy")


@pytest.fixture
def client(agent: User) -> Client:
    """The agent's."""
    return logged_in(agent)


@pytest.fixture
def supervisor(desk: None) -> Client:
    return logged_in(make_user("sue", "Supervisors"))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ago() -> _Ago:
    return _Ago(timezone.now())


class _Ago:
    """`ago(50)` is 50 minutes before the test began."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self, minutes: float) -> datetime:
        return self.now - timedelta(minutes=minutes)
