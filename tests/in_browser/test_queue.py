"""The queue in a browser: ten cases answered in order of urgency, by mouse and by keyboard alone; selecting,
changes that wait to be asked for, and axe.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from cases.models import Case, Message, Notification, Task
from cases.operations import change_case
from entitlements.models import Account
from tests.factory import first_response, make_case, make_customer, make_process, resolution
from tests.in_browser.conftest import Visit
from tests.in_browser.test_desk import serious

TEN = [f"Case {place}" for place in range(1, 11)]


@pytest.fixture
def ten(agent: User, ago: Any) -> list[Case]:
    """In an order of their own: the more urgent the lower the number in the subject."""
    customer = make_customer(make_process("", first_response(60), resolution(480)), name="Acme")
    order = (3, 9, 1, 7, 5, 10, 2, 8, 6, 4)
    return [make_case(f"Case {place}", account=customer, now=ago(58 - 3 * place)) for place in order]


def answered() -> list[str]:
    return list(Message.objects.filter(kind="reply").order_by("pk").values_list("case__subject", flat=True))


def test_ten_cases_by_mouse(visit: Visit, ten: list[Case]) -> None:
    page = visit("/")
    page.get_by_role("button", name="Take next").click()
    for subject in TEN:
        expect(page.get_by_role("heading", level=1)).to_have_text(subject)
        page.locator("#id_body").fill("We are on it.")
        page.get_by_role("button", name="Send reply").click()
        expect(page.locator("#go_on")).to_contain_text("Sent.")
        page.get_by_role("link", name="Next case").click()
    expect(page.locator(".messagelist")).to_contain_text("That was the last one of this list.")
    assert answered() == TEN


def test_ten_cases_by_keyboard_alone(visit: Visit, ten: list[Case]) -> None:
    page = visit("/")
    page.keyboard.press("q")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")
    page.keyboard.press("j")
    page.keyboard.press("r")
    for subject in TEN:
        expect(page.get_by_role("heading", level=1)).to_have_text(subject)
        if subject != TEN[0]:
            page.keyboard.press("r")
        expect(page.locator("#id_body")).to_be_focused()
        page.keyboard.type("On it.")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("link", name="Next case")).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("That was the last one of this list.")
    assert answered() == TEN


def test_filter_case_and_back(visit: Visit, ten: list[Case]) -> None:
    page = visit("/cases/")
    page.locator("#filter-owner summary").click()
    page.get_by_label("nobody").check()
    page.locator("h1").click()
    expect(page).to_have_url(re.compile(r"owner=-"))
    page.get_by_role("link", name="Case 3").click()
    page.get_by_role("link", name="Cases", exact=True).last.click()
    expect(page).to_have_url(re.compile(r"owner=-"))
    page.get_by_role("link", name="Case 2").click()
    page.go_back()
    expect(page.locator("#filter-owner summary")).to_contain_text("nobody")


def test_selecting_and_setting_a_status_by_keyboard(visit: Visit, ten: list[Case]) -> None:
    page = visit("/cases/")
    for key in "jxjjx":
        page.keyboard.press(key)
    expect(page.locator(".bulk-bar")).to_contain_text("2 selected")
    page.keyboard.press("s")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Status → Working: 2 cases")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("2 cases changed.")
    chosen = Case.objects.filter(status="Working").values_list("subject", flat=True)
    assert set(chosen) == {"Case 1", "Case 3"}


def test_owner_and_priority_are_a_key_away(visit: Visit, ten: list[Case]) -> None:
    page = visit("/cases/")
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.locator("#bulk-priority .menu-body button").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("#bulk-owner").get_by_role("button", name="Me", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 case")


@pytest.mark.parametrize("width", [375, 1440])
def test_a_word_without_end_leaves_the_list_as_wide_as_the_page(
    visit: Visit, ten: list[Case], width: int
) -> None:
    word = "Wasserschaden" * 11
    Account.objects.update(name=word[:150])
    User.objects.update(first_name=word[:140])
    Case.objects.update(subject=word, owner=User.objects.get())
    page = visit("/cases/")
    page.set_viewport_size({"width": width, "height": 900})
    for address in (
        f"/cases/?q={word[:100]}&account={word}",
        "/cases/?show=everything",
        "/",
        f"/cases/{ten[0].number}/",
    ):
        page.goto(page.url.split("/cases/")[0].rstrip("/") + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        frame = "document.querySelector('.cases-frame')"
        assert page.evaluate(f"!{frame} || {frame}.scrollWidth <= {frame}.clientWidth"), address


def test_taking_the_one_at_hand(visit: Visit, agent: User, ten: list[Case]) -> None:
    page = visit("/cases/")
    for key in "jjt":
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Case 2")
    assert Case.objects.get(owner=agent).subject == "Case 2"


def test_rows_wait_until_they_are_asked_for(visit: Visit, agent: User, ten: list[Case], ago: Any) -> None:
    page = visit("/cases/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    change_case(ten[2].pk, fields={"status": "Closed"}, by=agent, now=ago(0))
    make_case("New", account=ten[0].account, now=ago(59.5))
    page.evaluate("htmx.trigger('#list_changes', 'look')")
    offer = page.get_by_role("link", name="2 changes · show")
    expect(offer).to_be_visible()
    assert first_subject(page) == "Case 1"
    offer.click()
    expect(page.locator("[data-show-changes]")).to_have_count(0)
    assert first_subject(page) == "New"
    expect(page.get_by_label(f"Select {Case.objects.get(subject='Case 2').number}")).to_be_checked()


def first_subject(page: Page) -> str:
    return page.locator(".cell-subject a").first.inner_text()


def test_the_badge_grows_without_a_reload(visit: Visit, agent: User, ten: list[Case], ago: Any) -> None:
    page = visit("/cases/")
    Notification.objects.create(user=agent, case=ten[0], text="Late", created_at=ago(0))
    page.evaluate("htmx.trigger('#badge', 'news')")
    expect(page.locator("#badge .count")).to_contain_text("1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["home", "list", "effects"])
def test_axe_finds_nothing_serious(
    visit: Visit, page: Page, agent: User, ten: list[Case], ago: Any, scheme: Any, place: str, tmp_path: Path
) -> None:
    change_case(ten[0].pk, fields={"owner": "amy"}, by=agent, now=ago(0))
    Task.objects.create(case=ten[0], subject="Call", assigned_to=agent, due_at=ago(5), created_at=ago(9))
    Notification.objects.create(user=agent, case=ten[0], text="Late", created_at=ago(1))
    page.emulate_media(color_scheme=scheme)
    if place == "home":
        visit("/")
    else:
        visit("/cases/?priority=Low&priority=nonsense&priority=-")
        for box in page.locator('[name="case"]').all()[:2]:
            box.check()
        page.locator("#filter-row summary").click()
    if place == "effects":
        page.keyboard.press("Escape")
        page.locator("#bulk-status summary").click()
        page.get_by_role("button", name="Closed").click()
    page.wait_for_timeout(300)
    assert serious(page) == []
