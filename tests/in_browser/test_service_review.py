"""A service review in a browser: prepared, worded, shared; its link read logged out until it is withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from cases.models import ReviewLink
from cases.operations import reply_to_case
from tests.factory import first_response, make_case, make_customer, make_process
from tests.in_browser.conftest import Visit
from tests.in_browser.test_desk import serious


@pytest.fixture
def answered(agent: User, ago: Any) -> None:
    """One answer in time and one too late, both today or yesterday."""
    acme = make_customer(make_process("", first_response(60)), name="Acme")
    for subject, minutes in (("Kept", 30), ("Burst pipe", 90)):
        case = make_case(subject, account=acme, now=ago(100))
        reply_to_case(case.pk, body="Yes", by=agent, now=ago(100 - minutes))


def prepare(visit: Visit, ago: Any) -> Page:
    page = visit("/reviews/")
    page.get_by_role("combobox", name="Account").fill("Acme")
    page.get_by_label("Period").select_option("From … to …")
    page.get_by_label("First day").fill(f"{ago(100) - timedelta(days=1):%Y-%m-%d}")
    page.get_by_label("Last day").fill(f"{ago(0) + timedelta(days=1):%Y-%m-%d}")
    page.get_by_role("button", name="Prepare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Acme")
    return page


def make_link(page: Page) -> str:
    page.get_by_label("For whom").fill("Helen")
    page.get_by_role("button", name="Make a link").click()
    return page.get_by_label("Link for Helen").input_value()


def test_prepared_worded_shared_read_and_withdrawn(
    visit: Visit, browser: Browser, answered: None, ago: Any, live_server: Any, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    page = prepare(visit, ago)
    expect(page.locator(".review-main")).to_contain_text("50.0 %")
    page.get_by_role("link", name="Words for the customer").click()
    page.get_by_label("Why, in words for the customer").fill("A storm.")
    page.get_by_role("button", name="Save").click()
    link = make_link(page)
    with browser.new_context() as customers:
        theirs = customers.new_page()
        theirs.goto(link)
        expect(theirs.get_by_text("A storm.")).to_be_visible()
        expect(theirs.get_by_text("amy")).to_have_count(0)
        page.reload()
        expect(page.get_by_text("Opened 1 time")).to_be_visible()
        page.get_by_role("button", name="Withdraw").click()
        expect(page.locator(".messagelist")).to_contain_text("The link opens nothing any more.")
        theirs.reload()
        expect(theirs.get_by_role("alert")).to_contain_text("has been withdrawn")
        ReviewLink.objects.update(revoked_at=None, created_at=ago(9), expires_at=ago(1))
        theirs.reload()
        expect(theirs.get_by_role("alert")).to_contain_text("time of this link is over")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_overflows(
    visit: Visit, page: Page, answered: None, ago: Any, live_server: Any, settings: Any, scheme: Any
) -> None:
    settings.SITE_URL = live_server.url
    page.emulate_media(color_scheme=scheme)
    prepare(visit, ago)
    here = page.url
    for address in (f"{here}words/", make_link(page), f"{live_server.url}/reviews/", here):
        page.goto(address)
        assert serious(page) == []
        page.set_viewport_size({"width": 375, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        page.set_viewport_size({"width": 1440, "height": 900})


def test_on_paper_there_is_the_document_alone(visit: Visit, page: Page, answered: None, ago: Any) -> None:
    prepare(visit, ago)
    page.emulate_media(media="print")
    expect(page.locator(".review")).to_be_visible()
    for around in ("#header", ".shell-foot", "#share-title", ".case-trail"):
        expect(page.locator(around)).to_be_hidden()
