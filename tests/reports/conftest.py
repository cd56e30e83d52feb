"""A desk, and an agent who works it."""

import pytest
from django.contrib.auth.models import User

from tests.factory import make_desk, make_user


@pytest.fixture
def agent(db: None) -> User:
    make_desk()
    return make_user("amy", first_name="Amy", last_name="Pond")
