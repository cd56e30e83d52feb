"""A log-in that ends while somebody writes: nothing is lost, and the page goes on with a new one."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from cases.models import Case, Draft, Message
from tests.factory import PASSWORD, make_case, make_user
from tests.in_browser.conftest import Visit, of_case
from tests.in_browser.test_desk import serious

WORDS = "It took me an hour to write this."


@pytest.fixture
def case(agent: User, ago: Any) -> Case:
    return make_case(now=ago(10))


def write(page: Page) -> None:
    page.get_by_label("Message", exact=True).fill(WORDS)


def logged_out(context: BrowserContext) -> None:
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def log_in_elsewhere(page: Page, live_server: LiveServer, username: str = "amy") -> None:
    """In another tab, by the form."""
    with page.context.expect_page() as opened:
        page.locator("#connection").get_by_role("link", name="Log in").click()
    other = opened.value
    other.get_by_label("Username").fill(username)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Log in").click()
    other.wait_for_url(f"{live_server.url}/")
    other.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def test_a_reply_outlives_the_log_in(visit: Visit, case: Case, live_server: LiveServer) -> None:
    page = visit(of_case(case))
    page.set_viewport_size({"width": 375, "height": 700})
    write(page)
    logged_out(page.context)
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#connection")).to_contain_text("You are logged out")
    expect(page.locator("#connection")).to_be_in_viewport()
    expect(page.get_by_label("Message", exact=True)).to_have_value(WORDS)
    expect(page.get_by_text("Sent.")).to_be_hidden()
    log_in_elsewhere(page, live_server)
    expect(page.locator("#connection")).to_contain_text("You are logged in again")
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#thread")).to_contain_text(WORDS)
    assert Message.objects.count() == 1


def test_a_look_at_what_is_new_does_not_throw_away_what_is_written(visit: Visit, case: Case) -> None:
    page = visit(of_case(case))
    logged_out(page.context)
    write(page)
    page.evaluate("htmx.trigger('#tracker', 'look')")
    expect(page.locator("#connection")).to_contain_text("You are logged out")
    expect(page.get_by_label("Message", exact=True)).to_have_value(WORDS)
    assert not Draft.objects.exists() and serious(page) == []


def test_a_draft_that_cannot_be_kept_says_that_the_log_in_has_ended(visit: Visit, case: Case) -> None:
    page = visit(of_case(case))
    logged_out(page.context)
    write(page)
    expect(page.locator("#draft-state")).to_have_text("The draft is not kept.")
    expect(page.locator("#connection")).to_contain_text("You are logged out")


def test_who_writes_nothing_is_asked_to_log_in(visit: Visit, case: Case) -> None:
    page = visit(of_case(case))
    logged_out(page.context)
    page.evaluate("htmx.trigger('#tracker', 'look')")
    page.wait_for_url("**/login/?next=/cases/**")


def test_another_user_does_not_send_it(visit: Visit, case: Case, live_server: LiveServer) -> None:
    make_user("bob")
    page = visit(of_case(case))
    write(page)
    logged_out(page.context)
    page.get_by_role("button", name="Send reply").click()
    log_in_elsewhere(page, live_server, "bob")
    expect(page.locator("#connection")).to_contain_text("Somebody else has logged in here")
    expect(page.get_by_label("Message", exact=True)).to_have_value(WORDS)
    assert not Draft.objects.filter(user__username="bob").exists()


def test_a_page_older_than_the_log_in_goes_on(visit: Visit, case: Case, complaints: list[str]) -> None:
    page = visit(of_case(case))
    write(page)
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#connection")).to_contain_text("send it again")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#thread")).to_contain_text(WORDS)
    complaints[:] = [one for one in complaints if "403" not in one]
