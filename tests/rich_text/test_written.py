"""What people write is shown as they meant it, and what they only quote is folded away."""

from __future__ import annotations

import pytest

from cases.rich_text import fold_quotes, text_as_html

GMAIL = (
    '<div dir="ltr">Thanks!<br></div><br><div class="gmail_quote">'
    '<div class="gmail_attr">On Mon, Mar 2, 2026 at 10:00 AM Ada '
    '&lt;<a href="mailto:ada@example.com">ada@example.com</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote"><div>Older words</div></blockquote></div>'
)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("**bold** *slanted* ~~gone~~ `code`", "<strong>bold</strong> <em>slanted</em> <s>gone</s> <code>"),
        ("- a\n- b", "<li>a</li>"),
        ("3. c", '<ol start="3">'),
        ("snake_case_name", "<p>snake_case_name</p>"),
        ("# 12 bolts", "<p># 12 bolts</p>"),
        ("    indented", "<p>indented</p>"),
        ("Ada\n---", "<p>Ada</p>"),
        ("5 < 6 & 7", "5 &lt; 6 &amp; 7"),
        ("see example.com/a_b", 'href="http://example.com/a_b"'),
        ("ada@example.com", 'href="mailto:ada@example.com"'),
        ("a\r\nb", "<p>a<br>\nb</p>"),
    ],
)
def test_markdown_is_understood_as_mail_writers_mean_it(typed: str, shown: str) -> None:
    assert shown in text_as_html(typed)


def test_an_image_becomes_a_link() -> None:
    html = text_as_html("![the roof](https://example.com/roof.jpg)")
    assert "<img" not in html and 'href="https://example.com/roof.jpg"' in html


def test_a_quoted_mail_is_folded_under_the_line_that_introduces_it() -> None:
    html = text_as_html("Yes.\n\nOn Mon, 2 Mar 2026, Ada Byron wrote:\n> Is it\n> done?")
    assert '<details class="quoted"><summary>On Mon, 2 Mar 2026, Ada Byron wrote</summary>' in html
    assert html.count("Ada Byron") == 1
    assert "<p>Is it<br>\ndone?</p>" in html


def test_a_line_that_introduces_may_be_broken() -> None:
    html = text_as_html("Yes.\nOn Mon, 2 Mar 2026 at 10:00, Ada Byron\n<ada@example.com> wrote:\n> Is it?")
    assert "<summary>On Mon, 2 Mar 2026 at 10:00, Ada Byron &lt;ada@example.com&gt; wrote</summary>" in html


@pytest.mark.parametrize(
    "line",
    [
        "On 2 March 2026, Ada wrote:",
        "Am 02.03.2026 um 10:00 schrieb Ada Byron <ada@example.com>:",
        "Le lun. 2 mars 2026 à 10:00, Ada a écrit :",
        "El lun, 2 mar 2026 a las 10:00, Ada escribió:",
        "Op ma 2 mrt. 2026 om 10:00 schreef Ada <ada@example.com>:",
    ],
)
def test_mail_programs_of_several_languages_are_understood(line: str) -> None:
    assert f"<summary>{line.rstrip(' :').replace('<', '&lt;').replace('>', '&gt;')}</summary>" in (
        text_as_html(f"Yes.\n\n{line}\n> Is it?")
    )


def test_a_short_quote_between_own_words_stays_open() -> None:
    html = text_as_html("> Is it done?\n\nYes.\n\n> When?\n\nToday.")
    assert "<details" not in html and html.count("<blockquote>") == 2


def test_a_long_quote_is_folded_wherever_it_stands() -> None:
    assert "<details" in text_as_html("See:\n" + "> line\n" * 6 + "\nThat was it.")


def test_a_quote_at_the_end_is_folded() -> None:
    assert text_as_html("Yes.\n\n> Is it?").endswith("</blockquote></details>")


def test_an_answer_right_below_a_quote_is_no_part_of_it() -> None:
    html = text_as_html("> Is it done?\nYes, it is.")
    assert html.index("</blockquote>") < html.index("Yes, it is.")


def test_the_mail_below_a_mail_is_folded() -> None:
    html = text_as_html("Yes.\n\n-----Original Message-----\nFrom: Ada\n\nIs it?")
    assert "<summary>Original Message</summary>" in html and html.index("From: Ada") > html.index("<details")


def test_what_stands_in_code_is_no_quote() -> None:
    assert "<details" not in text_as_html("```\n> one\n> two\n> three\n> four\n> five\n> six\n```")


def test_quotes_within_quotes_end_somewhere() -> None:
    assert text_as_html("x\n" + ">" * 500 + " deep").count("<blockquote>") < 30


def test_the_quote_of_a_mail_in_html_is_folded_under_the_line_that_introduces_it() -> None:
    html = fold_quotes(GMAIL)
    assert "<summary>On Mon, Mar 2, 2026 at 10:00 AM Ada &lt;ada@example.com&gt; wrote</summary>" in html
    assert html.count("ada@example.com&gt;") == 1
    assert html.index("Thanks!") < html.index("<details") < html.index("Older words")


def test_quotes_in_html_without_an_introduction_are_folded_too() -> None:
    html = fold_quotes("<p>Yes</p><blockquote>a<blockquote>b</blockquote></blockquote><p>End</p>")
    assert html == (
        '<p>Yes</p><details class="quoted"><summary>Quoted text</summary>'
        "<blockquote>a<blockquote>b</blockquote></blockquote></details><p>End</p>"
    )


def test_html_without_quotes_stays_as_it_is() -> None:
    assert fold_quotes("<p>Yes</p>") == "<p>Yes</p>"
