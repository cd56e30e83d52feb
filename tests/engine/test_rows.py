"""Many rows in one round trip: what went in comes out, on either database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, connection, transaction

from cases.engine.rows import ahead, insert_rows, take_keys, update_rows
from cases.models import Case, CaseEvent, FiredTrigger
from tests.factory import NOON, make_case, make_desk

pytestmark = pytest.mark.django_db
EVENT = ("case", "case_milestone", "kind", "at", "recorded_at", "by", "details")
AWKWARD = [
    "",
    "plain",
    "tab\tnewline\nreturn\r",
    "quote \" and '",
    "back\\slash \\n \\N \\.",
    "{curly, brackets}",
    "NULL",
    "🚿 Grüße \u202e",
    "%s %(x)s",
]


@pytest.fixture
def case() -> Case:
    make_desk()
    return make_case(now=NOON)


def insert_event(case: Case, by: str = "", details: Any = None, at: datetime = NOON) -> CaseEvent:
    insert_rows(CaseEvent, EVENT, [[case.pk, None, "field_changed", at, NOON, by, details or {}]])
    return CaseEvent.objects.order_by("pk").last()  # type: ignore[return-value]


@pytest.mark.parametrize("text", AWKWARD)
def test_texts_come_back(case: Case, text: str) -> None:
    assert insert_event(case, by=text).by == text


@pytest.mark.parametrize("text", AWKWARD)
def test_json_comes_back(case: Case, text: str) -> None:
    details = {"new": text, text: [None, True, 1.5, {"deep": text}]}
    assert insert_event(case, details=details).details == details


def test_nothing_is_nothing(case: Case) -> None:
    assert insert_event(case).case_milestone is None


def test_instants_keep_their_microseconds(case: Case) -> None:
    at = datetime(2026, 3, 4, 12, 0, 0, 1, tzinfo=UTC)
    assert insert_event(case, at=at).at == at


@pytest.mark.parametrize("text", AWKWARD)
def test_updates_bring_texts_and_json_back(case: Case, text: str) -> None:
    update_rows(Case, ["type", "memory"], [[case.pk, text, {"faults": {"x": text}}]])
    case.refresh_from_db()
    assert (case.type, case.memory) == (text, {"faults": {"x": text}})


@pytest.mark.parametrize("text", AWKWARD)
def test_updates_of_several_rows_bring_texts_and_json_back(case: Case, text: str) -> None:
    other = make_case(now=NOON)
    update_rows(Case, ["type", "memory"], [[case.pk, text, {"faults": {"x": text}}], [other.pk, "b", {}]])
    found = Case.objects.order_by("pk").values_list("type", "memory")
    assert list(found) == [(text, {"faults": {"x": text}}), ("b", {})]


def test_updates_set_each_row_its_own(case: Case) -> None:
    other = make_case(now=NOON)
    rows: list[list[Any]] = [[case.pk, None, True, 1], [other.pk, NOON, False, 2]]
    update_rows(Case, ["closed_at", "is_closed", "reopen_count"], rows)
    found = Case.objects.order_by("pk").values_list("closed_at", "is_closed", "reopen_count")
    assert list(found) == [(None, True, 1), (NOON, False, 2)]


def test_no_rows_are_no_statement(case: Case, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        update_rows(Case, ["type"], [])
        insert_rows(CaseEvent, EVENT, [])
        assert list(take_keys(CaseEvent, 0)) == []


@pytest.mark.postgresql
def test_a_text_that_is_too_long_is_an_error_and_not_cut(case: Case) -> None:
    with pytest.raises(DataError), transaction.atomic():
        update_rows(Case, ["type"], [[case.pk, "x" * 61]])
    with pytest.raises(DataError), transaction.atomic():
        insert_event(case, by="x" * 151)


def test_keys_of_an_empty_table_begin_somewhere_and_follow_each_other(case: Case) -> None:
    first, second = take_keys(FiredTrigger, 2)
    assert second == first + 1


def test_keys_that_were_taken_are_not_given_again(case: Case) -> None:
    taken = list(take_keys(CaseEvent, 3))
    fields = ("id", *EVENT)
    insert_rows(CaseEvent, fields, [[key, case.pk, None, "note", NOON, NOON, "", {}] for key in taken])
    assert insert_event(case).pk == taken[-1] + 1


@pytest.mark.sqlite
def test_a_table_that_never_had_a_row_begins_with_one(case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'cases_firedtrigger'")
    assert list(take_keys(FiredTrigger, 2)) == [1, 2]


@pytest.mark.parametrize("text", AWKWARD)
def test_what_is_sent_ahead_comes_back(case: Case, text: str) -> None:
    rows = [[case.pk, None, "field_changed", NOON, NOON, by, {"new": by}] for by in (text, "ann")]
    with ahead():
        insert_rows(CaseEvent, EVENT, rows)
        insert_rows(CaseEvent, EVENT, rows[:1])
        update_rows(Case, ["type"], [[case.pk, text]])
    told = list(CaseEvent.objects.order_by("pk").values_list("by", "details"))[-3:]
    assert told == [(text, {"new": text}), ("ann", {"new": "ann"}), (text, {"new": text})]
    assert Case.objects.get().type == text


def test_a_read_waits_for_what_was_sent_ahead(case: Case) -> None:
    with ahead():
        update_rows(Case, ["type"], [[case.pk, "Water"]])
        assert Case.objects.get().type == "Water"


@pytest.mark.postgresql
@pytest.mark.parametrize("go_on", [lambda: None, Case.objects.get, lambda: take_keys(FiredTrigger, 1)])
def test_what_the_database_refuses_is_raised_where_it_is_noticed(
    case: Case, go_on: Callable[[], object]
) -> None:
    """As what it is: not as a passing weakness of the connection."""
    with pytest.raises(DataError), transaction.atomic(), ahead():
        update_rows(Case, ["closed_at", "origin"], [[case.pk, NOON, "x" * 61]])
        insert_rows(CaseEvent, EVENT, [[case.pk, None, "field_changed", NOON, NOON, "ann", {}]])
        go_on()
    case.refresh_from_db()
    assert (case.closed_at, case.origin) == (None, "")
