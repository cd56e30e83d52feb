"""Every number opens as many milestones or cases as it says, on a desk where anything happens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.reports.registry import REPORTS
from tests.reports.desk import ask, numbers, opened
from tests.reports.random_desk import let_things_happen

MAY_HAVE_NONE = {"hands", "estimates"}
"""Of hours one opens the names beside them, and estimates need more of a past."""


@pytest.mark.django_db
def test_of_all_reports() -> None:
    last = let_things_happen(seed=4)
    now = last + timedelta(hours=1)
    days = f"from={last - timedelta(days=12):%Y-%m-%d}&to={last:%Y-%m-%d}"
    for report in REPORTS:
        for _, way in report.entries or [("", "")]:
            cells = numbers(ask(report.key, f"{days}&{way}", now))
            wrong = {one.opens: one.value for one in cells if opened(report.key, one.opens, now) != one.value}
            assert not wrong, f"{report.key} {way}"
            assert cells or report.key in MAY_HAVE_NONE, f"{report.key} {way}: nothing to open"
