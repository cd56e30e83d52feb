"""“Why this time?” while a case is being worked on: it opens in place, and stays while it is read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from cases import operations
from cases.models import Case
from tests.factory import (
    first_response,
    make_case,
    make_customer,
    make_hours,
    make_process,
    make_user,
    resolution,
)
from tests.in_browser.conftest import Visit, log_in, of_case
from tests.in_browser.test_desk import serious


@pytest.fixture
def case(agent: User, ago: Any) -> Case:
    """Two tiers, one stop, and a target far enough away for nights and weekends."""
    hours = make_hours("Berlin", days=range(5), time_zone="Europe/Berlin", public_holidays="DE")
    tiers = [first_response(30, when='case.priority == "High"'), first_response(600)]
    process = make_process("Gold", *tiers, resolution(9600), hours=hours)
    case = make_case("Burst pipe", account=make_customer(process), now=ago(60 * 24 * 3))
    operations.stop_case(case.pk, reason="Waiting for the plumber", by=agent, now=ago(60 * 24 * 2))
    operations.resume_case(case.pk, by=agent, now=ago(60 * 24))
    return case


def opened(page: Page, milestone: str = "First Response") -> Page:
    """The panel of a milestone, opened by its link."""
    page.get_by_role("link", name=f"Why this time? {milestone}").click()
    expect(page.locator("#why-panel")).to_contain_text(f"Why this time? {milestone}")
    return page


def address(case: Case) -> str:
    return f"{of_case(case)}why/{case.milestones.filter(milestone__name='First Response').get().pk}/"


def test_it_opens_on_the_page_and_takes_the_focus(visit: Visit, case: Case) -> None:
    page = opened(visit(of_case(case)))
    panel = page.locator("#why-panel")
    expect(panel).to_contain_text("10 h promised")
    expect(panel).to_contain_text("its criteria do not hold")
    expect(panel.locator("summary")).to_be_focused()
    assert page.url.endswith(of_case(case))


def test_it_opens_by_keyboard_and_closes(visit: Visit, case: Case) -> None:
    page = visit(of_case(case))
    page.get_by_role("link", name="Why this time? First Response").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#why-panel table")).to_be_visible()
    expect(page.locator("#why-panel summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#why-panel table")).to_be_hidden()


def test_it_stays_while_the_tracker_is_refreshed(visit: Visit, case: Case) -> None:
    page = opened(visit(of_case(case)))
    page.evaluate("document.getElementById('why-panel').dataset.mine = 'yes'")
    operations.reply_to_case(case.pk, body="On our way", by=make_user("ben"), now=timezone.now())
    expect(page.locator("#thread")).to_contain_text("On our way", timeout=12000)
    word = page.locator('#tracker [data-milestone="First Response"] [data-word]')
    expect(word).to_have_text(re.compile("Met|Missed"))
    expect(page.locator("#why-panel[data-mine=yes] table")).to_be_visible()
    expect(page.locator("#why-panel summary")).to_be_focused()


def test_it_stays_while_the_reader_acts(visit: Visit, case: Case) -> None:
    page = opened(visit(of_case(case)))
    page.evaluate("document.getElementById('why-panel').dataset.mine = 'yes'")
    page.locator("#id_body").fill("We are on our way.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#thread")).to_contain_text("We are on our way.")
    expect(page.locator("#why-panel[data-mine=yes] table")).to_be_visible()


def test_another_milestone_takes_its_place(visit: Visit, case: Case) -> None:
    page = opened(visit(of_case(case)))
    page.locator('[data-milestone="Resolution"] summary').click()
    page.get_by_role("link", name="Why this time? Resolution").click()
    expect(page.locator("#why-panel")).to_contain_text("160 h promised")
    expect(page.locator("#why-panel")).to_have_count(1)


def test_without_javascript_it_is_a_page(
    browser: Any, agent: User, live_server: LiveServer, case: Case
) -> None:
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    log_in(context, agent, live_server)
    page = context.new_page()
    page.goto(f"{live_server.url}{of_case(case)}")
    page.get_by_role("link", name="Why this time? First Response").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why this time? First Response")
    expect(page.locator("table")).to_contain_text("Counted")
    page.get_by_role("link", name="Burst pipe").click()
    expect(page.locator("#tracker")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [375, 1440])
def test_it_is_no_wider_than_its_window(visit: Visit, case: Case, width: int) -> None:
    page = visit(address(case))
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    opened(visit(of_case(case)))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_it(visit: Visit, page: Page, case: Case, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    visit(address(case))
    assert serious(page) == []
    opened(visit(of_case(case)))
    page.wait_for_timeout(600)
    assert serious(page) == []
