"""The flat export: the same rows from the view and from the code, each column documented."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from cases.models import Case, CaseMilestone
from cases.operations import change_case, reply_to_case, resume_case, stop_case, waive_milestone
from cases.reports.flat_export.columns import COLUMNS, NAMES, as_markdown, batches, flat_rows
from cases.reports.flat_export.database_view import VIEW, make_way, put_up
from cases.reports.results import Result, condition
from entitlements.models import Product
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[2] / "docs" / "export.md"


@pytest.fixture
def agent() -> User:
    make_desk()
    return make_user("amy")


@pytest.fixture
def cases(agent: User) -> list[Case]:
    """A milestone with each result, now."""
    acme = make_customer(make_process("Gold", first_response(60)), name="Acme", tier="A'1%", region="North")
    now = timezone.now()
    ends = {"met": 30, "missed": 90, "cancelled": 30, "waived": 90}
    found = {name: make_case(name, account=acme, owner=agent, now=NOON) for name in ends}
    for name in ("met", "missed"):
        reply_to_case(found[name].pk, body="Yes", by=agent, now=NOON + timedelta(minutes=ends[name]))
    change_case(
        found["cancelled"].pk, fields={"status": "Closed"}, by=agent, now=NOON + timedelta(minutes=30)
    )
    late = NOON + timedelta(minutes=90)
    waive_milestone(found["waived"].pk, milestone="First Response", reason="Agreed", by=agent, now=late)
    open_late = make_case("open_late", account=acme, now=now - timedelta(minutes=61))
    running = make_case("open", account=acme, now=now)
    stopped = make_case("open", account=acme, now=NOON)
    stop_case(stopped.pk, reason="x", by=agent, now=NOON + timedelta(minutes=5))
    return [*found.values(), open_late, running, stopped]


def of_view() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {VIEW} ORDER BY id")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def of_code() -> list[dict[str, Any]]:
    rows = flat_rows(timezone.now()).order_by("pk")
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def plain(value: Any) -> Any:
    """What the databases write in their own ways: SQLite knows no instants, booleans or JSON."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, Decimal | bool):
        return float(value)
    if isinstance(value, dict):
        return json.dumps(value)
    return value


class TestView:
    def test_it_has_the_documented_columns_in_their_order(self, cases: list[Case]) -> None:
        assert tuple(of_view()[0]) == NAMES

    def test_it_says_what_the_code_says(self, cases: list[Case]) -> None:
        Case.objects.update(custom={"floor": 3}, product=Product.objects.create(name="Boiler"))
        view, code = of_view(), of_code()
        assert len(view) == len(cases)
        for seen, meant in zip(view, code, strict=True):
            assert {name: plain(value) for name, value in seen.items()} == {
                name: plain(value) for name, value in meant.items()
            }

    def test_each_result_is_that_of_the_reports(self, cases: list[Case]) -> None:
        now = timezone.now()
        assert [row["result"] for row in of_view()] == [row["case_subject"] for row in of_view()]
        for result in Result:
            keys = CaseMilestone.objects.filter(condition(result, now)).values_list("pk", flat=True)
            assert {row["id"] for row in of_view() if row["result"] == result} == set(keys), result

    def test_what_it_took(self, agent: User) -> None:
        case = make_case(account=make_customer(make_process("", first_response(60))), now=NOON)
        stop_case(case.pk, reason="x", by=agent, now=NOON + timedelta(minutes=10))
        resume_case(case.pk, by=agent, now=NOON + timedelta(minutes=30))
        reply_to_case(case.pk, body="Yes", by=agent, now=NOON + timedelta(minutes=60))
        (row,) = of_view()
        assert (row["elapsed_seconds"], row["stopped_seconds"], row["worked_seconds"]) == (3600, 1200, 2400)
        assert (row["promised_seconds"], float(row["target_used_percent"])) == (3600, 66.67)

    def test_what_has_no_target_breaks_nothing(self, cases: list[Case]) -> None:
        CaseMilestone.objects.update(minutes=None)
        assert {row["target_used_percent"] for row in of_view()} == {None}
        CaseMilestone.objects.update(minutes=0, extension=0)
        assert {row["target_used_percent"] for row in of_view()} == {None}


class TestDocument:
    def test_every_column_is_documented_as_it_is(self) -> None:
        """`as_markdown` prints the table anew."""
        assert as_markdown() in DOCUMENT.read_text()

    def test_every_column_has_a_meaning_and_a_known_type(self) -> None:
        assert len(set(NAMES)) == len(NAMES)
        types = {"text", "integer", "number", "boolean", "instant", "json"}
        assert all(column.meaning and column.type in types for column in COLUMNS)

    @pytest.mark.postgresql
    def test_types_are_those_of_the_document(self, agent: User) -> None:
        known = {
            "text": {"text", "character varying"},
            "integer": {"integer", "bigint"},
            "number": {"numeric", "double precision"},
            "boolean": {"boolean"},
            "instant": {"timestamp with time zone"},
            "json": {"jsonb"},
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [VIEW]
            )
            types = dict(cursor.fetchall())
        assert {column.name for column in COLUMNS if types[column.name] not in known[column.type]} == set()

    def test_the_example_of_compliance_runs(self, cases: list[Case]) -> None:
        sql = DOCUMENT.read_text().split("```sql\n")[2].split("```")[0].strip().rstrip(";")
        with connection.cursor() as cursor:
            cursor.execute(sql)
            assert [(name, float(percent)) for name, percent in cursor.fetchall()] == [
                ("First Response", 50.0)
            ]


class TestMigrations:
    def test_migrating_leaves_the_view_as_it_is(self, agent: User) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        assert of_view() == []

    def test_one_that_is_out_of_date_is_made_anew(self, agent: User) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP VIEW {VIEW}")
            cursor.execute(f"CREATE VIEW {VIEW} AS SELECT 1 AS old")
        call_command("migrate", verbosity=0, interactive=False)
        assert of_view() == []

    def test_it_makes_way_while_there_are_migrations_to_do(self, agent: User) -> None:
        make_way(using="default", plan=[])
        assert of_view() == []
        make_way(using="default", plan=["one"])
        assert VIEW not in connection.introspection.table_names(include_views=True)
        put_up(using="default", plan=["one"])
        assert of_view() == []

    @pytest.mark.postgresql
    def test_what_was_granted_stays_granted(self, agent: User) -> None:
        with connection.cursor() as cursor:
            cursor.execute('CREATE ROLE "b i"')
            cursor.execute(f'GRANT SELECT ON {VIEW} TO "b i", PUBLIC')
            make_way(using="default", plan=["one"])
            put_up(using="default", plan=["one"])
            cursor.execute("SELECT has_table_privilege('b i', %s, 'SELECT')", [VIEW])
            assert cursor.fetchone() == (True,)


class TestBatches:
    def test_all_rows_once_whatever_the_batch(
        self, cases: list[Case], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cases.reports.flat_export.columns.BATCH", 2)
        found = [row[0] for batch in batches(timezone.now(), "created", None, None) for row in batch]
        assert found == sorted(CaseMilestone.objects.values_list("pk", flat=True))

    def test_a_span_of_time_by_each_date(self, cases: list[Case]) -> None:
        def subjects(basis: str, first: date, last: date) -> set[str]:
            since, before = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, last))
            rows = [row for batch in batches(timezone.now(), basis, since, before) for row in batch]
            return {row[NAMES.index("case_subject")] for row in rows}

        day = (date(2026, 3, 4), date(2026, 3, 5))
        assert subjects("created", *day) == {"met", "missed", "cancelled", "waived", "open"}
        assert subjects("due", *day) == {"met", "missed", "cancelled", "waived"}
        assert subjects("completed", *day) == {"met", "missed"}
        assert subjects("completed", date(2026, 3, 5), date(2026, 3, 6)) == set()
