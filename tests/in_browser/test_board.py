"""The supervisor's board in a browser: the filter goes along, many cases change with their effect first, it
looks again by itself but not under one's hands, a phone and a wall, axe.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from cases.models import Case, CaseMilestone
from cases.operations import change_case
from entitlements.models import Queue
from tests.factory import first_response, make_case, make_customer, make_process, make_user, resolution
from tests.in_browser.conftest import Visit
from tests.in_browser.test_desk import serious


@pytest.fixture
def horizon(agent: User, ago: Any) -> list[Case]:
    """Two of Motor late, one of Claims late; one of Motor due in 20 minutes and one in 90."""
    Queue.objects.create(name="Motor")
    make_user("bob", first_name="Bob", last_name="Bowles")
    customer = make_customer(make_process("Gold", first_response(120), resolution(480)), name="Acme")
    given = {"Hail": ("Motor", 150), "Theft": ("Motor", 130), "Leak": ("Claims", 140)}
    given |= {"Dent": ("Motor", 100), "Scratch": ("Motor", 30)}
    return [
        make_case(subject, account=customer, priority="Low", queue=queue, now=ago(minutes))
        for subject, (queue, minutes) in given.items()
    ]


def cards(page: Page, lane: str) -> list[str]:
    return page.locator(f'section[aria-labelledby="lane-{lane}"] [data-case-link]').all_inner_texts()


def test_filter_tile_list_case_and_back_keeps_the_filter(visit: Visit, horizon: list[Case]) -> None:
    page = visit("/at-risk/")
    assert cards(page, "late") == ["Hail", "Leak", "Theft"]
    page.locator("#filter-queue summary").click()
    page.get_by_label("Motor").check()
    page.locator("h1").click()
    expect(page).to_have_url(re.compile(r"/at-risk/\?queue=Motor$"))
    assert cards(page, "late") == ["Hail", "Theft"]
    page.locator("#tile-late").click()
    expect(page).to_have_url(re.compile(r"/cases/\?show=late&queue=Motor$"))
    expect(page.locator("[data-case]")).to_have_count(2)
    page.get_by_role("link", name="Theft").click()
    page.get_by_role("link", name="Cases", exact=True).last.click()
    expect(page).to_have_url(re.compile(r"/cases/\?show=late&queue=Motor$"))
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/at-risk/\?queue=Motor$"))
    expect(page.locator("#filter-queue summary")).to_contain_text("Motor")
    page.get_by_role("link", name="Hail").click()
    page.locator(".case-trail").get_by_role("link", name="At risk").click()
    expect(page).to_have_url(re.compile(r"/at-risk/\?queue=Motor$"))


def test_many_are_reassigned_with_the_effect_shown_first(visit: Visit, horizon: list[Case]) -> None:
    page = visit("/at-risk/?queue=Motor")
    for subject in ("Hail", "Theft"):
        page.get_by_label(f"Select {number(subject)}").check()
    expect(page.locator(".bulk-bar")).to_contain_text("2 selected")
    page.locator("#bulk-owner summary").click()
    page.get_by_role("button", name="Bob Bowles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Owner → Bob Bowles: 2 cases")
    expect(page.locator(".effects-sums")).to_contain_text("No milestone moves.")
    assert not Case.objects.filter(owner__isnull=False).exists()
    page.get_by_role("button", name="Change 2 cases").click()
    expect(page).to_have_url(re.compile(r"/at-risk/\?queue=Motor$"))
    expect(page.locator(".messagelist")).to_contain_text("2 cases changed.")
    expect(page.locator("#load")).to_contain_text("Bob Bowles")
    assert set(Case.objects.filter(owner__username="bob").values_list("subject", flat=True)) == {
        "Hail",
        "Theft",
    }


def test_one_is_extended_by_keyboard_and_is_late_no_more(visit: Visit, horizon: list[Case]) -> None:
    page = visit("/at-risk/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="Extend…").press("Enter")
    page.get_by_label("By how much").fill("1h")
    page.get_by_label("Why they are extended").fill("Agreed by phone")
    page.get_by_label("Why they are extended").press("Enter")
    expect(page.locator(".effects-sums")).to_contain_text("1 target comes later")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("1 case changed.")
    assert cards(page, "late") == ["Leak", "Theft"]
    assert "Hail" in cards(page, "within-2h") + cards(page, "within-30m")


def test_it_looks_again_but_not_while_one_chooses(
    visit: Visit, agent: User, horizon: list[Case], ago: Any
) -> None:
    page = visit("/at-risk/")
    expect(page.locator("#tile-late b")).to_have_text("3")
    change_case(horizon[0].pk, fields={"status": "Closed"}, by=agent, now=ago(0))
    page.get_by_label(f"Select {number('Leak')}").check()
    page.evaluate("htmx.trigger('#at_risk', 'look')")
    page.wait_for_timeout(300)
    expect(page.locator("#tile-late b")).to_have_text("3")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("link", name="Theft").focus()
    page.evaluate("htmx.trigger('#at_risk', 'look')")
    expect(page.locator("#tile-late b")).to_have_text("2")
    expect(page.get_by_role("link", name="Theft")).to_be_focused()
    assert cards(page, "late") == ["Leak", "Theft"]


def test_a_card_moves_when_its_target_passes(visit: Visit, horizon: list[Case], ago: Any) -> None:
    """The board knows when: it does not wait for its next look. No engine runs."""
    target = ago(-2 / 60)
    CaseMilestone.objects.filter(case=horizon[3], milestone__name="First Response").update(target_date=target)
    Case.objects.filter(pk=horizon[3].pk).update(next_target=target)
    page = visit("/at-risk/")
    expect(page.locator('section[aria-labelledby="lane-late"]')).to_contain_text("Dent", timeout=12_000)


def test_on_a_phone_the_lanes_stand_side_by_side(visit: Visit, page: Page, horizon: list[Case]) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    visit("/at-risk/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert serious(page) == []


def test_axe_finds_nothing_serious(visit: Visit, page: Page, horizon: list[Case]) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    visit("/at-risk/")
    page.get_by_label(f"Select {number('Leak')}").check()
    assert serious(page) == []
    page.get_by_role("button", name="Extend…").click()
    assert serious(page) == []


def test_a_wall_shows_whole_cards_and_does_not_scroll(visit: Visit, page: Page, horizon: list[Case]) -> None:
    page.set_viewport_size({"width": 1440, "height": 700})
    visit("/at-risk/?queue=Motor")
    page.get_by_role("link", name="Wall screen").click()
    expect(page).to_have_url(re.compile(r"queue=Motor&wall=1$"))
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    expect(page.get_by_role("navigation")).to_have_count(0)
    assert serious(page) == []
    page.evaluate("htmx.trigger('#at_risk', 'look')")
    expect(page.locator("#tile-late b")).to_have_text("2")
    page.get_by_role("link", name="Leave the wall screen").click()
    expect(page).to_have_url(re.compile(r"/at-risk/\?queue=Motor$"))


def number(subject: str) -> str:
    return Case.objects.get(subject=subject).number
