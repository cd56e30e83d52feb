"""manage.py sla in tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import time_machine
from django.core.management import call_command

from tests.factory import NOON

LATER = NOON + timedelta(minutes=30)
Write = Callable[[dict[str, Any] | str], str]


def sla(*words: str, now: datetime = LATER) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    out, err, status = StringIO(), StringIO(), 0
    with time_machine.travel(now, tick=False):
        try:
            call_command("sla", *words, stdout=out, stderr=err)
        except SystemExit as end:
            status = int(end.code or 0)
    return status, out.getvalue(), err.getvalue()
