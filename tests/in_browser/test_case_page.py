"""The page of a case by keyboard, with two agents on it, and without script."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from cases import operations
from cases.models import Case, Draft, Message, Task
from entitlements.models import CannedReply
from tests.factory import make_case, make_contact, make_customer, make_user
from tests.in_browser.conftest import Visit, log_in, of_case
from tests.in_browser.test_desk import serious


@pytest.fixture
def case(agent: User, ago: Any) -> Case:
    account = make_customer(name="Acme")
    CannedReply.objects.create(
        name="Ask for photographs", keywords="pictures", body="Dear {{contact.first_name}}, two photographs."
    )
    return make_case("Burst pipe", account=account, contact=make_contact(account), now=ago(10))


def test_a_reply_by_keyboard_from_a_canned_one_survives_a_crash(visit: Visit, case: Case) -> None:
    page = visit(of_case(case))
    page.keyboard.press("r")
    page.keyboard.type("/pict")
    expect(page.get_by_role("option", name="Ask for photographs")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#id_body")).to_have_value("Dear Ada, two photographs.")
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    visit(of_case(case))
    expect(page.locator("#id_body")).to_have_value("Dear Ada, two photographs.")
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("Dear Ada, two photographs.")
    expect(page.locator("#id_body")).to_have_value("")
    assert Message.objects.get().kind == "reply" and not Draft.objects.exists()


def test_keys_lead_to_what_they_name(visit: Visit, case: Case) -> None:
    page = visit(of_case(case))
    for key, field in {"s": "#details_status", "g": "#task_subject", "l": "#link_other"}.items():
        page.keyboard.press(key)
        expect(page.locator(field)).to_be_focused()
        page.locator(field).blur()
    page.keyboard.press("n")
    expect(page.get_by_role("button", name="Add note", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.locator("#head")).to_contain_text("OwnerAmy")
    expect(page.get_by_role("button", name="Take it")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("take the case")


def test_two_agents_on_one_case(
    visit: Visit, case: Case, browser: Browser, live_server: LiveServer, complaints: list[str]
) -> None:
    """Each sees that the other writes; the second reads the first's reply before sending the own one."""
    page = visit(of_case(case))
    context = browser.new_context()
    log_in(context, make_user("bob", first_name="Bob"), live_server)
    bobs = context.new_page()
    bobs.goto(f"{live_server.url}{of_case(case)}")
    bobs.locator("#id_body").press_sequentially("I do it")
    expect(bobs.locator("#draft-state")).to_contain_text("Draft saved")
    page.locator("#id_body").press_sequentially("Me too")
    expect(page.locator("#writing")).to_have_text("Bob is writing a reply.")
    bobs.keyboard.press("Control+Enter")
    expect(bobs.locator("#thread")).to_contain_text("I do it")
    context.close()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer-said")).to_contain_text("Bob wrote while you were writing")
    expect(page.locator("#thread")).to_contain_text("I do it")
    expect(page.locator("#id_body")).to_have_value("Me too")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("Me too")
    complaints[:] = [one for one in complaints if "409" not in one]


def test_everything_works_without_script(
    browser: Browser, agent: User, case: Case, live_server: LiveServer, ago: Any
) -> None:
    other = make_case("Pipe again", account=case.account, now=ago(5))
    context = browser.new_context(java_script_enabled=False)
    log_in(context, agent, live_server)
    page = context.new_page()
    page.goto(f"{live_server.url}{of_case(case)}")
    page.get_by_role("button", name="Take it").click()
    page.locator("#canned summary").click()
    page.get_by_role("button", name="Ask for photographs").click()
    expect(page.locator("#id_body")).to_have_value("Dear Ada, two photographs.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("Dear Ada, two photographs.")
    page.locator("#send-and summary").click()
    page.locator("#send-and button[value='Waiting on Customer']").click()
    expect(page.locator("#thread")).to_contain_text("Dear Ada, two photographs.")
    page.locator("#add-task summary").click()
    page.get_by_label("What is to be done").fill("Call back")
    page.get_by_role("button", name="Add task").click()
    page.locator("#tasks").get_by_role("button", name="Done").click()
    page.locator("#add-link summary").click()
    page.locator("#link_other").fill(other.number)
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("#related")).to_contain_text("Pipe again")
    page.locator("#head a.change").click()
    page.locator("[name=to][value=none]").check()
    page.get_by_role("button", name="Show what changes").click()
    page.get_by_role("button", name="Change entitlement").click()
    page.locator("#timeline").get_by_role("link", name="Changes").click()
    expect(page.locator("#timeline")).to_contain_text("Task done: Call back")
    context.close()
    case.refresh_from_db()
    assert (case.owner, case.status_id, case.entitlement) == (agent, "Waiting on Customer", None)
    assert Task.objects.get().done_at


def test_an_account_is_chosen_by_keyboard(visit: Visit, case: Case) -> None:
    page = visit("/cases/new/")
    account = page.get_by_role("combobox", name="Account")
    account.press_sequentially("ac")
    expect(page.get_by_role("option", name="Acme")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(account).to_have_value("Acme")
    expect(page.locator("#intake")).to_contain_text("First Response")
    page.locator("#id_subject").fill("Burst pipe again")
    expect(page.locator("#intake")).to_contain_text("Is it one of these?")
    assert serious(page) == []


@pytest.mark.parametrize("part", ["merge/?into=", "entitlement/?to=none"])
def test_axe_finds_nothing_serious(visit: Visit, case: Case, page: Page, ago: Any, part: str) -> None:
    other = make_case("Pipe again", account=case.account, now=ago(5))
    operations.add_note(other.pk, body="Hello", by=User.objects.get(), now=ago(4))
    visit(f"{of_case(case)}{part}{other.number if 'into' in part else ''}")
    assert serious(page) == []


def test_news_replace_every_panel_in_which_nothing_is_written(visit: Visit, case: Case) -> None:
    page = visit(of_case(case))
    with page.expect_event("requestfinished", lambda request: "/parts/" in request.url) as asked:
        page.evaluate("htmx.trigger(document.body, 'case-changed')")
    assert asked.value.headers["x-keep"] == ""
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    page.locator("#add-link summary").click()
    page.locator("#link_kind").select_option("blocks")
    with page.expect_request("**/parts/**") as asked:
        page.evaluate("htmx.trigger(document.body, 'case-changed')")
    assert asked.value.headers["x-keep"] == "related"
