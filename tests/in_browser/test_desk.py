"""The desk by mouse and keyboard: nothing reloads, nothing overflows, axe finds nothing serious."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from cases import operations
from cases.engine.due import tick
from cases.models import Case, Notification, Task
from tests.factory import (
    first_response,
    make_account,
    make_case,
    make_contact,
    make_customer,
    make_process,
    resolution,
    violation,
    warning,
)
from tests.in_browser.conftest import Visit, of_case

PAGES = [
    "/",
    "/cases/",
    "/cases/?show=everything",
    "/at-risk/",
    "/cases/new/",
    "/notifications/",
    "case",
    "stopped case",
    "none",
]


@pytest.fixture
def cases(agent: User, ago: Any) -> dict[str, Case]:
    """One of everything that a page can show."""
    triggers = [warning(50, 0, {"kind": "notify", "to": ["owner"]}), violation(0, {"kind": "escalate"})]
    process = make_process("Gold", first_response(60, triggers=triggers), resolution(480))
    acme = make_customer(process, name="Acme")
    contact = make_contact(acme)
    full = make_case(
        "Burst pipe", account=acme, contact=contact, description="Help!", owner=agent, now=ago(61)
    )
    tick(ago(0), 50)
    operations.receive_customer_message(full.pk, body="Hello?", contact=contact, now=ago(0))
    operations.add_note(full.pk, body="Angry", by=agent, now=ago(0))
    operations.reply_to_case(full.pk, body="Coming", by=agent, now=ago(0))
    Task.objects.create(case=full, subject="Call back", assigned_to=agent, created_at=ago(1))
    Notification.objects.create(user=agent, case=full, text="C-1 is late", created_at=ago(1))
    for minutes in (5, 35, 50, 70):
        make_case(f"Case of {minutes} minutes", account=acme, now=ago(minutes))
    stopped = make_case("Stopped", account=acme, now=ago(10))
    operations.stop_case(stopped.pk, reason="Waiting", by=agent, now=ago(5))
    return {"case": full, "stopped case": stopped, "none": make_case(account=make_account(), now=ago(1))}


def address(name: str, cases: dict[str, Case]) -> str:
    return of_case(cases[name]) if name in cases else name


def test_log_in(page: Page, agent: User, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/")
    page.get_by_label("Username").fill("amy")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("Please enter a correct username and password")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="My work", exact=True)).to_be_visible()


def test_a_reply_turns_first_response_green_without_a_reload(visit: Visit, ago: Any) -> None:
    page = visit(of_case(make_case(now=ago(10))))
    page.evaluate("window.stillHere = true")
    page.locator("#id_body").fill("We are on our way.")
    page.get_by_role("button", name="Send").click()
    milestone = page.locator('.milestone[data-milestone="First Response"]')
    expect(milestone).to_have_attribute("data-level", "met")
    expect(milestone).to_contain_text("Met")
    expect(page.locator("#thread")).to_contain_text("We are on our way.")
    expect(page.locator("#timeline")).to_contain_text("First Response: completed")
    expect(page.locator("#id_body")).to_have_value("")
    assert page.evaluate("window.stillHere") is True


def test_a_refused_message_stays_in_the_form(visit: Visit, ago: Any, complaints: list[str]) -> None:
    page = visit(of_case(make_case(now=ago(10))))
    page.locator("#id_body").fill("See the file")
    empty = FilePayload(name="empty.txt", mimeType="text/plain", buffer=b"")
    page.locator("#id_attachments").set_input_files(files=[empty])
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#composer")).to_contain_text("empty")
    expect(page.locator("#id_body")).to_have_value("See the file")
    # The browser itself reports the status of the answer.
    assert all("status of 4" in one for one in complaints)
    complaints.clear()


def test_a_change_of_details_shows_everywhere(visit: Visit, ago: Any) -> None:
    page = visit(of_case(make_case(now=ago(10))))
    page.get_by_label("Priority").select_option("High")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#head .case-tags")).to_contain_text("High")
    expect(page.locator("#timeline")).to_contain_text("Priority: — → High")


def test_a_list_is_worked_by_keyboard(visit: Visit, cases: dict[str, Case]) -> None:
    page = visit("/cases/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#tracker")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type("by keyboard")
    expect(page.locator("#id_body")).to_have_value("by keyboard")


def test_the_entitlement_appears_while_typing(visit: Visit, cases: dict[str, Case]) -> None:
    page = visit("/cases/new/")
    page.get_by_role("combobox", name="Account").press_sequentially("Acme")
    expect(page.locator("#intake")).to_contain_text("Acme Gold")


def test_the_viewers_time_zone_is_used(browser: Any, agent: User, live_server: LiveServer) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto(f"{live_server.url}/login/")
    page.get_by_label("Username").fill("amy")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#footer")).to_contain_text("Times in Asia/Tokyo")
    context.close()


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_window(
    visit: Visit, cases: dict[str, Case], name: str, width: int
) -> None:
    page = visit(address(name, cases))
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(
    visit: Visit, page: Page, cases: dict[str, Case], name: str, scheme: Any, tmp_path: Path
) -> None:
    page.emulate_media(color_scheme=scheme)
    visit(address(name, cases))
    page.wait_for_timeout(600)
    assert serious(page) == []


def test_axe_finds_nothing_serious_at_the_door(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/login/")
    assert serious(page) == []


def serious(page: Page) -> list[str]:
    """What axe calls serious or critical, with where it is."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
