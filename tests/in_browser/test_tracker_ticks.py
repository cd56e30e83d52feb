"""The countdown in the browser: it ticks, stands still, and knows the right time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from cases import operations
from cases.models import Case
from tests.factory import first_response, make_case, make_customer, make_hours, make_process, make_user
from tests.in_browser.conftest import Visit, of_case, told


def case_with(minutes: int, now: Any, **given: Any) -> Case:
    return make_case(account=make_customer(make_process("", first_response(minutes), **given)), now=now)


def stands_still(page: Page, milliseconds: int = 2500) -> bool:
    before = told(page).inner_text()
    page.wait_for_timeout(milliseconds)
    return bool(before == told(page).inner_text())


def test_a_late_case_is_red_and_ticks(visit: Visit, ago: Any) -> None:
    page = visit(of_case(case_with(60, ago(60.5))))
    milestone = page.locator('[data-milestone="First Response"]')
    expect(milestone).to_have_attribute("data-level", "late")
    expect(told(page)).to_contain_text("late 3")
    assert not stands_still(page)
    red = page.evaluate("getComputedStyle(document.querySelector('#tracker [data-told]')).color")
    assert red == "rgb(179, 24, 31)"


def test_it_turns_late_by_itself_and_says_so(visit: Visit, ago: Any) -> None:
    page = visit(of_case(case_with(60, ago(59.95))))
    expect(page.locator('[data-milestone="First Response"] [data-word]')).to_have_text("Late", timeout=8000)
    expect(page.locator("#announcer")).to_have_text("First Response: Late")


def test_a_stopped_one_stands_still_and_says_why(visit: Visit, ago: Any) -> None:
    page = visit(of_case(case_with(60, ago(58.5))))
    assert not stands_still(page)
    page.get_by_text("Stop the clock…").click()
    page.get_by_label("Why").fill("Waiting for the surveyor")
    page.get_by_role("button", name="Stop the clock").click()
    expect(page.locator("[data-standstill]")).to_contain_text("Stopped · Waiting for the surveyor since")
    assert stands_still(page)
    page.get_by_role("button", name="Resume the clock").click()
    expect(page.locator('[data-milestone="First Response"] [data-word]')).to_have_text("At risk")
    assert not stands_still(page)


def test_outside_hours_it_stands_still_and_says_when_it_goes_on(visit: Visit, ago: Any) -> None:
    elsewhen = [(timezone.now().weekday() + 3) % 7]
    page = visit(of_case(case_with(1, ago(10), hours=make_hours(days=elsewhen))))
    aside = page.locator('[data-milestone="First Response"] [data-aside]')
    expect(aside).to_contain_text("outside hours · resumes")
    expect(told(page)).to_have_text("1 m")
    assert stands_still(page)
    expect(page.locator("[data-standstill]")).to_have_count(0)


def test_at_closing_time_it_stops_and_at_opening_it_goes_on_without_asking(
    visit: Visit, page: Page, ago: Any, complaints: list[str]
) -> None:
    now = timezone.now()
    closing = (now + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    today = make_hours(days=range(7), opens=(now - timedelta(hours=1)).time(), closes=closing)
    case = case_with(24 * 60, now, hours=today)
    page.clock.install(time=now)
    visit(of_case(case))
    page.route("**/tracker/**", lambda route: route.abort())
    expect(page.locator("[data-aside]").first).to_have_text("")
    page.clock.fast_forward("03:00:00")
    page.clock.run_for(2000)
    expect(page.locator("[data-aside]").first).to_contain_text("outside hours · resumes")
    before = told(page).inner_text()
    page.clock.fast_forward("01:00:00")
    page.clock.run_for(2000)
    assert told(page).inner_text() == before
    page.clock.fast_forward("20:00:00")
    page.clock.run_for(2000)
    expect(page.locator("[data-aside]").first).to_have_text("")
    assert told(page).inner_text() != before
    expect(page.locator("#connection")).to_have_text("Connection lost. Reconnecting…")
    complaints.clear()


def test_a_wrong_clock_changes_nothing(visit: Visit, page: Page, ago: Any) -> None:
    case = case_with(60, ago(10))
    page.clock.install(time=timezone.now() + timedelta(hours=5))
    visit(of_case(case))
    page.clock.run_for(1500)
    expect(told(page)).to_have_text("49 m")


def test_what_another_agent_does_appears_and_keeps_the_focus(visit: Visit, ago: Any) -> None:
    case = case_with(60, ago(10))
    page = visit(of_case(case))
    page.locator("#id_body").fill("Half a sent")
    page.locator("summary", has_text="Stop the clock").focus()
    operations.reply_to_case(case.pk, body="I was faster", by=make_user("ben"), now=timezone.now())
    expect(page.locator("#thread")).to_contain_text("I was faster", timeout=12000)
    expect(page.locator("#id_body")).to_have_value("Half a sent")
    expect(page.locator('[data-milestone="First Response"] [data-word]')).to_have_text("Met")


def test_it_asks_no_more_when_nothing_runs(visit: Visit, agent: User, ago: Any) -> None:
    case = case_with(60, ago(10))
    operations.reply_to_case(case.pk, body="Hello", by=agent, now=ago(5))
    page = visit(of_case(case))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(6500)
    assert [url for url in asked if "/static/" not in url] == []


def test_it_asks_less_often_while_nothing_changes(visit: Visit, page: Page, ago: Any) -> None:
    case = case_with(24 * 60, ago(10))
    page.clock.install(time=timezone.now())
    visit(of_case(case))
    looks: list[str] = []
    page.on("request", lambda request: looks.append(request.url) if "/tracker/" in request.url else None)
    page.clock.run_for(60_000)
    page.wait_for_load_state("networkidle")
    assert 2 <= len(looks) <= 6
    page.keyboard.press("Shift")
    before = len(looks)
    page.clock.run_for(6_000)
    page.wait_for_load_state("networkidle")
    assert len(looks) == before + 1


def test_a_tab_that_nobody_sees_asks_nothing(visit: Visit, page: Page, ago: Any) -> None:
    case = case_with(24 * 60, ago(10))
    page.clock.install(time=timezone.now())
    visit(of_case(case))
    page.wait_for_load_state("networkidle")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    looks: list[str] = []
    page.on("request", lambda request: looks.append(request.url))
    page.clock.run_for(60_000)
    assert looks == []
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_load_state("networkidle")
    assert sum("/tracker/" in url for url in looks) == 1


@pytest.mark.parametrize("trouble", ["fails", "is slow"])
def test_a_server_in_trouble_is_said_and_then_forgotten(
    visit: Visit, page: Page, ago: Any, complaints: list[str], trouble: str
) -> None:
    case = case_with(60, ago(58.5))
    visit(of_case(case))
    page.evaluate("document.getElementById('tracker').setAttribute('hx-request', '{\"timeout\": 300}')")
    if trouble == "fails":
        page.route("**/tracker/**", lambda route: route.fulfill(status=503))
    else:
        page.route("**/tracker/**", lambda route: None)
    expect(page.locator("#connection")).to_contain_text("Reconnecting", timeout=15_000)
    assert not stands_still(page)
    page.unroute("**/tracker/**")
    operations.reply_to_case(case.pk, body="While you were away", by=make_user("ben"), now=timezone.now())
    page.keyboard.press("Shift")
    expect(page.locator("#connection")).to_have_text("", timeout=15_000)
    expect(page.locator('[data-milestone="First Response"] [data-word]')).to_have_text("Met")
    page.wait_for_load_state("networkidle")
    complaints.clear()


def test_open_periods_of_the_office_tick_in_the_list(visit: Visit, ago: Any) -> None:
    case_with(60, ago(58.5))
    page = visit("/cases/")
    countdown = page.locator("[data-told]").first
    before = countdown.inner_text()
    page.wait_for_timeout(2200)
    assert countdown.inner_text() != before


def test_without_javascript_everything_but_ticking_works(
    browser: Any, agent: User, live_server: LiveServer, ago: Any
) -> None:
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}{of_case(case_with(60, ago(10)))}")
    page.get_by_label("Username").fill("amy")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Log in").click()
    expect(told(page)).to_have_text("49 m")
    page.locator("#id_body").fill("Hello")
    page.get_by_role("button", name="Send").click()
    expect(page.locator('[data-milestone="First Response"]')).to_contain_text("Met")
    page.get_by_role("button", name="Close case").click()
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator("#head")).to_contain_text("Working")
    context.close()
