"""Two ways of working a page: with the mouse, and with the keyboard alone."""

from __future__ import annotations

import re
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 400


class Hand(Protocol):
    page: Page

    def go(self, name: str) -> None:
        """To a page of Setup, by Quick Find."""

    def write(self, label: str, text: str) -> None: ...

    def choose(self, label: str, option: str) -> None:
        """An option of a list."""

    def tick(self, label: str) -> None:
        """A box, or one of several buttons of which one holds."""

    def press(self, name: str) -> None:
        """A link or a button; the next page has then come."""


def named(page: Page, name: str) -> Locator:
    """The link or button of the page itself or of the way to it, not of the tree or the header."""
    main = page.locator("#main, .breadcrumbs")
    either = main.get_by_role("link", name=name, exact=True).or_(
        main.get_by_role("button", name=name, exact=True)
    )
    return either.first


def field(page: Page, label: str) -> Locator:
    return page.locator("#main").get_by_label(label, exact=True).filter(visible=True).first


def box(page: Page, label: str) -> Locator:
    """A box to tick; a card has its explanation behind its name."""
    main, begins = page.locator("#main"), re.compile(f"^{re.escape(label)}")
    cards = main.get_by_role("radio", name=begins).or_(main.get_by_role("checkbox", name=begins))
    return main.get_by_label(label, exact=True).or_(cards).filter(visible=True).first


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.locator("#setup-tree").get_by_role("link", name=name, exact=True).click()

    def write(self, label: str, text: str) -> None:
        field(self.page, label).click()
        field(self.page, label).fill(text)

    def choose(self, label: str, option: str) -> None:
        known = field(self.page, label).locator("option").all_inner_texts()
        label_of_it = next((text for text in known if text.startswith(option)), None)
        assert label_of_it, f"“{option}” is not among {known}"
        field(self.page, label).select_option(label=label_of_it)

    def tick(self, label: str) -> None:
        box(self.page, label).check()

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            named(self.page, name).click()


class Keyboard:
    """Tab, letters, arrows, Space and Enter: nothing is clicked, focused or filled in by script."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, name: str) -> None:
        self.page.keyboard.press("/")
        self.page.keyboard.type(name.lower())
        expect(self.page.locator("#setup-tree li.chosen")).to_have_text(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        self._tab_to(field(self.page, label))
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, label: str, option: str) -> None:
        self._tab_to(field(self.page, label))
        self.page.keyboard.type(option)
        expect(field(self.page, label).locator("option:checked")).to_contain_text(option)

    def tick(self, label: str) -> None:
        wanted = box(self.page, label)
        if wanted.is_checked():
            return
        if wanted.get_attribute("type") == "checkbox":
            self._tab_to(wanted)
            self.page.keyboard.press("Space")
        else:
            self._step_to(wanted)
        expect(wanted).to_be_checked()

    def press(self, name: str) -> None:
        self._tab_to(named(self.page, name))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _step_to(self, wanted: Locator) -> None:
        """The one of several that can be reached by Tab, then on with the arrows."""
        group = f'input[type=radio][name="{wanted.get_attribute("name")}"]'
        self._tab_until(f"document.activeElement.matches('{group}')")
        for _ in range(10):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def _tab_to(self, wanted: Locator) -> None:
        wanted.evaluate("element => { window.wanted = element; }")
        self._tab_until("document.activeElement === window.wanted")

    def _tab_until(self, reached: str) -> None:
        for _ in range(MOST_TABS):
            if self.page.evaluate(reached):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{MOST_TABS} times Tab do not lead there: {reached}")
