"""Saved reports in a browser: saved from a report, mailed, opened again; axe there and on Export."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from cases.models import SavedReport
from cases.operations.mail_reports import mail_next
from tests.in_browser.conftest import Visit
from tests.in_browser.test_desk import serious


def test_saved_mailed_and_opened_again(visit: Visit) -> None:
    page = visit("/reports/compliance/?by=queue&period=7d")
    page.locator("#save-report summary").click()
    page.get_by_label("Save what is shown as").fill("By queue")
    page.get_by_role("button", name="Save report").click()
    page.get_by_label("To, one address a line").fill("lead@example.com\nboard@example.com")
    page.get_by_label("How often").select_option("Every week")
    page.get_by_role("button", name="Mail it from now on").click()
    expect(page.locator("#mail-title + .panel-body")).to_contain_text("Every week at 07:00")
    page.get_by_role("link", name="Open the report").click()
    expect(page.get_by_label("By", exact=True)).to_have_value("queue")
    assert "period=7d" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_overflows(
    visit: Visit, page: Page, agent: User, ago: Any, scheme: Any
) -> None:
    saved = SavedReport.objects.create(
        owner=agent,
        name="By queue",
        report="compliance",
        rhythm="daily",
        at=ago(0).time(),
        recipients=["lead@example.com"],
        next_at=ago(0),
    )
    mail_next(ago(0))
    page.emulate_media(color_scheme=scheme)
    for address in ("/reports/saved/", f"/reports/saved/{saved.pk}/", "/reports/export/"):
        visit(address)
        assert serious(page) == []
        page.set_viewport_size({"width": 375, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        page.set_viewport_size({"width": 1440, "height": 900})
