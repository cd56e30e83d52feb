"""Many cases at once: the effect first, then the deed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Case, CaseEvent
from cases.operations import change_case, stop_case
from entitlements.models import EntitlementSettings, Queue
from tests.factory import first_response, make_case, make_customer, make_process, resolution


@pytest.fixture
def cases(agent: User, ago: Any) -> list[Case]:
    """Low, 40 minutes old: its first response is due in 80 minutes; were it High, 10 minutes ago."""
    process = make_process(
        "Tiers", first_response(30, when='case.priority == "High"'), first_response(120), resolution(480)
    )
    customer = make_customer(process)
    return [make_case(f"Case {n}", account=customer, priority="Low", now=ago(40)) for n in range(3)]


def ask(client: Client, cases: list[Case], do: str, **more: str) -> Any:
    return client.post("/cases/bulk/", {"case": [one.number for one in cases], "do": do, **more})


def do(client: Client, cases: list[Case], do: str, **more: str) -> str:
    numbers = " ".join(one.number for one in cases)
    form = {"numbers": numbers, "do": do, "confirmed": "1", **more}
    return client.post("/cases/bulk/", form, follow=True).content.decode()


def test_the_effect_is_shown_and_nothing_done(client: Client, cases: list[Case]) -> None:
    answer = ask(client, cases, "priority:High")
    page = answer.content.decode()
    effects = answer.context["effects"]
    assert (effects.cases, effects.changed, effects.late) == (3, 3, 3)
    assert effects.told == ["3 milestones go to another tier"]
    assert "Priority → High: 3 cases" in page
    assert "3 would be late at once." in page
    assert "Change 3 cases" in page
    assert set(Case.objects.values_list("priority", flat=True)) == {"Low"}


def test_what_was_shown_is_what_happens(client: Client, cases: list[Case]) -> None:
    page = do(client, cases, "priority:High")
    assert "3 cases changed." in page
    case = Case.objects.first()
    assert case and case.priority_id == "High"
    assert case.milestone_status == "open_violation"
    assert CaseEvent.objects.filter(case=case, kind="field_changed", by="amy").exists()


CAN_BE_SET = [
    ("owner:amy", "owner__username", "amy"),
    ("owner:", "owner__username", None),
    ("queue:Motor", "queue", "Motor"),
    ("queue:", "queue", None),
    ("status:Working", "status", "Working"),
    ("priority:Medium", "priority", "Medium"),
    ("priority:", "priority", None),
]


def test_what_can_be_set(client: Client, cases: list[Case]) -> None:
    Queue.objects.create(name="Motor")
    for verb, field, value in CAN_BE_SET:
        do(client, cases[:2], verb)
        assert Case.objects.filter(pk__in=[cases[0].pk, cases[1].pk], **{field: value}).count() == 2, verb
    assert Case.objects.get(pk=cases[2].pk).revision == cases[2].revision


def test_closing_says_what_it_ends(client: Client, cases: list[Case]) -> None:
    told = ask(client, cases, "status:Closed").context["effects"].told
    assert told == ["3 milestones are completed", "3 milestones are cancelled"]


def test_waiting_says_which_clocks_stop_and_back_which_run_on(
    client: Client, agent: User, cases: list[Case], ago: Any
) -> None:
    assert ask(client, cases, "status:Waiting on Customer").context["effects"].told == ["6 clocks stop"]
    for case in cases:
        change_case(case.pk, fields={"status": "Waiting on Customer"}, by=agent, now=ago(5))
    assert ask(client, cases, "status:Working").context["effects"].told == ["6 clocks run on"]


def test_a_stop_asks_for_its_reason(client: Client, cases: list[Case]) -> None:
    assert "Show the effect" in ask(client, cases, "stop:").content.decode()
    answer = ask(client, cases, "stop:", reason=" ")
    assert answer.status_code == 422
    assert "Say why the clocks are to stop." in answer.content.decode()
    assert ask(client, cases, "stop:", reason="Strike").context["effects"].told == ["6 clocks stop"]
    assert "3 cases changed." in do(client, cases, "stop:", reason="Strike")
    assert Case.objects.filter(is_stopped=True).count() == 3


def test_one_that_refuses_is_told_and_the_others_go_on(
    client: Client, agent: User, cases: list[Case], ago: Any
) -> None:
    stop_case(cases[1].pk, reason="Parts", by=agent, now=ago(1))
    effects = ask(client, cases, "stop:", reason="Strike").context["effects"]
    assert (effects.changed, effects.refused) == (2, 1)
    page = do(client, cases, "stop:", reason="Strike")
    assert "2 cases changed." in page
    assert f"{cases[1].number} stays as it is:" in page
    assert Case.objects.filter(is_stopped=True).count() == 3


def test_what_is_so_already_is_left_alone(client: Client, cases: list[Case]) -> None:
    do(client, cases[:1], "priority:High")
    revision = Case.objects.get(pk=cases[0].pk).revision
    assert "2 cases changed, 1 had it already." in do(client, cases, "priority:High")
    assert Case.objects.get(pk=cases[0].pk).revision == revision


CANNOT_BE = {
    "": "Say what is to be done",
    "subject:x": "Say what is to be done",
    "priority:Highest": "There is no priority “Highest”.",
    "status:": "There is no status “”.",
    "status:Nonsense": "There is no status “Nonsense”.",
    "owner:ghost": "There is no active user “ghost”.",
    "queue:Nowhere": "There is no queue “Nowhere”.",
    "owner:" + "x" * 999: "at most 150 characters",
}


def test_what_cannot_be(client: Client, cases: list[Case]) -> None:
    before = list(Case.objects.order_by("pk").values())
    for verb, why in CANNOT_BE.items():
        assert why in do(client, cases, verb), verb
    assert list(Case.objects.order_by("pk").values()) == before


def test_stopping_is_refused_where_pausing_is_off(client: Client, cases: list[Case]) -> None:
    settings = EntitlementSettings.objects.get()
    settings.allow_pausing = False
    settings.save()
    assert "Stopping the clock is off" in do(client, cases, "stop:", reason="x")


def test_nothing_selected(client: Client, cases: list[Case]) -> None:
    answer = client.post("/cases/bulk/", {"do": "priority:High"}, follow=True)
    assert "Select some cases first." in answer.content.decode()


def test_the_whole_list_goes_by_its_filters(client: Client, cases: list[Case], ago: Any) -> None:
    make_case("Other", account=cases[0].account, priority="Medium", now=ago(5))
    answer = client.post("/cases/bulk/", {"all": "1", "list": "priority=Low", "do": "owner:amy"})
    assert answer.context["effects"].cases == 3
    assert sorted(answer.context["numbers"]) == sorted(one.number for one in cases)


def test_another_queues_case_is_neither_shown_nor_changed(client: Client, cases: list[Case]) -> None:
    secret = Queue.objects.create(name="Secret", is_restricted=True)
    Case.objects.filter(pk=cases[0].pk).update(queue=secret)
    answer = ask(client, cases, "priority:High")
    assert answer.context["effects"].cases == 2
    assert "1 cannot be seen by you" in answer.content.decode()
    assert "2 cases changed." in do(client, cases, "priority:High")
    assert Case.objects.get(pk=cases[0].pk).priority_id == "Low"


def test_cases_that_do_not_exist(client: Client, cases: list[Case]) -> None:
    for numbers in ("C-999999", "' OR 1=1", "\x00", "x " * 5000):
        form = {"numbers": numbers, "do": "priority:High", "confirmed": "1"}
        assert client.post("/cases/bulk/", form, follow=True).status_code == 200, numbers
    assert not Case.objects.filter(priority="High").exists()


def test_it_works_in_sets(client: Client, cases: list[Case], ago: Any) -> None:
    def queries(number: int) -> int:
        chosen = list(Case.objects.order_by("pk")[:number])
        value = "High" if number == 3 else "Medium"
        with CaptureQueriesContext(connection) as asked:
            do(client, chosen, f"priority:{value}")
        return len(asked)

    for _ in range(12):
        make_case(account=cases[0].account, priority="Low", now=ago(40))
    queries(3)
    few, many = queries(3), queries(15)
    assert many <= few + 12
