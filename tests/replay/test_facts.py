"""Events turned back into facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from cases.engine.due import tick
from cases.models import Case, CaseEvent
from cases.operations import (
    change_case,
    change_entitlement,
    complete_milestone,
    receive_customer_message,
    reply_to_case,
    resume_case,
    stop_case,
)
from cases.replay.past import Past
from entitlements.core.facts import (
    AgentReplied,
    CompletedByHand,
    Created,
    EntitlementChanged,
    Fact,
    FieldsChanged,
    ResumedByHand,
    StoppedByHand,
)
from entitlements.models import Account, CustomField
from tests.factory import (
    NOON,
    first_response,
    make_account,
    make_case,
    make_desk,
    make_entitlement,
    make_process,
    make_user,
    resolution,
    violation,
)
from tests.replay.past_cases import drafted, past_of, published_draft, recorded

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
END = NOON + 9 * HOUR


@pytest.fixture(autouse=True)
def desk(db: None) -> None:
    make_desk()


def a_case(*milestones: dict[str, Any], **given: Any) -> Case:
    account = make_account()
    make_entitlement(account, make_process("Premium", *milestones))
    return make_case(now=NOON, account=account, **given)


def past(case: Case) -> Past:
    return past_of(case, published_draft(), END)


def facts(case: Case) -> list[Fact]:
    return [fact for chapter in past(case).chapters for fact in chapter.facts]


def test_a_case_begins_as_it_was_created() -> None:
    case = a_case(priority="Low", stage="Intake", queue="Claims")
    change_case(case.pk, fields={"priority": "High"}, by=make_user("ann"), now=NOON + HOUR)
    change_case(case.pk, fields={"priority": "Medium", "queue": ""}, by=make_user("bob"), now=NOON + 2 * HOUR)
    began = past(case).state.texts
    assert (began["priority"], began["stage"], began["queue"]) == ("Low", "Intake", "Claims")


def test_fields_that_change_together_are_one_fact() -> None:
    case = a_case(priority="Low")
    fields = {"stage": "Settlement", "status": "Closed", "priority": "High"}
    change_case(case.pk, fields=fields, by=make_user("ann"), now=NOON + HOUR)
    assert facts(case) == [Created(NOON), FieldsChanged(NOON + HOUR, "ann", fields=fields)]


def test_two_people_at_one_instant_are_two_facts() -> None:
    case = a_case(priority="Low")
    change_case(case.pk, fields={"stage": "Intake"}, by=make_user("ann"), now=NOON + HOUR)
    change_case(case.pk, fields={"priority": "High"}, by=make_user("bob"), now=NOON + HOUR)
    assert [fact.by for fact in facts(case)] == ["", "ann", "bob"]


def test_what_a_trigger_changed_is_left_to_the_draft() -> None:
    raises = violation(0, {"kind": "set", "priority": "High"}, {"kind": "escalate", "level": 2})
    case = a_case(first_response(triggers=[raises]), priority="Low")
    tick(NOON + 2 * HOUR, 10)
    assert CaseEvent.objects.filter(kind="field_changed").count() == 1
    assert facts(case) == [Created(NOON)]
    assert drafted(case, published_draft(), END) == tuple(recorded(case, END))


def test_what_a_message_changed_is_left_to_the_draft() -> None:
    case = a_case()
    ann = make_user("ann")
    stop_case(case.pk, reason="A part", until_customer_answers=True, by=ann, now=NOON + HOUR)
    change_case(case.pk, fields={"status": "Waiting on Customer"}, by=ann, now=NOON + 2 * HOUR)
    receive_customer_message(case.pk, body="Well?", now=NOON + 3 * HOUR)
    stop, _, _ = found = facts(case)[1:]
    assert [type(fact).__name__ for fact in found] == ["StoppedByHand", "FieldsChanged", "CustomerWrote"]
    assert stop == StoppedByHand(NOON + HOUR, "ann", "A part", until_customer_answers=True)


def test_stops_by_hand_end_by_hand_or_by_closing() -> None:
    case = a_case()
    ann = make_user("ann")
    stop_case(case.pk, reason="A part", by=ann, now=NOON + HOUR)
    resume_case(case.pk, by=ann, now=NOON + 2 * HOUR)
    stop_case(case.pk, reason="Another", by=ann, now=NOON + 3 * HOUR)
    change_case(case.pk, fields={"status": "Closed"}, by=ann, now=NOON + 4 * HOUR)
    resumed = [fact for fact in facts(case) if isinstance(fact, ResumedByHand)]
    assert resumed == [ResumedByHand(NOON + 2 * HOUR, "ann")]


def test_a_completion_by_hand_is_one_and_others_are_not() -> None:
    case = a_case(first_response(), resolution())
    reply_to_case(case.pk, body="Yes.", by=make_user("ann"), now=NOON + HOUR)
    complete_milestone(case.pk, milestone="Resolution", by=make_user("bob"), now=NOON + 2 * HOUR)
    assert facts(case)[1:] == [
        AgentReplied(NOON + HOUR, "ann"),
        CompletedByHand(NOON + 2 * HOUR, "bob", milestone="Resolution"),
    ]


def test_dates_of_custom_fields_come_back_as_dates() -> None:
    CustomField.objects.create(key="visit", label="Visit", type="date")
    case = a_case(custom={"visit": NOON + HOUR})
    change_case(case.pk, fields={"custom.visit": NOON + 2 * HOUR}, by=make_user("ann"), now=NOON)
    assert past(case).state.custom == {"visit": NOON + HOUR}
    assert facts(case)[1] == FieldsChanged(NOON, "ann", fields={"custom.visit": NOON + 2 * HOUR})


class TestAnotherEntitlement:
    @pytest.fixture
    def moved(self) -> Case:
        """From Premium to Gold after an hour, with the replies of both."""
        case = a_case(first_response(30), resolution())
        gold = make_entitlement(
            Account.objects.get(), make_process("Gold", first_response(600)), name="Golden", type="Gold"
        )
        ann = make_user("ann")
        change_entitlement(case.pk, entitlement=gold, by=ann, now=NOON + HOUR)
        reply_to_case(case.pk, body="Yes.", by=ann, now=NOON + 2 * HOUR)
        return case

    def test_begins_another_chapter(self, moved: Case) -> None:
        found = past(moved)
        assert [chapter.process for chapter in found.chapters] == ["Premium", "Gold"]
        change = found.chapters[1].facts[0]
        assert isinstance(change, EntitlementChanged)
        assert (change.name, change.related, change.other_process) == (
            "Golden",
            {"entitlement.type": "Gold"},
            True,
        )
        assert found.state.texts["entitlement"] != "Golden"

    def test_comes_to_what_was_recorded(self, moved: Case) -> None:
        assert drafted(moved, published_draft(), END) == tuple(recorded(moved, END))
        assert {one.result for one in recorded(moved, END)} == {"met", "missed", "cancelled"}

    def test_and_then_none(self, moved: Case) -> None:
        change_entitlement(moved.pk, entitlement=None, by=make_user("bob"), now=NOON + 3 * HOUR)
        moved.refresh_from_db()
        found = past(moved)
        assert [chapter.process for chapter in found.chapters] == ["Premium", "Gold", ""]
        assert drafted(moved, published_draft(), END) == tuple(recorded(moved, END))

    def test_of_the_same_process_goes_on(self) -> None:
        case = a_case(first_response())
        process = case.entitlement.process  # type: ignore[union-attr]
        other = make_entitlement(Account.objects.get(), process, name="Renewed", start_date=date(2024, 1, 1))
        change_entitlement(case.pk, entitlement=other, by=make_user("ann"), now=NOON + HOUR)
        assert len(past(case).chapters) == 1
        assert drafted(case, published_draft(), END) == tuple(recorded(case, END))
