"""What somebody is writing is kept until it is sent."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from cases import operations
from cases.models import Case, Draft
from cases.operations import Refused
from tests.engine.test_at_once import at_once
from tests.factory import NOON, make_case, make_desk, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def amy() -> User:
    make_desk()
    return make_user("amy")


@pytest.fixture
def case(amy: User) -> Case:
    return make_case(now=NOON)


def keep(case: Case, by: User, body: str = "Dear Ada", minutes: int = 0, **given: object) -> Draft | None:
    now = NOON + timedelta(minutes=minutes)
    return operations.keep_draft(case.pk, **{"kind": "reply", "body": body, "by": by, "now": now, **given})  # type: ignore[arg-type]


def test_there_is_one_a_user_and_case(case: Case, amy: User) -> None:
    keep(case, amy)
    keep(case, amy, "Dear Ada,", 1)
    keep(case, make_user("bob"))
    assert list(Draft.objects.filter(user=amy).values_list("body", flat=True)) == ["Dear Ada,"]
    assert Draft.objects.count() == 2


def test_it_knows_since_when_it_has_been_written(case: Case, amy: User) -> None:
    keep(case, amy)
    draft = keep(case, amy, "Dear Ada,", 5)
    assert draft is not None
    draft.refresh_from_db()
    assert draft.since == NOON and draft.saved_at == NOON + timedelta(minutes=5)


def test_an_empty_one_is_thrown_away(case: Case, amy: User) -> None:
    keep(case, amy)
    assert keep(case, amy, " \n") is None
    assert not Draft.objects.exists()


def test_sending_ends_it(case: Case, amy: User) -> None:
    keep(case, amy)
    operations.reply_to_case(case.pk, body="Dear Ada", by=amy, now=NOON)
    assert not Draft.objects.exists()


def test_what_arrives_after_it_was_sent_does_not_bring_it_back(case: Case, amy: User) -> None:
    key = uuid.uuid4()
    operations.reply_to_case(case.pk, body="Dear Ada", by=amy, now=NOON, form_key=key)
    assert keep(case, amy, form_key=key) is None
    assert not Draft.objects.exists()


def test_the_draft_of_another_stays(case: Case, amy: User) -> None:
    keep(case, make_user("bob"))
    operations.reply_to_case(case.pk, body="Dear Ada", by=amy, now=NOON)
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("given", [{"kind": "letter"}, {"body": "x" * 100_001}, {"body": "a\x00b"}])
def test_what_cannot_be_kept_is_refused(case: Case, amy: User, given: dict[str, str]) -> None:
    with pytest.raises(Refused):
        keep(case, amy, **given)  # type: ignore[arg-type]


def test_writing_ends_half_a_minute_after_the_last_keystroke(case: Case, amy: User) -> None:
    keep(case, amy)
    assert Draft.objects.being_written(NOON + timedelta(seconds=29)).exists()
    assert not Draft.objects.being_written(NOON + timedelta(seconds=30)).exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_while_it_is_being_sent_does_not_come_back(case: Case, amy: User) -> None:
    for _ in range(8):
        key = uuid.uuid4()

        def send(key: uuid.UUID = key) -> None:
            operations.reply_to_case(case.pk, body="Dear Ada", by=amy, now=NOON, form_key=key)

        def keep_it(key: uuid.UUID = key) -> None:
            keep(case, amy, form_key=key)

        at_once(keep_it, send, keep_it, keep_it)
        assert not Draft.objects.exists()
