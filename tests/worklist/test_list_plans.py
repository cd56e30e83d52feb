"""How PostgreSQL finds the cases of the list: by its indexes, and far down as fast as at the beginning."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict

from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.queries.chip_filters import chip_filter
from cases.queries.moment import Moment
from cases.queries.worklist.around import read_around
from cases.queries.worklist.filters import matching
from cases.queries.worklist.order import SORTS
from cases.queries.worklist.search import places_of
from cases.queries.worklist.wanted import read_wanted
from entitlements.models import Queue
from tests.bench.crowd import columns_of
from tests.factory import make_case, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
OTHERS = ("number", "next_target", "owner_id", "queue", "is_stopped", "has_open_milestones")


@pytest.fixture
def many(agent: User) -> None:
    """4,000 open cases: one of eighty is the agent's, one of forty Motor's, some are stopped or unwatched."""
    Queue.objects.create(name="Motor")
    template = make_case(now=NOW)
    columns = columns_of(Case, "id", *OTHERS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO cases_case ({", ".join(OTHERS)}, {columns})
            SELECT 'X-' || n, %s + n * interval '1 minute', CASE WHEN n %% 80 = 0 THEN %s ELSE %s END,
                CASE WHEN n %% 40 = 1 THEN 'Motor' ELSE 'Claims' END, n %% 50 = 2, n %% 50 <> 3, {columns}
            FROM cases_case, generate_series(1, 4000) AS n WHERE id = %s
            """,
            [NOW, agent.pk, make_user("bob").pk, template.pk],
        )
        cursor.execute("ANALYZE cases_case")


def plan(user: User, query: str) -> str:
    """Of the first page that the address asks for."""
    wanted = read_wanted(QueryDict(query), read_around(user))
    cases = matching(Case.objects.visible_to(user), wanted, Moment.at(NOW, user))
    return explained(cases.order_by(*(key.order for key in SORTS[wanted.sort])))


def explained(cases: CaseQuerySet) -> str:
    return str(cases.values("pk")[:51].explain())


PAGES = {
    "": "case_next_target",
    "show=today": "case_next_target",
    "owner=amy": "case_of_owner",
    "owner=-": "case_of_owner",
    "queue=Motor": "case_of_queue",
    "sort=-number": "cases_case_pkey",
}
COUNTS = {"soon": "case_load", "stopped": "case_stopped", "unwatched": "case_unwatched"}


def test_the_list_goes_by_its_indexes(many: None, agent: User) -> None:
    plans = {query: plan(agent, query) for query in PAGES}
    assert [query for query, index in PAGES.items() if index not in plans[query]] == []
    assert "Seq Scan on cases_case" not in "".join(plans.values())
    moment = Moment.at(NOW, agent)
    counts = {chip: explained(Case.objects.filter(chip_filter(chip, moment))) for chip in COUNTS}
    assert [chip for chip, index in COUNTS.items() if index not in counts[chip]] == []


def test_a_page_far_down_begins_in_the_index(many: None) -> None:
    due = SORTS["due"]
    far = due[0].from_here(NOW.replace(day=6))
    found = explained(Case.objects.filter(far, is_closed=False).order_by(*(key.order for key in due)))
    assert "case_next_target" in found
    assert "Index Cond: (next_target >=" in found


def test_a_search_has_an_index_for_each_place(agent: User) -> None:
    """Told to read nothing whole: in a few rows it would."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    plans = [str(place.explain()) for place in places_of("surveyor")]
    names = ("case_number_parts", "case_subject_parts", "account_name_parts", "contact_name_parts")
    for name, found in zip((*names, "case_words", "message_words"), plans, strict=True):
        assert name in found, name
