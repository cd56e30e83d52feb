"""What a mail says: its words, files and people, whatever state it comes in."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from cases.mail.kinds import Kind
from cases.mail.parse import CannotRead, parse, plain_subject
from tests.mail.letters import bounce, letter, raw

HEAD = "From: Ada <ada@acme.example>\nSubject: Water\nMIME-Version: 1.0"


class TestHeaders:
    def test_say_who_writes_to_whom_about_what(self) -> None:
        mail = parse(letter(Cc="Grace <grace@acme.example>", References="<a@x> <b@x>", In_Reply_To="<c@x>"))
        assert (str(mail.sender), mail.subject, mail.message_id) == (
            "Ada Byron <ada@acme.example>",
            "Water",
            "<1@acme.example>",
        )
        assert [str(one) for one in mail.cc] == ["Grace <grace@acme.example>"]
        assert mail.refers_to == ("<c@x>", "<b@x>", "<a@x>")

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("=?utf-8?q?Gr=C3=BC=C3=9Fe?= aus =?utf-8?b?w5ZzdGVycmVpY2g=?=", "Grüße aus Österreich"),
            ("=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
            ("Gr\udcfc\udcdfe", "Grüße"),
            ("Grüße", "Grüße"),
            ("=?klingon?q?Gr=FC=DFe?=", "Grüße"),
            ("=?utf-8?b?!!!?=", "=?utf-8?b?!!!?="),
            ("Leak\n Bcc: eve@evil.example", "Leak Bcc: eve@evil.example"),
            ("\x00\x07bell", "bell"),
        ],
    )
    def test_in_any_writing_become_one_line_of_text(self, written: str, read: str) -> None:
        assert parse(raw(f"From: ada@acme.example\nSubject: {written}")).subject == read

    def test_name_a_case_by_its_number(self) -> None:
        assert parse(letter(Subject="Re: [c-000123] Water")).case_number == "C-000123"
        assert parse(letter(Subject="ABC-000123 and C-12")).case_number == ""

    @pytest.mark.parametrize("domain", ["bücher.example", "xn--bcher-kva.example", "BÜCHER.example"])
    def test_give_one_address_for_each_spelling_of_its_domain(self, domain: str) -> None:
        sender = parse(raw(f"From: Ada@{domain}\nSubject: x")).sender
        assert sender is not None and sender.address == "ada@xn--bcher-kva.example"

    @pytest.mark.parametrize("written", ["", "nobody", "<>", "ada@", "@acme.example", "(" * 50_000])
    def test_without_an_address_name_nobody(self, written: str) -> None:
        assert parse(raw(f"From: {written}\nSubject: x")).sender is None

    def test_that_are_missing_leave_a_mail_all_the_same(self) -> None:
        mail = parse(b"")
        assert (mail.subject, mail.body.text, mail.sender) == ("(no subject)", "", None)

    def test_in_thousands_are_read_in_a_moment(self) -> None:
        names = "\n".join(f"X-{number}: y" for number in range(20_000))
        to = ", ".join(f"a{number}@acme.example" for number in range(20_000))
        mail = parse(raw(f"{HEAD}\n{names}\nTo: {to}\nReferences: {'<a@x> ' * 50_000}", "Hello"))
        assert (mail.body.text, len(mail.to), mail.refers_to) == ("Hello", 200, ("<a@x>",))


class TestWords:
    @pytest.mark.parametrize(
        ("charset", "data"),
        [
            ("utf-8", "Grüße".encode()),
            ("iso-8859-1", "Grüße".encode("latin-1")),
            ("klingon", "Grüße".encode("latin-1")),
            ("us-ascii", "Grüße".encode()),
            ("utf-8", "Grüße".encode("cp1252")),
            ("", "Grüße".encode()),
            ("punycode", b"Gr\xc3\xbc\xc3\x9fe"),
            ("utf-16", "Grüße".encode("utf-16")),
        ],
    )
    def test_are_read_in_the_charset_they_are_in_whatever_they_claim(self, charset: str, data: bytes) -> None:
        head = f'{HEAD}\nContent-Type: text/plain; charset="{charset}"\nContent-Transfer-Encoding: base64'
        assert parse(raw(head, base64.encodebytes(data))).body.text == "Grüße"

    def test_in_bad_base64_give_what_can_be_made_of_them(self) -> None:
        head = f"{HEAD}\nContent-Type: text/plain\nContent-Transfer-Encoding: base64"
        assert parse(raw(head, "aGVsbG8g!!!d29ybGQ")).body.text == "hello world"

    def test_as_html_come_cleaned_and_as_text_too(self) -> None:
        html = (
            '<p onclick="x()">Hello <a href="https://acme.example/7">claim</a></p><script>alert(1)</script>'
            '<img src="https://tracker.example/1.gif"><ul><li>one<li>two</ul><blockquote>Old<br>words</blockquote>'
        )
        body = parse(raw(f"{HEAD}\nContent-Type: text/html", html)).body
        assert body.text == "Hello claim (https://acme.example/7)\n\n* one\n* two\n\n> Old\n> words"
        assert not any(part in body.html for part in ("script", "onclick", "tracker.example"))
        assert "<p>Hello" in body.html

    def test_written_twice_are_kept_both_ways(self) -> None:
        body = parse(letter("Plain", html="<p>Rich</p>")).body
        assert (body.text, body.html) == ("Plain", "<p>Rich</p>\n")

    def test_that_are_too_many_are_cut_off_and_it_is_said(self) -> None:
        body = parse(letter("word " * 30_000)).body
        assert len(body.text) == 100_000
        assert body.notices == ["The text was cut off after 100,000 characters."]

    def test_in_html_nested_without_end_are_read_in_a_moment(self) -> None:
        html = "Hello" + "<div>" * 60_000
        body = parse(raw(f"{HEAD}\nContent-Type: text/html", html)).body
        assert (body.text, body.html) == ("Hello", "")
        assert "too deep" in body.notices[0]


class TestFiles:
    def test_come_with_their_names(self) -> None:
        body = parse(letter(files={"Größe.pdf": b"%PDF", "../../etc/passwd": b"root"})).body
        assert [(file.name, file.content) for file in body.files] == [
            ("Größe.pdf", b"%PDF"),
            ("passwd", b"root"),
        ]

    def test_that_are_too_large_or_too_many_are_said(self) -> None:
        files = {f"{number}.txt": b"x" for number in range(11)}
        body = parse(letter(files={"film.mp4": b"x" * (10 * 1024 * 1024 + 1), **files})).body
        assert len(body.files) == 10
        assert body.notices == [
            "“film.mp4” has 10 MB and was not kept: a file has at most 10 MB.",
            "“10.txt” was not kept: a message carries at most 10 files.",
        ]

    def test_that_are_programs_are_not_kept(self) -> None:
        body = parse(letter(files={"photo.jpg.exe": b"MZ", "photo.jpg": b"x"})).body
        assert [file.name for file in body.files] == ["photo.jpg"]
        assert body.notices == ["“photo.jpg.exe” is a program and was not kept."]

    def test_that_are_mails_are_kept_whole(self) -> None:
        inner = letter("Inside", Subject="Forwarded").decode()
        head = f'{HEAD}\nContent-Type: multipart/mixed; boundary="b"'
        body = parse(raw(head, f"--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--")).body
        assert (body.text, body.files[0].name) == ("", "mail.eml")
        assert b"Subject: Forwarded" in body.files[0].content

    def test_in_hundreds_of_parts_are_counted_off(self) -> None:
        parts = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 1000
        body = parse(raw(f'{HEAD}\nContent-Type: multipart/mixed; boundary="b"', parts)).body
        assert body.notices == ["The mail has more than 300 parts: the rest was not kept."]

    def test_in_a_thousand_parts_each_in_the_other_cannot_be_read(self) -> None:
        nested = "".join(
            f'Content-Type: multipart/mixed; boundary="b{at}"\r\n\r\n--b{at}\r\n' for at in range(1000)
        )
        with pytest.raises(CannotRead, match="nested too deep"):
            parse(f"Subject: x\r\n{nested}\r\nhello".encode())


class TestWhoWrote:
    @pytest.mark.parametrize(
        ("headers", "kind"),
        [
            ({}, Kind.PERSONAL),
            ({"Auto_Submitted": "no"}, Kind.PERSONAL),
            ({"Precedence": "list", "List_Id": "<support.acme.example>"}, Kind.PERSONAL),
            ({"X_Auto_Response_Suppress": "All"}, Kind.PERSONAL),
            ({"Subject": "Our office is flooded: out of office"}, Kind.PERSONAL),
            ({"Auto_Submitted": "auto-replied (vacation)"}, Kind.AUTO_REPLY),
            ({"Auto_Submitted": "Auto-Replied; owner-email=x"}, Kind.AUTO_REPLY),
            ({"X_Autoreply": "yes"}, Kind.AUTO_REPLY),
            ({"Precedence": "auto_reply"}, Kind.AUTO_REPLY),
            ({"Return_Path": "<>"}, Kind.AUTO_REPLY),
            ({"Subject": "Automatic reply: Water"}, Kind.AUTO_REPLY),
            ({"Subject": "Automatische Antwort: Wasser"}, Kind.AUTO_REPLY),
            ({"Auto_Submitted": "auto-generated"}, Kind.MACHINE),
            ({"Precedence": "bulk"}, Kind.MACHINE),
            ({"From": "mailer-daemon@acme.example", "Return_Path": "<>"}, Kind.BOUNCE),
        ],
    )
    def test_is_told_by_headers(self, headers: dict[str, Any], kind: Kind) -> None:
        assert parse(letter(**headers)).kind is kind

    def test_a_mail_server_says_what_did_not_arrive(self) -> None:
        mail = parse(bounce("<token@desk.example>"))
        (said,) = mail.bounces
        assert (mail.kind, said.recipient, said.is_final) == (Kind.BOUNCE, "ada@acme.example", True)
        assert str(said) == "ada@acme.example: 5.1.1 550 5.1.1 no such user"
        assert "<token@desk.example>" in mail.returned

    def test_a_server_that_still_tries_has_not_given_up(self) -> None:
        assert not parse(bounce("<x@y>", action="delayed", status="4.4.1")).bounces[0].is_final


class TestTheFingerprint:
    def test_is_the_same_for_each_copy_of_a_mail(self) -> None:
        mail = letter()
        copy = b"Received: from mx2.example\r\nDelivered-To: sales@desk.example\r\n" + mail
        assert parse(mail).fingerprint == parse(copy.replace(b"\r\n", b"\n")).fingerprint

    def test_differs_for_other_words_under_the_same_id(self) -> None:
        assert parse(letter("One")).fingerprint != parse(letter("Two")).fingerprint


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Re: AW: Fwd: Water", "Water"),
        ("RE[2]: Water", "Water"),
        ("Re:", "Re:"),
        ("Regarding: x", "Regarding: x"),
    ],
)
def test_a_plain_subject_has_no_prefixes(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain
