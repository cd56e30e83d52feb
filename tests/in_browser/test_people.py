"""The people on a case in a real browser: its team, without reloading the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import operations
from cases.models import Case
from entitlements.models import Mailbox
from tests.factory import make_case, make_contact, make_customer, make_user
from tests.in_browser.conftest import Visit, of_case
from tests.in_browser.test_desk import serious


@pytest.fixture
def case(agent: User, ago: Any) -> Case:
    contact = make_contact(make_customer(name="Acme"))
    return make_case("Burst pipe", account=contact.account, contact=contact, now=ago(10))


def test_a_team_is_put_together_by_keyboard(visit: Visit, case: Case) -> None:
    make_user("priya", first_name="Priya", last_name="Nair")
    page = visit(of_case(case))
    page.evaluate("window.stillHere = true")
    page.keyboard.press("f")
    expect(page.locator("#team li")).to_contain_text(["Amy (you)"])
    page.locator("#add-follower summary").click()
    who = page.get_by_role("combobox", name="Who")
    who.press_sequentially("nai")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(who).to_have_value("Priya Nair")
    page.get_by_label("What they do on it").fill("Loss adjuster")
    page.keyboard.press("Enter")
    expect(page.locator("#team li").nth(1)).to_contain_text("Loss adjuster")
    expect(page.locator("#timeline")).to_contain_text("In the team: Priya Nair (Loss adjuster)")
    page.get_by_role("button", name="Take Priya Nair out of the team").click()
    page.locator("h1").click()
    page.keyboard.press("f")
    expect(page.locator("#team")).to_contain_text("Nobody follows this case")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("follow the case, or stop following it")
    assert page.evaluate("window.stillHere") is True
    page.keyboard.press("Escape")
    page.locator("#add-follower summary").click()
    assert serious(page) == []


def test_a_copy_is_given_by_keyboard_and_the_draft_keeps_it(
    visit: Visit, case: Case, complaints: list[str]
) -> None:
    Mailbox.objects.create(name="Support", address="support@desk.example", host="x")
    page = visit(of_case(case))
    expect(page.locator(".recipients-to")).to_contain_text("Ada Byron")
    page.keyboard.press("r")
    page.keyboard.type("We come at nine.")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.type("bob@acme.example; support@desk.example")
    page.keyboard.press("Tab")
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    visit(of_case(case))
    copies = page.get_by_label("Cc", exact=True)
    expect(copies).to_have_value("bob@acme.example, support@desk.example")
    assert serious(page) == []
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#composer-said")).to_contain_text("support@desk.example is an address of the desk")
    expect(page.locator("#id_body")).to_have_value("We come at nine.")
    copies.fill("Bob <bob@acme.example>")
    copies.press("Enter")
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("Copy to bob@acme.example: waiting")
    expect(copies).to_have_value("bob@acme.example")
    complaints[:] = [one for one in complaints if "409" not in one]


def looks_of(page: Page, place: str) -> list[str]:
    """The addresses that the page asks of this kind, as it asks."""
    looks: list[str] = []
    page.on("request", lambda request: looks.append(request.url) if f"/{place}/" in request.url else None)
    return looks


def test_who_else_writes_is_told_where_no_milestone_runs(
    visit: Visit, page: Page, case: Case, agent: User, ago: Any
) -> None:
    operations.change_case(case.pk, fields={"status": "Closed"}, by=agent, now=ago(1))
    page.clock.install(time=timezone.now())
    visit(of_case(case))
    looks, trackers = looks_of(page, "writing"), looks_of(page, "tracker")
    bob = make_user("bob", first_name="Bob")
    operations.keep_draft(case.pk, kind="note", body="Well", by=bob, now=timezone.now())
    page.clock.run_for(11_000)
    expect(page.locator("#writing")).to_have_text("Bob is writing a note.")
    operations.keep_draft(case.pk, kind="note", body="", by=bob, now=timezone.now())
    page.clock.run_for(20_000)
    expect(page.locator("#writing")).to_have_text("")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    before = len(looks)
    page.clock.run_for(90_000)
    assert (before, len(looks), trackers) == (2, 2, [])


def test_the_tracker_tells_it_while_it_asks_itself(visit: Visit, page: Page, case: Case) -> None:
    page.clock.install(time=timezone.now())
    visit(of_case(case))
    looks, trackers = looks_of(page, "writing"), looks_of(page, "tracker")
    operations.keep_draft(case.pk, kind="reply", body="I", by=make_user("bob"), now=timezone.now())
    page.clock.run_for(30_000)
    expect(page.locator("#writing")).to_have_text("bob is writing a reply.")
    assert trackers and not looks
