"""Business hours in a real browser: the week by dragging, and by keyboard alone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from entitlements.models import BusinessHours
from tests.factory import make_hours
from tests.in_browser.conftest import Visit

NEW = "/setup/entitlements/businesshours/add/"


def serious(page: Page) -> list[str]:
    """Without axe's copies of style sheets, which are inline styles that the page forbids."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def field(page: Page, day: str) -> Locator:
    return page.get_by_role("textbox", name=day)


def track(page: Page, day: str) -> Locator:
    return page.locator(".week-day", has=page.get_by_role("textbox", name=day)).locator(".week-track")


def drag(page: Page, start: tuple[str, int], end: tuple[str, int]) -> None:
    """From an hour of one day to that of another, with the mouse."""
    places = []
    for day, hour in (start, end):
        box = track(page, day).bounding_box()
        assert box is not None
        places.append((box["x"] + box["width"] * hour / 24, box["y"] + box["height"] / 2))
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


def said(hours: BusinessHours) -> dict[int, list[str]]:
    week: dict[int, list[str]] = {}
    for window in hours.windows.all():
        week.setdefault(window.weekday, []).append(f"{window.opens_at:%H:%M}–{window.closes_at:%H:%M}")
    return week


class TestTheWeek:
    @pytest.fixture
    def page_of_new(self, visit: Visit) -> Page:
        page = visit(NEW)
        page.get_by_role("textbox", name="Name:").fill("Office")
        page.get_by_label("Time zone").fill("Europe/Berlin")
        return page

    def test_is_dragged_open_moved_and_over_midnight(self, page_of_new: Page) -> None:
        page = page_of_new
        field(page, "Saturday").scroll_into_view_if_needed()
        drag(page, ("Saturday", 10), ("Saturday", 14))
        expect(field(page, "Saturday")).to_have_value("10:00-14:00")
        drag(page, ("Saturday", 16), ("Saturday", 18))
        expect(field(page, "Saturday")).to_have_value("10:00-14:00, 16:00-18:00")
        drag(page, ("Monday", 12), ("Monday", 13))
        expect(field(page, "Monday")).to_have_value("10:00-18:00")
        drag(page, ("Tuesday", 20), ("Wednesday", 2))
        expect(field(page, "Tuesday")).to_have_value("09:00-17:00, 20:00-02:00")
        track(page, "Thursday").locator(".week-block").hover()
        track(page, "Thursday").locator(".week-remove").click()
        expect(field(page, "Thursday")).to_have_value("")
        expect(page.locator("#weeks")).to_contain_text("16:00–18:00")
        assert serious(page) == []
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("was added successfully")).to_be_visible()
        assert said(BusinessHours.objects.get()) == {
            0: ["10:00–18:00"],
            1: ["09:00–17:00", "20:00–02:00"],
            2: ["09:00–17:00"],
            4: ["09:00–17:00"],
            5: ["10:00–14:00", "16:00–18:00"],
        }

    def test_is_typed_and_copied_by_keyboard_alone(self, page_of_new: Page) -> None:
        page, keys = page_of_new, page_of_new.keyboard
        field(page, "Monday").focus()
        keys.press("ControlOrMeta+a")
        keys.type("9-13, 14:00-18:00")
        keys.press("End")
        keys.press("ArrowUp")
        expect(field(page, "Monday")).to_have_value("9-13, 14:00-18:15")
        keys.press("Shift+ArrowUp")
        keys.press("Tab")
        keys.press("Enter")
        expect(page.get_by_role("dialog", name="Copy Monday to")).to_be_visible()
        keys.press("Space")  # Tuesday, the first that can be chosen, was ticked.
        for _ in range(6):
            keys.press("Tab")
        keys.press("Enter")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(field(page, "Tuesday")).to_have_value("09:00-17:00")
        expect(field(page, "Friday")).to_have_value("9-13, 14:00-19:15")
        field(page, "Tuesday").focus()
        keys.press("Enter")
        expect(page.get_by_text("was added successfully")).to_be_visible()
        week = said(BusinessHours.objects.get())
        assert week[0] == week[2] == week[3] == week[4] == ["09:00–13:00", "14:00–19:15"]
        assert week[1] == ["09:00–17:00"]

    def test_offers_the_regions_of_a_country_and_their_days(self, page_of_new: Page) -> None:
        page = page_of_new
        page.get_by_label("Public holidays of").select_option("Germany")
        page.get_by_label("Region").select_option("Bayern (BY)")
        expect(page.locator(".coming")).to_contain_text("Epiphany")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("was added successfully")).to_be_visible()
        assert BusinessHours.objects.get().public_holidays == "DE-BY"


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(visit: Visit) -> None:
    make_hours()
    page = visit("/setup/entitlements/holiday/import/")
    page.get_by_label("Calendar file").set_input_files(
        {"name": "a.ics", "mimeType": "text/calendar", "buffer": b"x" * 600_000}
    )
    assert page.locator("#id_file").evaluate("field => field.validationMessage") == (
        "This file is larger than 500 kB."
    )
