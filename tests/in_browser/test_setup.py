"""Setup in a real browser: Quick Find by keyboard, the form of an action, pages that it accepts."""

from __future__ import annotations

import pytest
from django.contrib import admin
from playwright.sync_api import Page, expect

from tests.factory import make_process
from tests.in_browser.conftest import Visit

BELOW = ("processversion", "processmilestone", "trigger")


class TestQuickFind:
    def test_jumps_to_a_page_by_its_name(self, visit: Visit) -> None:
        page = visit("/setup/")
        page.keyboard.press("/")
        page.keyboard.type("mil")
        expect(page.locator("#setup-tree li:visible")).to_have_text(["Milestones"])
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Milestones")

    def test_chooses_with_the_arrows(self, visit: Visit) -> None:
        page = visit("/setup/entitlements/milestone/")
        page.locator("#quick-find-box").fill("ent")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Entitlement Templates")

    def test_says_when_nothing_fits_and_shows_everything_again(self, visit: Visit) -> None:
        page = visit("/setup/")
        page.locator("#quick-find-box").fill("zzz")
        expect(page.locator(".nothing-found")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#setup-tree li:visible").first).to_have_text("Milestones")

    def test_leaves_a_slash_alone_that_is_written_into_a_field(self, visit: Visit) -> None:
        page = visit("/setup/entitlements/milestone/add/")
        page.locator("#id_name").press_sequentially("24/7")
        expect(page.locator("#id_name")).to_have_value("24/7")


class TestTheFormOfAnAction:
    @pytest.fixture
    def trigger_page(self, visit: Visit) -> Page:
        row = make_process("Premium", published=False).versions.get().rows.all()[0]
        return visit(f"/setup/entitlements/trigger/add/?row={row.pk}&kind=violation")

    def test_has_the_fields_of_its_kind(self, trigger_page: Page) -> None:
        trigger_page.locator("#id_actions-0-kind").select_option("task")
        expect(trigger_page.locator("#id_actions-0-subject")).to_be_visible()
        expect(trigger_page.locator("#id_actions-0-email_to")).to_be_hidden()
        trigger_page.locator("#id_actions-0-kind").select_option("email")
        expect(trigger_page.locator("#id_actions-0-email_to")).to_be_visible()

    def test_can_be_added_again_and_is_saved(self, trigger_page: Page) -> None:
        trigger_page.locator("#id_actions-0-kind").select_option("escalate")
        trigger_page.get_by_text("Add another Action").click()
        trigger_page.locator("#id_actions-1-kind").select_option("notify")
        trigger_page.locator("#id_actions-1-notify_to_owner").check()
        trigger_page.get_by_role("button", name="Save", exact=True).click()
        expect(trigger_page.get_by_text("Escalation to level 1")).to_be_visible()
        expect(trigger_page.get_by_text("In-app notification to owner")).to_be_visible()


def test_every_page_is_one_that_the_browser_accepts(visit: Visit) -> None:
    version = make_process("Premium", published=False).versions.get()
    row = version.rows.all()[0]
    for model in admin.site._registry:
        if model._meta.model_name not in BELOW:
            visit(f"/setup/{model._meta.app_label}/{model._meta.model_name}/")
    for address in (
        "milestone/add/",
        "businesshours/add/",
        "entitlement/add/",
        f"entitlementprocess/{version.process_id}/change/",
        f"processversion/{version.pk}/change/",
        f"processversion/{version.pk}/publish/",
        f"processmilestone/{row.pk}/change/",
    ):
        visit(f"/setup/entitlements/{address}")
