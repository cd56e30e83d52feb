"""Reports in a real browser: charts are drawn, a number opens its milestones, and everybody can use it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cases.models import Case
from cases.operations import reply_to_case
from tests.factory import first_response, make_case, make_customer, make_process
from tests.in_browser.conftest import Visit

REPORTS = ("/reports/", "/reports/compliance/", "/reports/trend/", "/reports/hours/", "/reports/target-used/")
# Whether anything stands on the canvas, and whether it is more than one colour.
DRAWN = """canvas => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3]) colours.add(`${data[at]},${data[at + 1]}`);
  return colours.size;
}"""


@pytest.fixture
def late(agent: Any, ago: Callable[[float], datetime]) -> Case:
    """Two First Responses of Acme: one was met, one is late."""
    acme = make_customer(make_process("Gold", first_response(60)), name="Acme")
    met = make_case("Broken tile", account=acme, owner=agent, priority="High", now=ago(100))
    reply_to_case(met.pk, body="Yes.", by=agent, now=ago(90))
    return make_case("Burst pipe", account=acme, owner=agent, priority="Low", now=ago(90))


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_a_number_opens_its_milestones_and_the_way_back_keeps_what_was_asked(
    visit: Visit, late: Case
) -> None:
    page = visit("/reports/")
    page.get_by_role("link", name="Compliance by priority").click()
    expect(page.locator("#table-compliance")).to_have_text("Compliance by priority")
    page.locator("#filter-milestone summary").click()
    page.get_by_label("First Response").check()
    page.get_by_role("button", name="Show", exact=True).click()
    row = page.locator("tbody tr", has_text="Low")
    row.get_by_role("link", name="1", exact=True).click()
    expect(page.locator("h1")).to_have_text("1 milestone")
    expect(page.locator(".opened tbody")).to_contain_text("Open, late")
    page.get_by_role("link", name=late.number).click()
    expect(page.locator("h1")).to_contain_text("Burst pipe")
    page.go_back()
    page.locator(".case-trail").get_by_role("link", name="Compliance").click()
    expect(page.locator("#option-by")).to_have_value("priority")
    expect(page.locator("#filter-milestone summary")).to_contain_text("1")


def test_charts_are_drawn_anew_in_the_dark(visit: Visit, late: Case) -> None:
    page = visit("/reports/compliance/")
    canvas = page.locator("canvas")
    assert canvas.evaluate(DRAWN) > 2
    light = canvas.screenshot()
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".chart")).to_be_visible()
    assert canvas.screenshot() != light


def test_days_of_ones_own_and_a_named_period_put_each_other_aside(visit: Visit, late: Case) -> None:
    page = visit("/reports/compliance/")
    page.get_by_label("From", exact=True).fill("2026-03-01")
    expect(page.get_by_label("Period", exact=True)).to_have_value("")
    page.get_by_label("Period", exact=True).select_option("90d")
    expect(page.get_by_label("From", exact=True)).to_have_value("")


@pytest.mark.parametrize("address", [*REPORTS, "/reports/compliance/opened/", "/reports/estimates/"])
def test_it_can_be_used_by_everybody(visit: Visit, late: Case, address: str) -> None:
    page = visit(address)
    assert serious(page) == []
    page.set_viewport_size({"width": 375, "height": 800})
    expect(page.locator("html")).to_have_js_property("scrollWidth", 375)
