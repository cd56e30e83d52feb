"""Nothing that people write acts in a reader's browser, however it is dressed up."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rich_text import clean_html, fold_quotes, text_as_html

ATTACKS = Path(__file__).with_name("attacks.txt").read_text().split("\n%%\n")
HARMLESS = {
    *"p br div span b strong i em u s del ins sub sup small mark q cite abbr hr code pre kbd samp".split(),
    *"h1 h2 h3 h4 h5 h6 blockquote ul ol li dl dt dd table caption thead tbody tfoot tr th td".split(),
    *"a img details summary".split(),
}
ATTRIBUTES = {"href", "title", "rel", "target", "alt", "width", "height", "start", "colspan", "rowspan"}
SHOWN_BY: dict[str, Callable[[str], str]] = {
    "typed": text_as_html,
    "mailed": fold_quotes,
    "cleaned": clean_html,
}


class Dangers(HTMLParser):
    """What in a piece of HTML is not known to be harmless."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HARMLESS:
            self.found.append(tag)
        for name, value in attrs:
            if name == "class" and tag == "details" and value == "quoted":
                continue
            if name not in ATTRIBUTES:
                self.found.append(f"{tag} {name}={value}")
            if name == "href" and urlsplit(value or "").scheme not in ("http", "https", "mailto", "tel"):
                self.found.append(f"{name}={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"comment {data}")

    def handle_decl(self, declaration: str) -> None:
        self.found.append(f"declaration {declaration}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"instruction {data}")


def dangers(html: str) -> list[str]:
    parser = Dangers()
    parser.feed(html)
    parser.close()
    return parser.found


def test_the_watchdog_barks() -> None:
    assert dangers('<p onclick="x()">') and dangers("<script>") and dangers('<a href="javascript:x">')
    assert dangers("<!-- x -->") and dangers('<img src="https://a/b.gif">')


@pytest.mark.parametrize("show", SHOWN_BY.values(), ids=SHOWN_BY)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_to_nothing(attack: str, show: Callable[[str], str]) -> None:
    assert dangers(show(attack)) == []
    assert dangers(show(f"> {attack}\n\n<blockquote>{attack}</blockquote>")) == []


@given(st.text("<>/!-=\"'`&;:[]()*_~>\\\n ajvscriptonerfblkquhxlg", max_size=120))
def test_whatever_is_typed_comes_to_nothing(text: str) -> None:
    for show in SHOWN_BY.values():
        assert dangers(show(text)) == []


def test_what_is_shown_can_be_cleaned_again_without_a_change() -> None:
    once = clean_html("<p>Hello <b>you</b> <a href='https://example.com'>there</a></p>")
    assert clean_html(once) == once


def test_a_link_leads_out_and_tells_nothing() -> None:
    for html in (text_as_html("https://example.com"), clean_html('<a href="https://example.com">x</a>')):
        assert 'rel="noopener noreferrer nofollow"' in html and 'target="_blank"' in html


def test_an_image_from_outside_is_not_loaded() -> None:
    html = '<img src="https://tracker.example/1.gif" alt="The roof">'
    assert clean_html(html) == '<img alt="The roof">'


def test_an_image_from_outside_comes_when_it_is_asked_for() -> None:
    html = '<img src="https://example.com/roof.jpg" onload="x()"><img src="http://example.com/roof.jpg">'
    assert clean_html(html, with_images=True) == '<img src="https://example.com/roof.jpg"><img>'


def test_styles_go_with_their_text() -> None:
    assert (
        clean_html("<style>p { color: red }</style><title>x</title><p style='color: red'>A</p>") == "<p>A</p>"
    )
