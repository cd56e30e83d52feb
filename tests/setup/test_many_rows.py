"""Lists of what grows for ever are counted up to a limit; what is rare in large tables has an index."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, CaseEvent
from cases.queries.engine import dead_letters
from cases.queries.foot import read_foot
from entitlements.admin import many_rows
from tests.factory import make_case
from tests.setup.administrator import Setup

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def events(desk: None) -> int:
    """How many there are."""
    case = make_case(now=NOW)
    for _ in range(120):
        CaseEvent.objects.create(case=case, kind="field_changed", at=NOW, recorded_at=NOW, by="amy")
    return CaseEvent.objects.count()


def told(setup: Setup, query: str = "") -> str:
    """What stands under the list."""
    page = setup.get(f"/setup/cases/caseevent/{query}").content.decode()
    return " ".join(page.split('class="paginator"')[1].split("</form>")[0].split())


class TestAListOfEvents:
    def test_tells_their_number(self, setup: Setup, events: int) -> None:
        assert f" {events} case events" in told(setup)

    def test_says_that_there_are_more_than_it_counts(
        self, setup: Setup, events: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(many_rows, "MOST", 100)
        assert " 100+ case events" in told(setup)
        assert " 100+ case events" in told(setup, "?p=2")
        assert "?p=3" not in told(setup)

    def test_counts_again_what_a_search_leaves(
        self, setup: Setup, events: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(many_rows, "MOST", 100)
        assert " 1 case event " in told(setup, "?q=created")


@pytest.mark.postgresql
def test_what_is_rare_is_found_by_an_index(admin_user: User) -> None:
    """Told to read nothing whole: in a few rows it would."""
    with CaptureQueriesContext(connection) as asked:
        read_foot(admin_user, NOW)
        dead_letters()
        list(Case.objects.exclude(set_aside="").order_by("pk")[:20])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = []
        for query in asked:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    for index, plan in zip(("delivery_dead", "delivery_dead", "case_set_aside"), plans, strict=True):
        assert index in plan, plan
