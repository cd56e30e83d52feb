"""From an empty desk to a working Premium process, tried on a sample case: by mouse, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from entitlements.models import ProcessVersion, Trigger
from tests.factory import make_user
from tests.in_browser.conftest import log_in
from tests.in_browser.hands import Hand, Keyboard, Mouse

MILESTONES = (
    ("First Response", "No Recurrence", "1h", "A public reply by an agent"),
    ("Customer Update", "Sequential", "1d", "Only by hand"),
    ("Resolution", "No Recurrence", "2d", "The case is closed"),
)


@pytest.fixture
def home(page: Page, context: BrowserContext, live_server: LiveServer, complaints: list[str]) -> Page:
    """Setup of a desk on which nothing has been configured."""
    user = make_user("amy", "Administrators", is_staff=True)
    log_in(context, user, live_server)
    page.set_default_timeout(10_000)
    page.goto(f"{live_server.url}/setup/")
    expect(page.get_by_text("There are no milestones")).to_be_visible()
    return page


@pytest.mark.parametrize("hand_of", [Mouse, Keyboard])
def test_a_premium_process_is_set_up_tried_and_published(home: Page, hand_of: type[Mouse | Keyboard]) -> None:
    hand: Hand = hand_of(home)
    statuses(hand)
    business_hours(hand)
    milestones(hand)
    process(hand)
    for name, _, target, completion in MILESTONES:
        place(hand, name, target, completion)
    try_it(hand)
    publish(hand)
    published = ProcessVersion.objects.get(state="published")
    rows = [(row.milestone.name, row.minutes, row.completed_by) for row in published.rows.all()]
    assert rows == [
        ("First Response", 60, "agent_reply"),
        ("Customer Update", 24 * 60, "manual"),
        ("Resolution", 48 * 60, "case_closed"),
    ]
    assert Trigger.objects.filter(row__version=published, actions__kind="notify").count() == 6
    assert published.business_hours is not None


def statuses(hand: Hand) -> None:
    for name, box in (("New", "Default"), ("Closed", "Closed")):
        hand.go("Statuses")
        hand.press("New Status")
        hand.write("Name:", name)
        hand.tick(box)
        hand.press("Save")


def business_hours(hand: Hand) -> None:
    hand.go("Business Hours")
    hand.press("New Business Hours")
    hand.write("Name:", "Office")
    hand.write("Time zone:", "Europe/Berlin")
    hand.write("Friday", "09:00-15:00")
    hand.tick("Default")
    hand.press("Save")
    expect(hand.page.get_by_text("Office", exact=True).first).to_be_visible()


def milestones(hand: Hand) -> None:
    for name, recurrence, _, _ in MILESTONES:
        hand.go("Milestones")
        hand.press("New Milestone")
        hand.write("Name:", name)
        hand.tick(recurrence)
        hand.press("Save")


def process(hand: Hand) -> None:
    hand.go("Entitlement Processes")
    hand.press("New Entitlement Process")
    hand.write("Name:", "Premium")
    hand.press("Save")
    hand.choose("Hours:", "These business hours")
    hand.choose("Business hours:", "Office")
    hand.press("Save")
    hand.press("Version 1")


def place(hand: Hand, name: str, target: str, completion: str) -> None:
    """One milestone of the process, with a warning and a violation; then back to the version."""
    hand.press("New Milestone")
    hand.choose("Milestone:", name)
    hand.write("Time trigger:", target)
    hand.tick(completion)
    hand.press("Save")
    for kind in ("Warning", "Violation"):
        hand.press(f"New {kind}")
        if kind == "Warning":
            hand.write("Or at % of the time:", "75")
        hand.choose("Kind:", "In-app notification")
        hand.tick("The case's owner")
        hand.press("Save")
    hand.press("Version 1")


def try_it(hand: Hand) -> None:
    hand.press("Try on a case")
    hand.press("Try the sample")
    for name, *_ in MILESTONES:
        expect(hand.page.locator("#main").get_by_text(name).first).to_be_visible()
    hand.press("Version 1")


def publish(hand: Hand) -> None:
    hand.press("Publish…")
    hand.write("Why", "The first one")
    hand.press("Publish version 1")
    expect(hand.page.locator(".state-published").first).to_be_visible()
