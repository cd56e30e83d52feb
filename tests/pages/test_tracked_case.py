"""The tracker reads its case by a way of its own: it must say what the case page's way says."""

from __future__ import annotations

import pytest

from cases.models import Case
from cases.queries.tracked_case import OWN, RELATED, read_tracked_case
from cases.queries.tracker import load_one, read_case, tracker_of
from cases.queries.tracker_tag import read_tag
from entitlements.models import Queue
from tests.factory import (
    NOON,
    make_case,
    make_contact,
    make_customer,
    make_desk,
    make_hours,
    make_process,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    """One that refers to everything that a case can refer to."""
    make_desk()
    account = make_customer(make_process(), region="North")
    entitlement = account.entitlements.get()
    entitlement.business_hours = make_hours("Office")
    entitlement.type = "Phone"
    entitlement.save()
    owner = make_user("eve", "Agents", first_name="Eve")
    return make_case(account=account, contact=make_contact(account), owner=owner, now=NOON)


def test_every_value_is_the_same(case: Case) -> None:
    agent = make_user("amy", "Agents")
    usual, tracked = read_case(case.number, agent), read_tracked_case(case.number, agent)
    assert set(OWN) < set(vars(tracked))
    for name in (*OWN, "revision_of_setup"):
        assert getattr(tracked, name) == getattr(usual, name), name
    for relation, (_, fields) in RELATED.items():
        for name in fields:
            assert getattr(getattr(tracked, relation), name) == getattr(getattr(usual, relation), name), name
    assert load_one(tracked).state == load_one(usual).state


def test_what_it_does_not_refer_to_is_none() -> None:
    make_desk()
    case = make_case(account=None, now=NOON)
    tracked = read_tracked_case(case.number, make_user("amy", "Agents"))
    assert [getattr(tracked, relation) for relation in RELATED] == [None] * len(RELATED)


@pytest.mark.parametrize("relation", RELATED)
def test_fields_are_in_the_order_of_their_model(relation: str) -> None:
    """That is the order in which Django puts them into a row's object."""
    model, fields = RELATED[relation]
    assert [field.attname for field in model._meta.concrete_fields if field.attname in fields] == list(fields)


def test_another_queues_case_is_not_found(case: Case) -> None:
    Queue.objects.create(name="Board room", is_restricted=True)
    Case.objects.update(queue="Board room")
    with pytest.raises(Case.DoesNotExist):
        read_tracked_case(case.number, make_user("amy", "Agents"))


def test_its_tag_is_the_trackers_own_also_for_who_is_shut_out_of_a_queue(case: Case) -> None:
    Queue.objects.create(name="Board room", is_restricted=True)
    agent, supervisor = make_user("amy", "Agents"), make_user("sue", "Supervisors")
    tracker = tracker_of(load_one(read_tracked_case(case.number, agent)), NOON)
    for user in (agent, supervisor):
        assert read_tag(case.number, user, NOON).tag == tracker.tag
        with pytest.raises(Case.DoesNotExist):
            read_tag("C-999999", user, NOON)
    Case.objects.update(queue="Board room")
    with pytest.raises(Case.DoesNotExist):
        read_tag(case.number, agent, NOON)
    assert read_tag(case.number, supervisor, NOON).tag == tracker.tag
