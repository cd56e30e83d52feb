"""The conversation on the case's page, where it came or left by mail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cases.models import Case, Delivery
from cases.operations import reply_to_case
from tests.factory import NOON, make_desk, make_user
from tests.mail.letters import letter
from tests.mail.post_box import Hatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def hatch(settings: Any, tmp_path: Path) -> Hatch:
    settings.MEDIA_ROOT = tmp_path
    make_desk()
    return Hatch()


def shown(case: Case | None = None) -> str:
    client = Client()
    client.force_login(make_user())
    case = case or Case.objects.get()
    return client.get(f"/cases/{case.number}/").content.decode()


def test_a_mail_is_shown_as_it_was_written_and_cleaned(hatch: Hatch) -> None:
    html = (
        "<p>Hello <b>you</b></p><script>alert(1)</script><img src=https://spy.example/x.gif onerror=alert(2)>"
    )
    hatch.receive(letter("Hello you", html=html))
    text = shown()
    assert "<p>Hello <b>you</b></p>" in text
    assert not any(bad in text for bad in ("alert(1)", "spy.example", "onerror"))


def test_a_stranger_is_called_by_name_and_address(hatch: Hatch) -> None:
    hatch.receive(letter(From="Eve <eve@nowhere.example>", Cc="bob@x.example"))
    text = shown()
    assert "<strong>Eve</strong>" in text
    assert "From eve@nowhere.example, copy to bob@x.example" in text


def test_what_was_not_kept_is_said(hatch: Hatch) -> None:
    hatch.receive(letter(files={"empty.txt": b""}))
    assert "“empty.txt” is empty, or could not be read, and was not kept." in shown()


def test_a_reply_says_how_each_of_its_copies_stands(hatch: Hatch) -> None:
    hatch.receive(letter(Cc="bob@x.example, zoe@x.example"))
    case = Case.objects.get()
    reply_to_case(case.pk, body="Thank you.", by=make_user(), now=NOON)
    Delivery.objects.filter(recipient="ada@acme.example").update(state="done", done_at=NOON)
    Delivery.objects.filter(recipient="bob@x.example").update(state="dead", error="550 <b>nobody</b>")
    text = shown(case)
    assert "ada@acme.example: sent" in text
    assert "bob@x.example: <strong>not delivered.</strong> 550 &lt;b&gt;nobody&lt;/b&gt;" in text
    assert "zoe@x.example: waiting" in text
