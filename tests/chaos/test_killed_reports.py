"""kill -9 while saved reports are mailed: each leaves once for its period, to each of its recipients."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from cases.models import Delivery, ReportMailing
from cases.operations.mail_reports import mail_next
from cases.operations.saved_reports import mail_report, save_report
from tests import processes
from tests.chaos.crowd import LATE, database_url
from tests.chaos.test_killed import killed_by_itself
from tests.chaos.worker import OF_REPORTS
from tests.factory import make_desk, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
REPORTS, TO = 6, ["lead@example.com", "board@example.com"]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    make_desk()
    sue = make_user("sue", "Supervisors")
    for number in range(REPORTS):
        saved = save_report(
            sue, name=f"{number}", report="compliance", query="", is_shared=False, time_zone="UTC"
        )
        daily = {"rhythm": "daily", "weekday": 0, "at": time(1)}
        mail_report(sue, saved.pk, **daily, recipients=TO, now=LATE - timedelta(days=1))  # type: ignore[arg-type]
    return processes.environment(tmp_path / "var", DATABASE_URL=database_url(), DATABASE_POOL_SIZE="0")


@pytest.mark.parametrize("step", sorted(OF_REPORTS))
def test_a_worker_killed_in_the_midst_loses_and_repeats_nothing(env: dict[str, str], step: str) -> None:
    killed_by_itself(env, "mail_reports", step)
    assert ReportMailing.objects.count() == 2
    while mail_next(LATE):
        continue
    assert ReportMailing.objects.count() == REPORTS
    assert Delivery.objects.filter(kind="report").count() == REPORTS * len(TO)
