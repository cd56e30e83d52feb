"""A form that is sent twice counts once, also where it adds to what there is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cases.models import Case, CaseMilestone, Task
from tests.factory import first_response, make_case, make_customer, make_process


@pytest.fixture
def case(desk: None, ago: Any) -> Case:
    return make_case(account=make_customer(make_process("", first_response(60))), priority="Low", now=ago(30))


def milestone() -> CaseMilestone:
    return CaseMilestone.objects.get()


def bulk(client: Client, case: Case, **given: str) -> Any:
    """The page of effects, and what its form would send."""
    form = {"numbers": case.number, **given}
    page = client.post("/cases/bulk/", form)
    return {**form, "confirmed": "1", "seen_at": page.context["now"].isoformat()}


def test_priorities_are_raised_once(supervisor: Client, case: Case) -> None:
    form = bulk(supervisor, case, do="raise:")
    supervisor.post("/cases/bulk/", form)
    page = supervisor.post("/cases/bulk/", form, follow=True).content.decode()
    assert "its priority was changed after you had seen the effect" in page
    case.refresh_from_db()
    assert case.priority_id == "Medium"


def test_the_page_of_effects_says_when_it_was_made(supervisor: Client, case: Case) -> None:
    page = supervisor.post("/cases/bulk/", {"numbers": case.number, "do": "raise:"})
    assert f'name="seen_at" value="{page.context["now"].isoformat()}"' in page.content.decode().replace(
        "&#x27;", ""
    )


def test_many_are_extended_once(supervisor: Client, case: Case) -> None:
    form = bulk(supervisor, case, do="extend:", by="30m", reason="Storm", milestone="")
    supervisor.post("/cases/bulk/", form)
    page = supervisor.post("/cases/bulk/", form, follow=True).content.decode()
    assert "it was extended after you had seen the effect" in page
    assert milestone().extension == 30


def test_one_is_extended_once(supervisor: Client, case: Case) -> None:
    address = f"/cases/{case.number}/milestones/{milestone().pk}/relief/"
    form = {"what": "extend", "minutes": "30m", "reason": "Storm"}
    assert 'name="had" value="0"' in supervisor.post(address, form).content.decode()
    done = {**form, "had": "0", "confirmed": "1"}
    assert supervisor.post(address, done).status_code == 302
    again = supervisor.post(address, done)
    assert again.status_code == 422 and "after you had seen the effect" in again.content.decode()
    assert milestone().extension == 30


def test_a_task_is_there_once(client: Client, case: Case) -> None:
    for _ in range(2):
        answer = client.post(
            f"/cases/{case.number}/tasks/", {"subject": "Ring", "due_at": "2026-03-04T14:30"}
        )
    assert answer.status_code == 409 and "This task is there already." in answer.content.decode()
    assert Task.objects.count() == 1


def test_what_is_done_may_be_to_do_again(client: Client, case: Case) -> None:
    address = f"/cases/{case.number}/tasks/"
    client.post(address, {"subject": "Ring"})
    client.post(f"{address}{Task.objects.get().pk}/")
    assert client.post(address, {"subject": "Ring"}).status_code == 302
