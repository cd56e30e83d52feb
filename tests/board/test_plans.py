"""How PostgreSQL finds what the board shows: by its indexes, whatever else is open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from cases.queries.board.duty import read_duty
from cases.queries.board.lanes import LANES
from cases.queries.board.load import load_of
from cases.queries.chip_filters import chip_filter
from cases.queries.moment import Moment
from cases.queries.worklist.around import read_around
from tests.bench.crowd import columns_of
from tests.board.boards import a_supervisor
from tests.factory import make_case, make_hours, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
OTHERS = ("number", "next_target", "owner_id", "is_stopped", "has_open_milestones", "is_closed")


@pytest.fixture
def many(desk: None) -> None:
    """4,000 open cases over a month and 4,000 closed; few are nobody's, stopped or unwatched."""
    make_hours(is_default=True)
    template = make_case(now=NOW)
    columns = columns_of(Case, "id", *OTHERS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO cases_case ({", ".join(OTHERS)}, {columns})
            SELECT 'X-' || n, %s + n * interval '10 minutes', CASE WHEN n %% 80 = 0 THEN NULL ELSE %s END,
                n %% 50 = 2, n %% 50 <> 3, n > 4000, {columns}
            FROM cases_case, generate_series(-200, 8000) AS n WHERE id = %s
            """,
            [NOW, make_user("bob").pk, template.pk],
        )
        cursor.execute("ANALYZE cases_case")


BY_TARGET = ("case_next_target", "case_load")
INDEXES = dict.fromkeys(("soon", "next", "today", "before-close", *LANES[1:]), BY_TARGET) | {
    "late": (*BY_TARGET, "case_violated"),
    "stopped-long": ("case_stopped",),
    "answered": ("case_stopped",),
    "unwatched": ("case_unwatched",),
    "risk-unassigned": (*BY_TARGET, "case_of_owner"),
}


def test_every_tile_and_lane_has_its_index(many: None) -> None:
    moment = Moment.at(NOW, a_supervisor())
    plans = {
        key: str(Case.objects.filter(chip_filter(key, moment)).values("pk")[:1001].explain())
        for key in INDEXES
    }
    unfound = {key: plan for key, plan in plans.items() if not any(one in plan for one in INDEXES[key])}
    assert unfound == {}
    assert {key: plan for key, plan in plans.items() if "Seq Scan on cases_case" in plan} == {}


def test_the_first_cards_of_a_lane_are_read_in_their_order(many: None) -> None:
    moment = Moment.at(NOW, a_supervisor())
    for lane in LANES:
        cards = Case.objects.filter(chip_filter(lane, moment)).next_due_first().values("pk")[:12]
        plan = str(cards.explain())
        assert any(one in plan for one in BY_TARGET), f"{lane}: {plan}"
        assert "Seq Scan on cases_case" not in plan, f"{lane}: {plan}"


def test_the_load_is_counted_from_an_index_alone(many: None) -> None:
    assert "Index Only Scan using case_load" in plan_of_load(Moment.at(NOW, a_supervisor()))


def test_the_load_of_one_milestone_is_counted_from_two_indexes_alone(many: None) -> None:
    plan = plan_of_load(Moment.at(NOW, a_supervisor()).of(("Resolution",)))
    assert "Index Only Scan using case_load" in plan
    assert "Index Only Scan using case_milestone_at_risk" in plan


def plan_of_load(moment: Moment) -> str:
    """Told to go by indexes: in so few rows it would read them whole."""
    with CaptureQueriesContext(connection) as asked:
        around = read_around(moment.user)
        load_of(Case.objects.all(), moment, read_duty(NOW), around)
    (counting,) = [query["sql"] for query in asked if "COUNT(1) FILTER" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("DROP INDEX case_next_target")
        cursor.execute(f"EXPLAIN {counting}")
        return "\n".join(row[0] for row in cursor.fetchall())
