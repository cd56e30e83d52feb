"""Two who take the next case at once never get the same."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from cases.engine.load import lock_case
from cases.models import Case, CaseEvent
from cases.operations import StalePage
from cases.operations.take import take_case, take_next, workable_by
from tests.engine.test_at_once import at_once
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db(transaction=True)
AGENTS, EACH = 6, 4


@pytest.fixture
def agents() -> list[User]:
    make_desk()
    customer = make_customer(make_process("", first_response(60)))
    for _ in range(AGENTS * EACH - 3):
        make_case(account=customer, now=NOON)
    return [make_user(f"agent-{number}") for number in range(AGENTS)]


def take(agent: User) -> int | None:
    case = take_next(workable_by(agent), by=agent, now=NOON)
    return case.pk if case else None


def test_each_case_goes_to_one(agents: list[User]) -> None:
    def taking(agent: User) -> list[int | None]:
        return [take(agent) for _ in range(EACH)]

    taken = [key for keys in at_once(*[lambda a=agent: taking(a) for agent in agents]) for key in keys if key]
    assert len(taken) == len(set(taken))
    for agent in agents:
        own = Case.objects.filter(owner=agent)
        events = CaseEvent.objects.filter(details__field="owner", by=agent.username)
        assert own.count() == events.count()
    # Who came while another held the last ones got none, and gets them now.
    while take(agents[0]):
        continue
    assert not Case.objects.filter(owner=None).exists()


def test_a_certain_one_goes_to_one(agents: list[User]) -> None:
    case = Case.objects.earliest("pk")

    def take_it(agent: User) -> bool:
        try:
            return take_case(case.pk, by=agent, now=NOON).owner == agent
        except StalePage:
            return False

    assert sum(at_once(*[lambda a=agent: take_it(a) for agent in agents])) == 1


@pytest.mark.postgresql
def test_what_somebody_holds_is_passed_over(agents: list[User]) -> None:
    first, second = Case.objects.order_by("pk")[:2]
    with transaction.atomic():
        lock_case(first.pk)
        assert at_once(lambda: take(agents[0])) == [second.pk]
