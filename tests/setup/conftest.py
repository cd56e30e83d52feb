"""Who looks at Setup in these tests."""

import pytest

from tests.factory import make_desk, make_user
from tests.setup.administrator import Setup


@pytest.fixture
def desk(db: None) -> None:
    make_desk()


@pytest.fixture
def setup(desk: None) -> Setup:
    return Setup(make_user("ada", "Administrators"))
