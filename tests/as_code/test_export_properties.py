"""A random valid configuration survives export → apply → export, at its own desk and at an empty one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from entitlements.as_code.check import check_configuration
from entitlements.as_code.configuration_file import read_text
from entitlements.as_code.document import parse_documents
from entitlements.as_code.emit import as_yaml
from entitlements.as_code.export import export
from tests.as_code.configurations import configurations
from tests.as_code.desks import NOW, clear, put


@pytest.mark.django_db
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(document=configurations())
def test_it_survives(document: dict[str, Any]) -> None:
    with transaction.atomic():
        put(document)
        assert put(document).changes == []
        written = export()
        file = read_text(written, "desk.yaml", NOW.year)
        assert put(file.says).changes == []
        assert export() == written
        clear()
        put(file.says)
        assert export() == written
        transaction.set_rollback(True)


@settings(max_examples=60)
@given(document=configurations())
def test_what_is_written_is_read_back_and_found_right(document: dict[str, Any]) -> None:
    ((read, place),), twice = parse_documents(as_yaml(document), "desk.yaml")
    assert read == document
    mistakes = [*twice, *check_configuration(read, place, NOW.year)]
    assert [str(one) for one in mistakes if not one.is_warning] == []
