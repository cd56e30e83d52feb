"""What an agent does on a case, with and without htmx."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Attachment, Case, Message, Task
from tests.factory import make_case, make_contact, make_customer

HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(desk: None, ago: Any) -> Case:
    return make_case(now=ago(10))


def post(client: Client, case: Case, verb: str, data: dict[str, Any] | None = None, **given: Any) -> Any:
    return client.post(f"/cases/{case.number}/{verb}/", data or {}, **given)


def details(case: Case, **changes: str) -> dict[str, str]:
    """The Details form as a page filled it, with some fields changed."""
    case.refresh_from_db()
    names = ("status", "priority", "stage", "queue")
    shown = {name: getattr(case, f"{name}_id") or "" for name in names}
    shown |= {"owner": case.owner.username if case.owner else "", "type": case.type, "subject": case.subject}
    return {**shown, **{f"shown_{name}": value for name, value in shown.items()}, **changes}


def state(case: Case, milestone: str = "First Response") -> str:
    return case.milestones.get(milestone__name=milestone).state


def test_a_reply_completes_first_response(client: Client, case: Case) -> None:
    answer = post(client, case, "messages", {"kind": "reply", "body": "We look into it."})
    assert answer["Location"] == f"/cases/{case.number}/"
    assert state(case) == "completed"
    assert "We look into it." in client.get(answer["Location"]).content.decode()


def test_a_reply_by_htmx_brings_the_changed_parts(client: Client, case: Case) -> None:
    page = post(client, case, "messages", {"kind": "reply", "body": "Hello"}, headers=HTMX).content.decode()
    for part in (
        "head",
        "tracker",
        "escalations",
        "controls",
        "composer",
        "thread",
        "details",
        "tasks",
        "timeline",
    ):
        assert f'id="{part}"' in page
    assert page.count('hx-swap-oob="true"') == 11
    assert "Met" in page
    assert "<html" not in page


def test_a_part_that_is_being_written_in_is_kept(client: Client, case: Case) -> None:
    headers = {**HTMX, "X-Keep": "details,controls"}
    page = post(client, case, "messages", {"kind": "note", "body": "Hello"}, headers=headers).content.decode()
    assert 'id="thread"' in page
    assert 'id="details"' not in page
    assert 'id="controls"' not in page


def test_a_note_completes_nothing(client: Client, case: Case) -> None:
    post(client, case, "messages", {"kind": "note", "body": "Internal"})
    assert state(case) == "running"
    assert case.messages.get().kind == "note"


def test_what_the_customer_wrote_is_theirs(client: Client, ago: Any, desk: None) -> None:
    customer = make_customer()
    case = make_case(account=customer, contact=make_contact(customer, "Ada Byron"), now=ago(5))
    post(client, case, "messages", {"kind": "customer", "body": "Any news?"})
    assert case.messages.get().contact == case.contact


def test_reply_and_set_status(client: Client, case: Case) -> None:
    post(client, case, "messages", {"kind": "reply", "body": "Hello", "status": "Waiting on Customer"})
    case.refresh_from_db()
    assert case.status_id == "Waiting on Customer"
    assert case.is_stopped


def test_a_form_posted_twice_counts_once(client: Client, case: Case) -> None:
    form = {"kind": "reply", "body": "Hello", "form_key": str(uuid.uuid4())}
    assert [post(client, case, "messages", form).status_code for _ in range(2)] == [302, 302]
    assert case.messages.count() == 1


def test_fields_are_changed(client: Client, agent: User, case: Case) -> None:
    changes = {"priority": "High", "stage": "Assessment", "owner": "amy", "queue": "Claims", "type": "Water"}
    assert post(client, case, "change", details(case, **changes)).status_code == 302
    case.refresh_from_db()
    assert (case.priority_id, case.stage_id, case.owner, case.queue_id, case.type) == (
        *("High", "Assessment", agent, "Claims", "Water"),
    )


def test_close_and_reopen(client: Client, case: Case) -> None:
    post(client, case, "close")
    case.refresh_from_db()
    assert case.is_closed
    assert state(case, "Resolution") == "completed"
    post(client, case, "reopen")
    case.refresh_from_db()
    assert case.status_id == "Working"


def test_stop_and_resume(client: Client, case: Case) -> None:
    post(client, case, "stop", {"reason": "Waiting for parts", "until_customer_answers": "on"})
    assert state(case) == "stopped"
    assert case.stops.get().until_customer_answers
    post(client, case, "resume")
    assert state(case) == "running"


def test_complete_by_hand(client: Client, case: Case) -> None:
    post(client, case, "complete", {"milestone": "First Response", "occurrence": "1"})
    assert state(case) == "completed"


def test_a_task_is_done(client: Client, case: Case, ago: Any) -> None:
    task = Task.objects.create(case=case, subject="Call", created_at=ago(5))
    post(client, case, f"tasks/{task.pk}")
    task.refresh_from_db()
    assert task.done_at is not None


def test_a_file_comes_back_as_a_download(client: Client, case: Case) -> None:
    file = SimpleUploadedFile("photo.html", b"<script>alert(1)</script>", "text/html")
    post(client, case, "messages", {"kind": "note", "body": "See", "attachments": [file]})
    answer = client.get(f"/attachments/{Attachment.objects.get().pk}/")
    assert answer.getvalue() == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"] == 'attachment; filename="photo.html"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_several_files_come_with_one_message(client: Client, case: Case) -> None:
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(3)]
    post(client, case, "messages", {"kind": "note", "body": "See", "attachments": files})
    assert Message.objects.get().attachments.count() == 3
