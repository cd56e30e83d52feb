"""How PostgreSQL finds what a report counts: by the index of a date, whatever years of history lie behind."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import CaseEvent
from cases.reports.registry import REPORTS
from tests.bench.large_desk import lay_ground, write_cases
from tests.reports.desk import ask

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

OF_MILESTONES = {
    "due": {"case_milestone_target"},
    "created": {"case_created"},
    "completed": {"case_milestone_completed", "case_milestone_cancelled"},
}
OF_OTHERS = {
    "hands": {"case_closed_at", "event_of_case"},
    "stops": {"stop_since", "case_milestone_completed"},
    "escalations": {"escalation_started"},
    "coverage": {"case_created"},
    "backlog": {"case_created", "case_closed_at"},
}
BY_TABLES_OF_THEIR_OWN = {"estimates"}
LARGE = re.compile(
    r"Seq Scan on (cases_case|cases_casemilestone|cases_caseevent|cases_stop|cases_firedtrigger)\b"
)


def test_each_report_goes_by_the_index_of_its_date() -> None:
    """Told to read nothing whole: in so few rows it would."""
    now = timezone.now()
    write_cases(lay_ground(now), now, lambda *_: None, closed=1_500, open_cases=100)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
    first, last = (f"{now - timedelta(days=ago):%Y-%m-%d}" for ago in (40, 31))
    for report in REPORTS:
        for basis, index in OF_MILESTONES.items():
            if report.key in BY_TABLES_OF_THEIR_OWN or (basis != "due" and not report.has_basis):
                continue
            plans = plans_of(report.key, f"from={first}&to={last}&basis={basis}")
            missing = {name for name in OF_OTHERS.get(report.key, index) if name not in plans}
            assert not missing, f"{report.key} by {basis}:\n{plans}"
            assert not LARGE.search(plans), f"{report.key} by {basis}:\n{plans}"


def test_how_many_events_change_a_field_is_known_beforehand() -> None:
    """So that their cases are joined to all of them at once."""
    now = timezone.now()
    write_cases(lay_ground(now), now, lambda *_: None, closed=1_500, open_cases=100)
    changes = CaseEvent.objects.filter(kind="field_changed", details__field="owner").order_by()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_caseevent")
    expected = int(re.findall(r"rows=(\d+)", changes.explain())[0])
    assert 0.5 < expected / changes.count() < 2


def plans_of(key: str, query: str) -> str:
    """Of all that the report asks the database."""
    with CaptureQueriesContext(connection) as captured:
        ask(key, query, timezone.now())
    asked = [one["sql"] for one in captured.captured_queries if "SELECT" in one["sql"]]
    with connection.cursor() as cursor:
        lines = []
        for sql in asked:
            cursor.execute(f"EXPLAIN {sql}")
            lines += [line for (line,) in cursor.fetchall()]
    return "\n".join(lines)
