"""Hostile input: nothing that people bring acts, leaves its place, or is kept under its own name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases import operations
from cases.models import Attachment, Case, Message
from entitlements.models import Account, CannedReply, Contact, Entitlement, EntitlementProcess, Queue
from tests.factory import make_case, make_contact, make_customer, make_process, make_user
from tests.rich_text.test_safe import ATTACKS

SCRIPT = "<script>alert('x')</script>"
BREAKOUT = "\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def hostile(desk: None, agent: User, ago: Any) -> Case:
    """A case in which every text that somebody wrote is an attack."""
    account = make_customer(make_process(f"P{BREAKOUT}"), name=f"Acme{BREAKOUT}", tier=BREAKOUT)
    Entitlement.objects.update(name=f"E{BREAKOUT}")
    contact = make_contact(account, f"Ada {BREAKOUT}")
    Contact.objects.update(email="x@example.com")
    Queue.objects.create(name=f"Q{BREAKOUT}")
    agent.first_name = BREAKOUT
    agent.save()
    given: dict[str, Any] = {"description": SCRIPT, "type": BREAKOUT, "queue": f"Q{BREAKOUT}", "owner": agent}
    case = make_case(f"S{BREAKOUT}", account=account, contact=contact, now=ago(60), **given)
    other = make_case(f"O{BREAKOUT}", account=account, contact=contact, now=ago(50))
    files = [SimpleUploadedFile(f"{BREAKOUT}.txt", b"x")]
    operations.reply_to_case(case.pk, body="\n\n".join(ATTACKS), by=agent, now=ago(40), files=files)
    operations.add_note(case.pk, body=SCRIPT, by=agent, now=ago(39))
    operations.add_task(case.pk, subject=BREAKOUT, by=agent, now=ago(38), assigned_to=agent)
    operations.link_cases(case.pk, other, kind="related", by=agent, now=ago(37))
    operations.stop_case(case.pk, reason=BREAKOUT, by=agent, now=ago(36))
    operations.keep_draft(case.pk, kind="reply", body=f"</textarea>{SCRIPT}", by=agent, now=ago(35))
    bob = make_user("bob", first_name=BREAKOUT)
    operations.keep_draft(case.pk, kind="reply", body="x", by=bob, now=ago(0))
    CannedReply.objects.create(name=BREAKOUT, keywords=BREAKOUT, body=SCRIPT)
    Case.objects.filter(pk=case.pk).update(set_aside=SCRIPT)
    return case


@pytest.mark.parametrize(
    "page",
    ["", "parts/", "timeline/", "messages/earlier/", "tracker/", "entitlement/?to=none", "merge/?into=2"],
)
def test_no_field_of_a_case_acts_in_the_page(client: Client, hostile: Case, page: str) -> None:
    html = client.get(f"/cases/{hostile.number}/{page}").content.decode()
    assert "onerror=alert(1)>" not in html.replace("onerror=alert(1)&gt;", "")
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_the_new_case_page_shows_names_as_text(client: Client, hostile: Case) -> None:
    account = Account.objects.get()
    said = {"account": account.name, "subject": hostile.subject, "contact": BREAKOUT}
    html = client.get("/cases/new/names/", said).content.decode()
    assert "<img src=x" not in html and EntitlementProcess.objects.get().name not in html


def test_a_preview_is_clean(client: Client, hostile: Case) -> None:
    address = f"/cases/{hostile.number}/messages/preview/"
    html = client.post(address, {"body": SCRIPT}, headers={"HX-Request": "true"}).content.decode()
    assert "&lt;script&gt;" in html and "<script>" not in html


def test_a_draft_does_not_leave_its_textarea(client: Client, hostile: Case) -> None:
    html = client.get(f"/cases/{hostile.number}/").content.decode()
    assert "&lt;/textarea&gt;&lt;script&gt;" in html


def test_a_canned_reply_is_text(client: Client, hostile: Case) -> None:
    answer = client.get(f"/cases/{hostile.number}/canned/{CannedReply.objects.get().pk}/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["Ada\r\nSet-Cookie: a=b", "Ada\nX-Evil: 1", "Ada\x00", "Ådå\u2028"])
def test_a_name_breaks_no_header(client: Client, desk: None, ago: Any, name: str) -> None:
    case = make_case(now=ago(5))
    bob = make_user("bob")
    User.objects.filter(pk=bob.pk).update(first_name=name.replace("\x00", ""))
    operations.keep_draft(case.pk, kind="reply", body="x", by=bob, now=ago(0))
    answer = client.get(f"/cases/{case.number}/tracker/", {"seen": "x"})
    assert answer.status_code == 200 and "Set-Cookie" not in answer and "X-Evil" not in answer
    assert "is%20writing" in answer["X-Writing"] and answer["X-Writing"].isascii()


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/cron.d/x",
        "a\r\nX-Evil: 1.txt",
        'a";x="b.txt',
        "....",
        "\u202egpj.txt",
    ],
)
def test_a_file_is_kept_and_served_without_tricks(client: Client, desk: None, ago: Any, name: str) -> None:
    case = make_case(now=ago(5))
    file = SimpleUploadedFile("x", b"<script>", content_type="text/html")
    file.__dict__["_name"] = name
    operations.add_note(case.pk, body="See", by=User.objects.get(username="amy"), now=ago(1), files=[file])
    kept = Attachment.objects.get()
    root = Path(settings.MEDIA_ROOT).resolve()
    assert root in Path(kept.file.path).resolve().parents and str(kept.file.name).endswith(".bin")
    answer = client.get(f"/attachments/{kept.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "X-Evil" not in answer and not {"/", "\\", "\u202e"} & set(kept.name)


@pytest.mark.parametrize(
    "name", ["run.EXE", "a.txt.bat", "x.js", "page.hta", "link.lnk", "run.exe\u200b", "\u202egpj.exe. "]
)
def test_programs_are_not_kept(client: Client, desk: None, ago: Any, name: str) -> None:
    case = make_case(now=ago(5))
    form = {"kind": "note", "body": "See", "attachments": [SimpleUploadedFile(name, b"MZ")]}
    answer = client.post(f"/cases/{case.number}/messages/", form)
    assert answer.status_code == 409 and "is a program" in answer.content.decode()
    assert not Message.objects.exists() and not Attachment.objects.exists()


def test_an_empty_file_is_refused_by_its_name(client: Client, desk: None, ago: Any) -> None:
    case = make_case(now=ago(5))
    form = {"kind": "note", "body": "See", "attachments": [SimpleUploadedFile("photo.jpg", b"")]}
    answer = client.post(f"/cases/{case.number}/messages/", form)
    assert answer.status_code == 409 and "“photo.jpg” is empty" in answer.content.decode()
    assert not Message.objects.exists()


def test_a_very_long_file_name_keeps_its_ending(client: Client, desk: None, ago: Any) -> None:
    case = make_case(now=ago(5))
    form = {"kind": "note", "body": "See", "attachments": [SimpleUploadedFile("x" * 290 + ".pdf", b"x")]}
    assert client.post(f"/cases/{case.number}/messages/", form).status_code == 302
    assert Attachment.objects.get().name.endswith("xx.pdf")


def test_files_that_are_too_large_together_are_refused(client: Client, desk: None, ago: Any) -> None:
    case = make_case(now=ago(5))
    files = [SimpleUploadedFile(f"{at}.bin", b"x" * 9 * 1024 * 1024) for at in range(3)]
    answer = client.post(
        f"/cases/{case.number}/messages/", {"kind": "note", "body": "See", "attachments": files}
    )
    assert answer.status_code == 413 and not Message.objects.exists()


def test_an_upload_that_is_too_large_is_refused_before_it_is_read(
    client: Client, desk: None, ago: Any
) -> None:
    case = make_case(now=ago(5))
    answer = client.post(
        f"/cases/{case.number}/messages/",
        {"kind": "note", "body": "See"},
        headers={"HX-Request": "true"},
        CONTENT_LENGTH=str(10**12),
    )
    assert answer.status_code == 413
    assert 'id="connection"' in answer.content.decode() and not Message.objects.exists()
