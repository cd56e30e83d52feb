"""The configuration is taken out, changed, planned and applied; a version is tried and replayed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cases.models import Case
from cases.operations import reply_to_case
from entitlements.models import ProcessVersion
from tests.factory import (
    first_response,
    make_case,
    make_customer,
    make_process,
    make_user,
    resolution,
    warning,
)
from tests.in_browser.conftest import Visit


@pytest.fixture
def case(agent: Any, ago: Any) -> Case:
    process = make_process("Premium", first_response(60, triggers=[warning(75)]), resolution(480))
    case = make_case(now=ago(120), account=make_customer(process))
    reply_to_case(case.pk, body="Yes.", by=make_user("bob"), now=ago(80))
    return case


def serious(page: Page) -> list[str]:
    """What axe finds serious on the page."""
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_a_configuration_goes_out_and_comes_back_changed(visit: Visit, case: Case, tmp_path: Path) -> None:
    page = visit("/setup/configuration/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export", exact=True).click()
    file = tmp_path / "servicedesk.yaml"
    download.value.save_as(file)
    assert serious(page) == []
    file.write_text(file.read_text().replace("minutes: 480", "minutes: 90"))
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check and plan").click()
    expect(page.get_by_text("480 → 90")).to_be_visible()
    expect(page.get_by_role("cell", name="Earlier, late at once")).to_be_visible()
    assert serious(page) == []
    page.get_by_label("Why").fill("The new contract")
    page.get_by_label("Open cases too").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Premium v2 is published")).to_be_visible()
    expect(page.get_by_text("1 open cases moved")).to_be_visible()


def test_a_mistake_stands_at_its_line(visit: Visit, case: Case, complaints: list[str]) -> None:
    page = visit("/setup/configuration/")
    page.get_by_label("Or its text").fill("milestones:\n  - {nam: First Response}\n")
    page.get_by_role("button", name="Check and plan").click()
    expect(page.locator(".mistakes li").last).to_contain_text("Line 2")
    expect(page.get_by_label("Or its text")).to_have_value("milestones:\n  - {nam: First Response}\n")
    assert serious(page) == []
    assert [text for text in complaints if "422" not in text] == []
    complaints.clear()


def test_a_version_is_tried_on_a_case_and_on_a_sample(visit: Visit, case: Case) -> None:
    version = ProcessVersion.objects.get()
    page = visit(f"/setup/entitlements/processversion/{version.pk}/change/")
    page.get_by_role("link", name="Try on a case").click()
    page.get_by_label("Case number").fill(case.number)
    page.get_by_role("button", name="Try on this case").click()
    expect(page.locator("table.trial tbody tr")).to_have_count(2)
    expect(page.locator("svg.axis rect.lane")).to_have_count(2)
    assert serious(page) == []
    page.get_by_label("Created").fill(f"{datetime(2026, 3, 2, 9):%Y-%m-%dT%H:%M}")
    page.get_by_label("1: At").fill("2026-03-02T11:00")
    page.get_by_label("1: What").select_option("Agent replies")
    page.get_by_role("button", name="Try the sample").click()
    expect(page.locator("table.trial tbody tr").first).to_contain_text("late by 1 h")


def test_a_version_is_replayed(visit: Visit, case: Case) -> None:
    version = ProcessVersion.objects.get()
    version.rows.filter(milestone__name="First Response").update(minutes=30)
    page = visit(f"/setup/entitlements/processversion/{version.pk}/replay/")
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("1 from met to missed")).to_be_visible()
    expect(page.get_by_role("link", name=case.number)).to_be_visible()
    assert serious(page) == []
