"""Many cases at once, by a supervisor: more time, a higher priority; then back to the board."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Case, CaseEvent, CaseMilestone
from cases.operations import reply_to_case
from tests.factory import first_response, make_account, make_case, make_customer, make_process, resolution


@pytest.fixture
def cases(agent: User, ago: Any) -> list[Case]:
    """Two with a late response; one with it met: its resolution is next; one that was promised nothing."""
    customer = make_customer(make_process("", first_response(60), resolution(480)))
    priorities = ("Low", "High", "Medium", "")
    made = [
        make_case(f"Case {place}", account=customer, priority=priority, now=ago(70))
        for place, priority in enumerate(priorities[:3])
    ]
    reply_to_case(made[2].pk, body="Hello", by=agent, now=ago(30))
    return [*made, make_case("Case 3", account=make_account(), now=ago(70))]


def ask(client: Client, cases: list[Case], do: str, **more: str) -> Any:
    form = {"numbers": " ".join(one.number for one in cases), "do": do, **more}
    return client.post("/cases/bulk/", form)


def targets(cases: list[Case], name: str) -> list[Any]:
    rows = CaseMilestone.objects.filter(case__in=cases, milestone__name=name).order_by("case")
    return list(rows.values_list("target_date", flat=True))


MORE = {"by": "30m", "reason": "Agreed by phone", "milestone": ""}


def test_an_extension_asks_for_its_particulars(supervisor: Client, cases: list[Case]) -> None:
    page = ask(supervisor, cases, "extend:").content.decode()
    assert "By how much" in page
    assert "<option>First Response</option>" in page


def test_its_effect_is_shown_and_nothing_done(supervisor: Client, cases: list[Case]) -> None:
    before = targets(cases, "First Response")
    answer = ask(supervisor, cases, "extend:", **MORE)
    effects = answer.context["effects"]
    assert (effects.changed, effects.refused) == (3, 1)
    assert effects.told == ["3 targets come later"]
    assert "It has no running milestone." in answer.content.decode()
    assert targets(cases, "First Response") == before


def test_each_gets_more_time_for_what_is_due_next(supervisor: Client, cases: list[Case]) -> None:
    responses, resolutions = targets(cases, "First Response"), targets(cases, "Resolution")
    ask(supervisor, cases, "extend:", **MORE, confirmed="1")
    half = timedelta(minutes=30)
    assert targets(cases, "First Response") == [responses[0] + half, responses[1] + half, responses[2]]
    assert targets(cases, "Resolution") == [resolutions[0], resolutions[1], resolutions[2] + half]
    assert Case.objects.filter(milestone_status="open_violation").count() == 0
    events = CaseEvent.objects.filter(kind="milestone_extended")
    assert {event.details["reason"] for event in events} == {"Agreed by phone"}
    assert {event.by for event in events} == {"sue"}


def test_one_milestone_can_be_named(supervisor: Client, cases: list[Case]) -> None:
    answer = ask(supervisor, cases, "extend:", **MORE | {"milestone": "First Response"})
    assert (answer.context["effects"].changed, answer.context["effects"].refused) == (2, 2)


def test_what_was_not_shown_is_not_done(supervisor: Client, cases: list[Case]) -> None:
    before = targets(cases, "First Response")
    answer = ask(supervisor, cases, "extend:", **MORE, confirmed="1", shown="+20m")
    assert answer.context["effects"].changed == 3
    assert targets(cases, "First Response") == before


CANNOT_BE = [
    ({"by": ""}, "Say by how much"),
    ({"by": "soon"}, "is not a duration"),
    ({"by": "30s"}, "is not a whole number of minutes"),
    ({"by": "0m"}, "1 minute or more"),
    ({"by": "99999999"}, "ten years at most"),
    ({"reason": " "}, "Say why they are extended."),
    ({"reason": "x" * 400}, "at most 300 characters"),
    ({"milestone": "x" * 400}, "at most 300 characters"),
]


@pytest.mark.parametrize(("given", "why"), CANNOT_BE)
def test_an_extension_that_cannot_be(
    supervisor: Client, cases: list[Case], given: dict[str, str], why: str
) -> None:
    before = targets(cases, "First Response")
    answer = ask(supervisor, cases, "extend:", **MORE | given, confirmed="1")
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert targets(cases, "First Response") == before


def test_agents_do_not_extend(client: Client, cases: list[Case]) -> None:
    before = targets(cases, "First Response")
    form = {"numbers": cases[0].number, "do": "extend:", **MORE, "confirmed": "1"}
    assert "Only a supervisor extends" in client.post("/cases/bulk/", form, follow=True).content.decode()
    assert targets(cases, "First Response") == before
    assert 'value="extend:"' not in client.get("/cases/").content.decode()


def test_a_priority_is_raised_by_one(supervisor: Client, cases: list[Case]) -> None:
    effects = ask(supervisor, cases, "raise:").context["effects"]
    assert (effects.changed, effects.same) == (3, 1)
    ask(supervisor, cases, "raise:", confirmed="1")
    priorities = Case.objects.order_by("pk").values_list("priority", flat=True)
    assert list(priorities) == ["Medium", "High", "High", "Low"]


def test_the_way_back_is_the_board_with_its_filters(supervisor: Client, cases: list[Case]) -> None:
    board = supervisor.get("/at-risk/?queue=-").content.decode()
    assert '<input type="hidden" name="back" value="/at-risk/?queue=-">' in board
    page = ask(supervisor, cases, "owner:amy", back="/at-risk/?queue=-").content.decode()
    assert '<input type="hidden" name="back" value="/at-risk/?queue=-">' in page
    done = ask(supervisor, cases, "owner:amy", back="/at-risk/?queue=-", confirmed="1")
    assert done["Location"] == "/at-risk/?queue=-"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_no_form_leads_away_from_the_desk(supervisor: Client, cases: list[Case], back: str) -> None:
    done = ask(supervisor, cases, "owner:amy", back=back, confirmed="1")
    assert done["Location"] == "/cases/"
