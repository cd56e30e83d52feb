"""What Django itself has to say of models and settings, as `migrate` shows it."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.mark.sqlite
@pytest.mark.django_db
def test_nothing_is_warned_of_on_sqlite() -> None:
    call_command("check", databases=["default"], fail_level="WARNING")
