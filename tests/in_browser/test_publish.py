"""A draft is published for open cases too, in a real browser, and its progress is seen to the end."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Rollout
from cases.operations.rollout import roll_out
from entitlements.operations.versions import new_draft
from tests.factory import first_response, make_case, make_customer, make_process, resolution
from tests.in_browser.conftest import Visit


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_open_cases_go_over_while_somebody_looks(visit: Visit, agent: Any, ago: Any) -> None:
    process = make_process("Premium", first_response(60), resolution(480))
    account = make_customer(process)
    for _ in range(4):
        make_case(account=account, now=ago(30))
    draft = new_draft(process)
    draft.rows.filter(milestone__name="First Response").update(minutes=20)
    draft.rows.filter(milestone__name="Resolution").update(minutes=600)

    page = visit(f"/setup/entitlements/processversion/{draft.pk}/change/")
    page.get_by_role("link", name="Publish…").click()
    expect(
        page.get_by_text("8 open milestones move: 4 later, 4 earlier. 4 would be late at once.")
    ).to_be_visible()
    expect(page.get_by_text("Time trigger: 1h → 20m")).to_be_visible()
    assert serious(page) == []
    page.get_by_label("Open cases too").check()
    page.get_by_label("Why").fill("The new contract")
    page.get_by_role("button", name="Publish version 2").click()

    expect(page.get_by_text("0 of 4 open cases looked at")).to_be_visible()
    assert serious(page) == []
    assert roll_out(timezone.now(), 2)
    expect(page.get_by_text("2 of 4 open cases looked at: 2 moved, 4 targets with them")).to_be_visible()
    while roll_out(timezone.now(), 2):
        continue
    expect(page.get_by_text("4 of 4 open cases looked at: 4 moved, 8 targets with them")).to_be_visible()
    expect(page.locator(".rollout-word")).to_have_text("Done")
    expect(page.locator("#rollout[hx-get]")).to_have_count(0)
    assert Rollout.objects.get().reason == "The new contract"
