"""What the engine has written: read, and dead deliveries tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.models import Case, CaseEvent, CaseMilestone, Delivery, DeliveryState, EngineLook, FiredTrigger
from tests.factory import NOON, first_response, make_case, make_customer, make_process, violation
from tests.setup.administrator import Setup, page_of


@pytest.fixture
def delivery(desk: None) -> Delivery:
    process = make_process(
        "Premium", first_response(triggers=[violation(0, {"kind": "email", "to": ["owner"]})])
    )
    case: Case = make_case(account=make_customer(process), now=NOON)
    milestone = case.milestones.get()
    trigger = milestone.process_milestone.triggers.get()
    fired = FiredTrigger.objects.create(
        case_milestone=milestone,
        trigger=trigger,
        kind="violation",
        outcome="fired",
        due=NOON,
        at=NOON,
        fired_at=NOON,
    )
    return Delivery.objects.create(
        key="trigger:1:1:",
        created_at=NOON,
        case=case,
        fired_trigger=fired,
        action=trigger.actions.get(),
        kind="email",
        state=DeliveryState.DEAD,
        attempts=8,
        error="Connection refused",
    )


class TestADelivery:
    def test_that_is_dead_shows_its_error(self, setup: Setup, delivery: Delivery) -> None:
        assert "Connection refused" in setup.get("/setup/cases/delivery/").content.decode()
        assert "Connection refused" in setup.get(page_of(delivery)).content.decode()

    def test_that_is_dead_is_tried_again(self, setup: Setup, delivery: Delivery) -> None:
        setup.post(page_of(delivery, "replay"))
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 0)
        assert delivery.next_attempt_at is not None

    def test_that_is_chosen_in_the_list_is_tried_again(self, setup: Setup, delivery: Delivery) -> None:
        form = {"action": "try_again", "_selected_action": [delivery.pk]}
        assert "1 will be tried again" in setup.post("/setup/cases/delivery/", **form).content.decode()
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.WAITING

    def test_that_is_done_is_left_alone(self, setup: Setup, delivery: Delivery) -> None:
        Delivery.objects.update(state=DeliveryState.DONE)
        assert "only dead ones" in setup.post(page_of(delivery, "replay")).content.decode()
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.DONE

    def test_is_not_tried_again_by_following_a_link(self, setup: Setup, delivery: Delivery) -> None:
        assert setup.get(page_of(delivery, "replay")).status_code == 405


def test_nothing_of_it_is_changed_added_or_deleted(setup: Setup, delivery: Delivery) -> None:
    event = CaseEvent.objects.all()[0]
    assert delivery.fired_trigger is not None
    for thing in (delivery, delivery.fired_trigger, event):
        assert setup.get(page_of(thing)).status_code == 200
        assert setup.change(thing, state="done", kind="x").status_code == 403
        assert setup.delete(thing).status_code == 403
        assert setup.client.get(page_of(thing).split(str(thing.pk))[0] + "add/").status_code == 403


class TestTheEngine:
    def test_that_has_not_looked_says_so(self, setup: Setup) -> None:
        assert "has not looked yet" in setup.get("/setup/cases/enginelook/").content.decode()

    def test_shows_what_is_due_and_what_is_dead(self, setup: Setup, delivery: Delivery) -> None:
        EngineLook.objects.update_or_create(pk=1, defaults={"looked_at": NOON, "lag_seconds": 0.2})
        CaseMilestone.objects.update(due_at=NOON - timedelta(minutes=1))
        answer = setup.get("/setup/cases/enginelook/")
        context = answer.context
        assert context["due"] == CaseMilestone.objects.count()
        assert ("Dead", 1) in [(state, number) for state, number, _ in context["deliveries"]]
        assert "The engine has not looked since" in answer.content.decode()
