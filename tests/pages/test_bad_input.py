"""Whatever is posted: a clear message at the place, nothing lost, nothing changed, no 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases import operations
from cases.models import Attachment, Case
from cases.operations.files import LARGEST
from tests.factory import make_case, make_desk
from tests.pages.test_verbs import HTMX, case, details, post

__all__ = ["case"]


def test_a_milestone_is_not_completed_twice(client: Client, agent: User, case: Case, ago: Any) -> None:
    form = {"milestone": "First Response", "occurrence": "1"}
    post(client, case, "complete", form)
    answer = post(client, case, "complete", form)
    assert answer.status_code == 409
    assert "is completed already" in answer.content.decode()


def test_a_milestone_that_is_not_there(client: Client, case: Case) -> None:
    answer = post(client, case, "complete", {"milestone": "Nothing"}, headers=HTMX)
    assert answer.status_code == 409
    assert "This case has no milestone “Nothing”" in answer.content.decode()


@pytest.mark.parametrize(
    "form", [{}, {"milestone": "First Response", "occurrence": "x"}, {"occurrence": "1"}]
)
def test_a_completion_that_makes_no_sense(client: Client, case: Case, form: dict[str, str]) -> None:
    assert post(client, case, "complete", form).status_code == 422


def test_an_unknown_status(client: Client, case: Case) -> None:
    answer = post(client, case, "change", details(case, status="Nonsense"))
    assert answer.status_code == 422
    assert "Nonsense is not one of the available choices" in answer.content.decode()


@pytest.mark.parametrize(
    "change", [{"owner": "nobody-here"}, {"queue": "None"}, {"priority": "0"}, {"subject": ""}]
)
def test_a_value_that_does_not_exist(client: Client, case: Case, change: dict[str, str]) -> None:
    assert post(client, case, "change", details(case, **change)).status_code == 422


def test_a_stale_page_overwrites_nothing(client: Client, agent: User, case: Case, ago: Any) -> None:
    page = details(case, priority="High")
    operations.change_case(case.pk, fields={"priority": "Low"}, by=agent, now=ago(0))
    answer = post(client, case, "change", page)
    assert answer.status_code == 409
    assert "Meanwhile amy set priority to “Low”" in answer.content.decode()
    case.refresh_from_db()
    assert case.priority_id == "Low"


def test_who_has_seen_the_change_may_overwrite_it(client: Client, agent: User, case: Case, ago: Any) -> None:
    page = details(case, priority="High")
    operations.change_case(case.pk, fields={"priority": "Low"}, by=agent, now=ago(0))
    form = post(client, case, "change", page).context["details"]
    again = {field.html_name: field.value() or "" for field in form}
    assert again["priority"] == "High"
    assert post(client, case, "change", again).status_code == 302
    case.refresh_from_db()
    assert case.priority_id == "High"


def test_other_fields_of_a_stale_page_are_left_alone(
    client: Client, agent: User, case: Case, ago: Any
) -> None:
    page = details(case, stage="Assessment")
    operations.change_case(case.pk, fields={"priority": "Low"}, by=agent, now=ago(0))
    assert post(client, case, "change", page).status_code == 302
    case.refresh_from_db()
    assert (case.priority_id, case.stage_id) == ("Low", "Assessment")


@pytest.mark.parametrize("verb", ["change", "messages", "stop"])
def test_an_empty_form(client: Client, case: Case, verb: str) -> None:
    assert post(client, case, verb).status_code == 422


def test_an_empty_message_says_so(client: Client, case: Case) -> None:
    answer = post(client, case, "messages", {"kind": "reply", "body": "  "}, headers=HTMX)
    assert answer.status_code == 422
    assert "Write something first" in answer.content.decode()


def test_a_message_that_is_refused_keeps_its_words(client: Client, case: Case) -> None:
    large = SimpleUploadedFile("large.bin", b"x" * (LARGEST + 1))
    form = {"kind": "note", "body": "Do not lose me", "attachments": [large]}
    answer = post(client, case, "messages", form)
    assert answer.status_code == 409
    assert "larger than 10 MB" in answer.content.decode()
    assert "Do not lose me" in answer.content.decode()
    assert not case.messages.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ('quo"te.txt', "quo_te.txt"),
        ("übergröße.pdf", "übergröße.pdf"),
    ],
)
def test_a_file_name_is_only_a_name(client: Client, case: Case, name: str, kept: str) -> None:
    file = SimpleUploadedFile("x", b"x")
    file._name = name  # type: ignore[attr-defined]
    post(client, case, "messages", {"kind": "note", "body": "See", "attachments": [file]})
    attachment = Attachment.objects.get()
    assert attachment.name.endswith(kept)
    assert "/" not in attachment.name
    assert str(attachment.file).endswith(".bin")
    answer = client.get(f"/attachments/{attachment.pk}/")
    assert "\n" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment;")


def test_an_attachment_that_is_not_there(client: Client) -> None:
    assert client.get("/attachments/77/").status_code == 404


def test_nothing_that_people_write_is_markup(client: Client, ago: Any, desk: None) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    case = make_case(evil, description=evil, now=ago(5))
    post(client, case, "messages", {"kind": "reply", "body": f"{evil} javascript:alert(1)"})
    post(client, case, "stop", {"reason": evil})
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page


def test_a_stop_without_permission(client: Client, case: Case) -> None:
    make_desk(allow_pausing=False)
    answer = post(client, case, "stop", {"reason": "x"})
    assert answer.status_code == 409
    assert "an administrator can allow pausing" in answer.content.decode()


def test_a_second_stop(client: Client, case: Case) -> None:
    post(client, case, "stop", {"reason": "x"})
    answer = post(client, case, "stop", {"reason": "y"}, headers=HTMX)
    assert answer.status_code == 409
    assert "stopped already" in answer.content.decode()


def test_a_resume_of_what_runs(client: Client, case: Case) -> None:
    answer = post(client, case, "resume")
    assert answer.status_code == 409
    assert "not stopped by hand" in answer.content.decode()


def test_a_task_that_is_done_already(client: Client, case: Case) -> None:
    assert post(client, case, "tasks/99").status_code == 409


@pytest.mark.parametrize("key", ["x", "", "00000000-0000-0000-0000-00000000000"])
def test_a_form_key_that_is_none(client: Client, case: Case, key: str) -> None:
    answer = post(client, case, "messages", {"kind": "note", "body": "Hello", "form_key": key})
    assert answer.status_code == (422 if key else 302)


def test_no_address_is_on_the_page_that_csp_forbids(client: Client, case: Case) -> None:
    for address in ("/", f"/cases/{case.number}/", "/cases/new/", "/notifications/"):
        answer = client.get(address)
        page = answer.content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        assert "unsafe" not in answer["Content-Security-Policy"]
