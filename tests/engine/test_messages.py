"""Replies, notes and messages from the customer."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from cases.models import Case, CaseEvent, Message
from cases.operations import (
    NoSuchCase,
    Refused,
    add_note,
    change_case,
    receive_customer_message,
    reply_to_case,
    stop_case,
)
from tests.factory import NOON, make_case, make_contact, make_desk, make_user

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def agent() -> User:
    return make_user("ann")


@pytest.fixture
def case() -> Case:
    make_desk()
    return make_case(now=NOON)


def state_of(case: Case, milestone: str) -> str:
    return case.milestones.get(milestone__name=milestone).state


def test_a_reply_completes_first_response(case: Case, agent: User) -> None:
    reply_to_case(case.pk, body="We are on our way.", by=agent, now=LATER)
    milestone = case.milestones.get(milestone__name="First Response")
    assert (milestone.state, milestone.completion_date) == ("completed", LATER)


def test_a_note_completes_nothing(case: Case, agent: User) -> None:
    add_note(case.pk, body="He sounds upset.", by=agent, now=LATER)
    assert state_of(case, "First Response") == "running"


def test_a_customers_message_completes_nothing(case: Case) -> None:
    receive_customer_message(case.pk, body="Hello?", now=LATER)
    assert state_of(case, "First Response") == "running"


def test_a_reply_may_bring_another_status(case: Case, agent: User) -> None:
    reply_to_case(case.pk, body="Done.", status="Closed", by=agent, now=LATER)
    case.refresh_from_db()
    assert (case.status_id, case.is_closed) == ("Closed", True)


def test_a_reply_with_an_unknown_status_is_refused_whole(case: Case, agent: User) -> None:
    with pytest.raises(Refused, match="Unknown status"):
        reply_to_case(case.pk, body="Done.", status="Nonsense", by=agent, now=LATER)
    assert (Message.objects.count(), state_of(case, "First Response")) == (0, "running")


def test_a_form_posted_twice_is_one_message_and_one_fact(case: Case, agent: User) -> None:
    key = uuid.uuid4()
    first = reply_to_case(case.pk, body="Hello.", by=agent, now=LATER, form_key=key)
    again = reply_to_case(case.pk, body="Hello.", by=agent, now=LATER + timedelta(minutes=1), form_key=key)
    assert (again, CaseEvent.objects.filter(kind="agent_reply").count()) == (first, 1)


def test_a_form_of_another_case_is_refused(case: Case, agent: User) -> None:
    key = uuid.uuid4()
    reply_to_case(case.pk, body="Hello.", by=agent, now=LATER, form_key=key)
    with pytest.raises(Refused, match="another case"):
        reply_to_case(make_case(now=NOON).pk, body="Something else.", by=agent, now=LATER, form_key=key)


@pytest.mark.parametrize(
    ("body", "why"), [(" \n", "Write something"), ("x" * 100_001, "at most"), ("a\x00b", "cannot be kept")]
)
def test_words_that_cannot_be_kept_are_refused(case: Case, agent: User, body: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        reply_to_case(case.pk, body=body, by=agent, now=LATER)


def test_any_other_words_are_kept_as_they_are(case: Case, agent: User) -> None:
    body = 'Grüße,\t"Ada" \\ O\'Neill\r\n🚿 </script> %s {{x}}'
    assert Message.objects.get(pk=reply_to_case(case.pk, body=body, by=agent, now=LATER).pk).body == body


def test_a_case_that_does_not_exist_is_named(agent: User) -> None:
    with pytest.raises(NoSuchCase):
        reply_to_case(404, body="Hello?", by=agent, now=NOON)


def test_a_message_is_an_event_with_who_and_when(case: Case) -> None:
    contact = make_contact(case.account, "Grace Hopper") if case.account else None
    receive_customer_message(case.pk, body="Hello?", contact=contact, now=LATER)
    event = CaseEvent.objects.get(kind="customer_message")
    assert (event.by, event.at) == ("Grace Hopper", LATER)


def test_a_customers_message_ends_a_stop_that_waited_for_it(case: Case, agent: User) -> None:
    stop_case(case.pk, reason="Photos", until_customer_answers=True, by=agent, now=NOON)
    receive_customer_message(case.pk, body="Here they are.", now=LATER)
    assert case.stops.get().until == LATER


def test_a_customers_message_moves_the_case_out_of_waiting(case: Case, agent: User) -> None:
    change_case(case.pk, fields={"status": "Waiting on Customer"}, by=agent, now=NOON)
    receive_customer_message(case.pk, body="Here they are.", now=LATER)
    case.refresh_from_db()
    assert (case.status_id, case.is_stopped) == ("Working", False)


def test_a_reply_learned_late_counts_at_its_own_time(case: Case, agent: User) -> None:
    add_note(case.pk, body="Later.", by=agent, now=NOON + timedelta(minutes=61))
    reply_to_case(case.pk, body="Sent in time.", by=agent, now=NOON + timedelta(minutes=59))
    milestone = case.milestones.get(milestone__name="First Response")
    assert (milestone.state, milestone.is_violated) == ("completed", False)
