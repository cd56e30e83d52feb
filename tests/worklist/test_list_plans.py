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
from cases.queries.worklist.search import on_the_case, places_of
from cases.queries.worklist.wanted import read_wanted
from entitlements.models import Queue
from tests.bench.crowd import columns_of
from tests.factory import make_account, make_case, make_user

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
COUNTS = {
    "soon": ("case_load", "case_next_target"),
    "stopped": ("case_stopped",),
    "unwatched": ("case_unwatched",),
}


def test_the_list_goes_by_its_indexes(many: None, agent: User) -> None:
    plans = {query: plan(agent, query) for query in PAGES}
    assert [query for query, index in PAGES.items() if index not in plans[query]] == []
    assert "Seq Scan on cases_case" not in "".join(plans.values())
    moment = Moment.at(NOW, agent)
    counts = {chip: explained(Case.objects.filter(chip_filter(chip, moment))) for chip in COUNTS}
    assert [chip for chip, any_of in COUNTS.items() if not any(one in counts[chip] for one in any_of)] == []


def test_a_page_far_down_begins_in_the_index(many: None) -> None:
    due = SORTS["due"]
    far = due[0].from_here(NOW.replace(day=6))
    found = explained(Case.objects.filter(far, is_closed=False).order_by(*(key.order for key in due)))
    assert "case_next_target" in found
    assert "Index Cond: (next_target >=" in found


def test_the_open_cases_of_an_account_are_counted_from_its_index_alone(many: None) -> None:
    acme = make_account("Acme")
    Case.objects.filter(next_target__gt=NOW.replace(day=6)).update(account=acme)
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE cases_case; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"
        )
    of_acme = Case.objects.filter(account=acme, is_imported=False).order_by()
    for cases in (of_acme, of_acme.filter(is_closed=False)):
        assert "Index Only Scan using case_of_account" in explained(cases)


PLACES = {
    "surveyor": ["account_name_parts", "contact_name_parts", "message_words", "case_words"],
    "pc": ["account_name_parts", "contact_name_parts", "message_words", "case_words"],
}
ON_THE_CASE = {
    "surveyor": ["case_subject_parts"],
    "c-0042": ["case_subject_parts", "case_number_parts"],
    "pc": ["case_subject_parts"],
    "42": ["case_subject_parts", "cases_case_number"],
}


def test_a_search_has_an_index_for_each_place(agent: User) -> None:
    """Told to read nothing whole: in a few rows it would."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    for term, names in PLACES.items():
        for name, (_, keys) in zip(names, places_of(term), strict=True):
            assert name in keys.explain(), (term, name)
    for term, names in ON_THE_CASE.items():
        found = Case.objects.filter(on_the_case(term)).order_by().explain()
        assert [name for name in names if name not in found] == [], found


def test_a_rare_word_goes_by_the_indexes_of_all_places_together(many: None, agent: User) -> None:
    acme = make_account("Surveyors United")
    Case.objects.filter(number="X-7").update(account=acme, subject="The surveyor")
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('case_subject_parts')")
    found = plan(agent, "q=surveyor")
    assert "BitmapOr" in found
    assert "Seq Scan" not in found
