"""A random valid configuration survives export → apply → export, at its own desk and at an empty one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from entitlements.as_code.emit import as_yaml
from entitlements.as_code.export import export
from tests.as_code.configurations import configurations
from tests.as_code.desks import clear, put, read


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(document=configurations())
def test_it_survives(document: dict[str, Any]) -> None:
    with transaction.atomic():
        put(document)
        assert put(document).changes == []
        written = export()
        assert put(written).changes == []
        assert export() == written
        clear()
        put(written)
        assert export() == written
        transaction.set_rollback(True)


@settings(max_examples=100)
@given(document=configurations())
def test_what_is_written_is_read_back(document: dict[str, Any]) -> None:
    assert read(as_yaml(document)) == document
