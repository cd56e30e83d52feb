"""The process editor in a real browser: order by dragging and by keyboard, criteria, the live example."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from entitlements.models import ProcessVersion
from tests.factory import first_response, make_account, make_process, resolution, violation, warning
from tests.in_browser.conftest import Visit


@pytest.fixture
def version(agent: object) -> ProcessVersion:
    make_account(tier="Gold")
    high = first_response(30, when='case.priority == "High"', triggers=[warning(75), violation(30)])
    return make_process("Premium", high, first_response(240), resolution(), published=False).versions.get()


def names(version: ProcessVersion) -> list[str]:
    return [f"{row.milestone} {row.minutes}" for row in version.rows.select_related("milestone")]


def serious(page: Page) -> list[str]:
    """Without its look into imported style sheets, for which it would need an inline style."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


class TestTheOrderOfMilestones:
    @pytest.fixture
    def page_of_version(self, visit: Visit, version: ProcessVersion) -> Page:
        return visit(f"/setup/entitlements/processversion/{version.pk}/change/")

    def test_is_changed_by_dragging(self, page_of_version: Page, version: ProcessVersion) -> None:
        rows = page_of_version.locator("[data-ordered-by] > tr")
        with page_of_version.expect_navigation():
            rows.nth(2).locator(".drag-handle").drag_to(rows.nth(0), target_position={"x": 40, "y": 3})
        expect(rows.first).to_contain_text("Resolution")
        assert names(version) == ["Resolution 480", "First Response 30", "First Response 240"]

    def test_is_changed_by_keyboard_and_keeps_the_focus(
        self, page_of_version: Page, version: ProcessVersion
    ) -> None:
        last = version.rows.last()
        assert last is not None
        page_of_version.locator(f"#up-{last.pk}").focus()
        page_of_version.keyboard.press("Enter")
        expect(page_of_version.locator("#order-said")).to_have_text("Now 2 of 3")
        expect(page_of_version.locator(f"#up-{last.pk}")).to_be_focused()
        page_of_version.keyboard.press("Enter")
        expect(page_of_version.locator(f"#down-{last.pk}")).to_be_focused()
        expect(page_of_version.locator("#order-said")).to_have_text("Now 1 of 3")
        assert names(version)[0] == "Resolution 480"
        assert serious(page_of_version) == []


class TestTheFormOfAMilestone:
    @pytest.fixture
    def form(self, visit: Visit, version: ProcessVersion) -> Page:
        return visit(f"/setup/entitlements/processmilestone/{version.rows.all()[0].pk}/change/")

    def test_takes_criteria_as_rows(self, form: Page, version: ProcessVersion) -> None:
        expect(form.get_by_label("Criteria, row 1: value")).to_have_value("High")
        form.get_by_role("button", name="Add a row to Criteria").click()
        form.get_by_label("Criteria, row 2: field").select_option("account.tier")
        form.get_by_label("Criteria, row 2: how it compares").select_option("one_of")
        form.get_by_label("Gold").check()
        form.get_by_label("Holds when").first.select_option("any")
        expect(form.locator("#criteria-when .criteria-count")).to_contain_text("Matches 0 of 0 open cases")
        assert serious(form) == []
        form.get_by_role("button", name="Write Criteria as an expression").click()
        written = form.get_by_label("Criteria: expression")
        expect(written).to_have_value('case.priority == "High" || account.tier in ["Gold"]')
        written.fill('case.prority == "High"')
        expect(form.locator("#criteria-when mark")).to_have_text("case.prority")
        expect(form.locator("#live-example")).to_contain_text("did you mean")
        written.fill("!case.is_closed")
        expect(form.locator("#criteria-when .criteria-count")).to_contain_text("Matches")
        expect(form.locator("#live-example")).to_contain_text("Friday 16:45")
        form.get_by_role("button", name="Save", exact=True).last.click()
        expect(form.locator("h1")).to_have_text("Premium, version 1")
        assert version.rows.all()[0].when == "!case.is_closed"

    def test_shows_a_live_example_while_typing(self, form: Page) -> None:
        example = form.locator("#live-example")
        form.get_by_label("Time trigger").fill("1d 4h")
        expect(example).to_contain_text("1d 4h on the clock on the wall")
        friday = example.get_by_role("region", name="Friday 16:45")
        expect(friday.locator(".live-target")).to_contain_text("Sat")
        form.get_by_label("Time trigger").fill("soon")
        expect(example).to_contain_text("“soon” is not a duration")
        expect(form.get_by_label("Time trigger")).to_be_focused()
        form.get_by_label("Time trigger").fill("45m")
        example.get_by_label("Priority").select_option("Low")
        expect(example).to_contain_text("Its criteria do not hold for such a case: tier 2 is taken")
        expect(example.get_by_label("Priority")).to_have_value("Low")

    def test_works_without_script(self, form: Page, context: BrowserContext, version: ProcessVersion) -> None:
        browser = context.browser
        assert browser is not None
        plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
        page = plain.new_page()
        page.goto(form.url)
        expect(page.locator("#live-example")).to_contain_text("Friday 16:45")
        page.get_by_role("button", name="Add a row to Criteria").click()
        page.get_by_label("Criteria, row 2: field").select_option("case.is_escalated")
        page.get_by_role("button", name="Update the rows").first.click()
        page.get_by_label("Criteria, row 2: value").select_option("no")
        page.get_by_role("button", name="Save", exact=True).last.click()
        assert version.rows.all()[0].when == 'case.priority == "High" && !case.is_escalated'
        plain.close()


def test_a_trigger_shows_what_its_kind_has(visit: Visit, version: ProcessVersion) -> None:
    page = visit(f"/setup/entitlements/trigger/add/?row={version.rows.all()[0].pk}&kind=warning")
    percent = page.get_by_label("Or at % of the time")
    expect(percent).to_be_visible()
    page.get_by_role("radio", name="Violation").check()
    expect(percent).to_be_hidden()
    page.locator("#id_actions-0-kind").select_option("notify")
    page.locator("#id_actions-0-notify_to_owner").check()
    assert serious(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("In-app notification to owner")).to_be_visible()
