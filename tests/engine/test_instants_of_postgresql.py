"""Instants are read from PostgreSQL by a loader of our own: it must read what Django's reads."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError, connection
from psycopg.pq import Format

from servicedesk.postgresql.base import UtcLoader

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.fixture
def session_in_another_style() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET DateStyle = 'SQL, DMY'")
        yield
        cursor.execute("RESET DateStyle")


def read(written: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [written])
        instant: datetime = cursor.fetchone()[0]
        return instant


def test_connections_use_it() -> None:
    connection.ensure_connection()
    oid = connection.connection.adapters.types["timestamptz"].oid
    assert connection.connection.adapters.get_loader(oid, Format.TEXT) is UtcLoader


@pytest.mark.parametrize(
    "instant",
    [
        NOON,
        NOON + timedelta(microseconds=1),
        NOON + timedelta(microseconds=120_000),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1883, 11, 18, 12, 3, 58, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
    ids=str,
)
def test_an_instant_comes_back_as_it_was_written(instant: datetime) -> None:
    found = read(instant.isoformat())
    assert found == instant
    assert found.tzinfo is UTC


@pytest.mark.usefixtures("session_in_another_style")
def test_other_ways_of_writing_dates_are_left_to_the_usual_loader() -> None:
    with pytest.raises(NotImplementedError, match="DateStyle"):
        read(NOON.isoformat())


@pytest.mark.parametrize("written", ["infinity", "0044-03-15 12:00 BC", "20000-01-01"])
def test_what_python_cannot_hold_is_refused_as_ever(written: str) -> None:
    with pytest.raises(DataError, match="timestamp too"):
        read(written)
