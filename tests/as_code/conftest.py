"""A customer to try files on, and files to try."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from entitlements.as_code.emit import as_yaml
from entitlements.models import Account
from tests.as_code.command import Write
from tests.factory import make_customer, make_desk, make_process


@pytest.fixture
def account(db: None) -> Account:
    """P without hours: First Response in 60 minutes, Resolution in 480."""
    make_desk()
    return make_customer(make_process("P"))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file with these words, or that says this; its path."""

    def written(document: dict[str, Any] | str) -> str:
        path = tmp_path / "desk.yaml"
        path.write_text(document if isinstance(document, str) else as_yaml(document), encoding="utf-8")
        return str(path)

    return written
