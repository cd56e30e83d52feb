"""Several processes at once from their list, with the same preview."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.models import Rollout
from entitlements.models import EntitlementProcess, ProcessVersion
from entitlements.operations.versions import new_draft
from tests.factory import first_response, make_case, make_customer, make_process, make_user
from tests.setup.administrator import Setup, page

BULK = "/setup/entitlements/entitlementprocess/bulk/{}/"


@pytest.fixture
def processes(desk: None) -> list[EntitlementProcess]:
    """Two with a draft and a case each, and one with a published version alone."""
    made = [make_process(name, first_response(60)) for name in ("Gold", "Silver", "Bronze")]
    for process in made[:2]:
        make_case(account=make_customer(process), now=timezone.now() - timedelta(minutes=30))
        new_draft(process).rows.update(minutes=20)
    return made


def address(verb: str, processes: list[EntitlementProcess]) -> str:
    return f"{BULK.format(verb)}?processes={','.join(str(one.pk) for one in processes)}"


def states() -> list[tuple[str, int, str]]:
    found = ProcessVersion.objects.order_by("process__name", "number")
    return list(found.values_list("process__name", "number", "state"))


def test_the_list_leads_to_the_preview(setup: Setup, processes: list[EntitlementProcess]) -> None:
    chosen: dict[str, Any] = {"action": "publish_drafts", "_selected_action": [one.pk for one in processes]}
    text = " ".join(setup.post(page("entitlementprocess"), **chosen).content.decode().split())
    assert "2 open milestones move: 2 earlier. 2 would be late at once." in text
    assert "<strong>Bronze</strong>: It has no draft." in text
    assert "<del>1h</del> → <ins>20m</ins>" in text


def test_drafts_are_published_and_go_out(setup: Setup, processes: list[EntitlementProcess]) -> None:
    setup.post(address("publish", processes), scope="open", reason="New contracts")
    assert states() == [
        ("Bronze", 1, "published"),
        ("Gold", 1, "retired"),
        ("Gold", 2, "published"),
        ("Silver", 1, "retired"),
        ("Silver", 2, "published"),
    ]
    assert set(Rollout.objects.values_list("total", "reason")) == {(1, "New contracts")}
    assert Rollout.objects.count() == 2


def test_they_are_applied_later(setup: Setup, processes: list[EntitlementProcess]) -> None:
    setup.post(address("publish", processes), scope="new", reason="x")
    text = " ".join(setup.get(address("apply", processes)).content.decode().split())
    assert "2 open milestones move" in text
    assert "<strong>Bronze</strong>: No open case is behind." in text
    setup.post(address("apply", processes), reason="Now")
    assert Rollout.objects.count() == 2


def test_they_are_retired(setup: Setup, processes: list[EntitlementProcess]) -> None:
    setup.post(address("retire", processes), reason="All gone")
    assert not ProcessVersion.objects.filter(state="published").exists()
    assert set(ProcessVersion.objects.filter(state="retired").values_list("retired_reason", flat=True)) == {
        "All gone"
    }


@pytest.mark.parametrize("verb", ["publish", "retire", "apply"])
def test_a_reason_is_wanted(setup: Setup, processes: list[EntitlementProcess], verb: str) -> None:
    before = states()
    setup.post(address(verb, processes), reason="")
    assert states() == before


def test_what_was_changed_since_is_shown_again(setup: Setup, processes: list[EntitlementProcess]) -> None:
    seen = setup.get(address("publish", processes)).context["form"].initial["seen"]
    ProcessVersion.objects.get(process__name="Gold", state="draft").rows.update(minutes=5)
    answer = setup.post(address("publish", processes), scope="new", reason="x", seen=seen)
    assert "look again" in answer.content.decode()
    assert ("Gold", 1, "published") in states()


@pytest.mark.parametrize("keys", ["", "x", "999", "²", "9" * 40, "1,,2;3"])
def test_of_none_it_leads_back(setup: Setup, keys: str) -> None:
    answer = setup.get(BULK.format("publish"), processes=keys)
    assert "Tick the processes" in answer.content.decode()


def test_there_are_three_verbs(setup: Setup) -> None:
    assert setup.get(BULK.format("delete")).status_code == 404


def test_it_is_for_administrators(processes: list[EntitlementProcess]) -> None:
    assert Setup(make_user("bob")).post(address("retire", processes), reason="x").status_code == 403
