"""An escalation in a real browser: by the link in the mail, logged out; and on the page of its case."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from cases.engine.due import tick
from cases.models import Case, Delivery, Escalation
from tests.escalation_rows import escalating_case, make_ladder
from tests.in_browser.conftest import Visit, of_case


@pytest.fixture
def case(agent: Any) -> Case:
    """Late since ten minutes; the duty desk has its mail."""
    now = timezone.now()
    make_ladder("On call", (0, ["owner", "duty@example.com"]), (60, ["supervisors"]))
    case = escalating_case(now=now - timedelta(minutes=70), owner=agent)
    tick(now, 10)
    return case


def link_in_the_mail() -> str:
    body = Delivery.objects.get(recipient="duty@example.com").payload["body"]
    found = re.search(r"/acknowledge/\S+/", body)
    assert found is not None
    return found.group()


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_it_is_acknowledged_by_the_link_in_the_mail_without_logging_in(
    page: Page, live_server: LiveServer, case: Case, complaints: list[str]
) -> None:
    page.goto(f"{live_server.url}{link_in_the_mail()}")
    expect(page.locator("h1")).to_have_text("Acknowledge?")
    expect(page.locator("main")).to_contain_text(case.number)
    assert Escalation.objects.get().ended_at is None
    assert serious(page) == []
    page.locator("#acknowledge").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Acknowledged")
    assert Escalation.objects.get().ended_by == "duty@example.com"
    page.goto(f"{live_server.url}{link_in_the_mail()}")
    expect(page.locator("h1")).to_have_text("Nothing to do")
    assert [one for one in complaints if "410" not in one] == []
    complaints.clear()


def test_it_is_acknowledged_on_its_case_without_a_reload(visit: Visit, case: Case) -> None:
    page = visit(of_case(case))
    page.evaluate("window.stayed = true")
    panel = page.locator("#escalations")
    expect(panel).to_contain_text("Nobody has acknowledged it")
    panel.get_by_role("button", name="Acknowledge").click()
    expect(panel).to_contain_text("Acknowledged by amy")
    assert page.evaluate("window.stayed")
    assert serious(page) == []
