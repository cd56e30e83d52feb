"""A desk with a mailbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.factory import make_desk
from tests.mail.post_box import Hatch, PostBox


@pytest.fixture
def desk(db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.DEFAULT_FROM_EMAIL = "Service Desk <desk@desk.example>"
    make_desk()


@pytest.fixture
def box(imap_server: int, desk: None) -> PostBox:
    return PostBox(imap_server)


@pytest.fixture
def hatch(desk: None) -> Hatch:
    return Hatch()
