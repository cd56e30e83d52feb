"""A queue that only its members see: for everybody else its cases do not exist, at any address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, reverse

from cases import operations
from cases.models import Attachment, Case, CaseLink, Escalation, Message, Notification, Task
from cases.urls import urlpatterns
from entitlements.models import CannedReply, Queue
from tests.factory import make_case, make_customer, make_user
from tests.pages.conftest import logged_in

Ago = Callable[[float], datetime]


@pytest.fixture
def legal(desk: None) -> Queue:
    queue = Queue.objects.create(name="Legal", is_restricted=True)
    queue.members.add(make_user("lee"))
    return queue


@pytest.fixture
def case(legal: Queue, agent: User, ago: Ago) -> Case:
    """A case of that queue with one of everything that has an address."""
    case = make_case("Sealed files", account=make_customer(name="Vault"), queue="Legal", now=ago(9))
    files = [SimpleUploadedFile("will.txt", b"all to the cat")]
    operations.add_note(case.pk, body="Secret", by=User.objects.get(username="lee"), now=ago(8), files=files)
    Task.objects.create(case=case, subject="Seal it", created_at=ago(7))
    CannedReply.objects.create(name="Thanks", body="Thank you")
    other = make_case(account=case.account, queue="Legal", now=ago(8))
    CaseLink.objects.create(case=case, other=other, kind="related", at=ago(7))
    Notification.objects.create(user=agent, case=case, text="Sealed files is late", created_at=ago(6))
    Escalation.objects.create(case=case, ladder="On call", levels=[], reason="Late", started_at=ago(6))
    return case


def addresses_of(case: Case) -> Iterator[tuple[str, str]]:
    """Every address that leads to something of a case. A new kind of key must be told here."""
    keys = {
        "number": case.number,
        "milestone_id": case.milestones.first().pk,  # type: ignore[union-attr]
        "task_id": case.tasks.get().pk,
        "reply_id": CannedReply.objects.get().pk,
        "link_id": CaseLink.objects.get().pk,
        "attachment_id": Attachment.objects.get().pk,
        "notification_id": Notification.objects.get().pk,
        "escalation_id": Escalation.objects.get().pk,
    }
    for pattern in urlpatterns:
        wanted = pattern.pattern.converters
        if (
            isinstance(pattern, URLPattern)
            and wanted
            and pattern.name not in NOT_ABOUT_CASES | SUPERVISORS_ONLY
            and not str(pattern.pattern).startswith(SUPERVISORS_PAGES)
        ):
            given = {key: keys[key] for key in wanted}
            yield str(pattern.name), reverse(f"cases:{pattern.name}", kwargs=given)


NOT_ABOUT_CASES = {"view", "acknowledge-by-link", "shared-review"}
SUPERVISORS_ONLY = {"relief"}
SUPERVISORS_PAGES = ("reports/", "reviews/")
HTMX = {"HX-Request": "true"}


def answers(client: Client, address: str) -> set[int]:
    """What it says, however it is asked. 405 says only that an address is not asked in this way."""
    asked = [ask(address, headers=given) for ask in (client.get, client.post) for given in ({}, HTMX)]
    return {answer.status_code for answer in asked} - {405}


def test_no_address_of_its_cases_is_found_by_others(client: Client, case: Case) -> None:
    before = Case.objects.values().get(pk=case.pk)
    found = {name: answers(client, address) for name, address in addresses_of(case)}
    assert len(found) > 12
    assert {name: codes for name, codes in found.items() if codes != {404}} == {}
    assert Case.objects.values().get(pk=case.pk) == before
    assert Task.objects.get().done_at is None and Message.objects.count() == 1


def test_a_refusal_does_not_tell_that_there_is_something(client: Client, case: Case) -> None:
    absent = client.get("/cases/C-999999/").content.replace(b"C-999999", case.number.encode())
    assert strip(client.get(f"/cases/{case.number}/").content) == strip(absent)


def strip(page: bytes) -> bytes:
    """Without the tokens of its forms, which differ each time."""
    return b"".join(line for line in page.splitlines() if b"csrf" not in line.lower())


@pytest.mark.parametrize("query", ["", "?show=everything", "?show=everything&q=Sealed", "?queue=Legal"])
def test_the_list_does_not_show_or_count_them(client: Client, case: Case, query: str) -> None:
    page = client.get(f"/cases/{query}")
    assert case.number not in page.content.decode()
    assert all(not chip.count for chip in page.context["list"].chips)


def test_what_was_notified_before_is_hidden_too(client: Client, case: Case) -> None:
    page = client.get("/notifications/").content.decode()
    assert "Sealed files" not in page and 'class="count"' not in page


@pytest.mark.parametrize("name", ["lee", "sue", "ada"])
def test_members_supervisors_and_administrators_see_them(case: Case, name: str) -> None:
    make_user("sue", "Supervisors")
    make_user("ada", "Administrators")
    client = logged_in(User.objects.get(username=name))
    assert client.get(f"/cases/{case.number}/").status_code == 200
    assert case.number in client.get("/cases/").content.decode()
    assert client.get(reverse("cases:attachment", args=[Attachment.objects.get().pk])).status_code == 200


def test_whoever_owns_a_case_sees_it(client: Client, agent: User, case: Case) -> None:
    Case.objects.update(owner=agent)
    assert client.get(f"/cases/{case.number}/").status_code == 200


def test_a_queue_that_is_not_restricted_is_seen_by_all(client: Client, case: Case, legal: Queue) -> None:
    Queue.objects.update(is_restricted=False)
    assert client.get(f"/cases/{case.number}/").status_code == 200


def test_a_case_without_a_queue_is_seen_by_all(client: Client, case: Case) -> None:
    Case.objects.update(queue=None)
    assert client.get(f"/cases/{case.number}/").status_code == 200


def test_who_moves_a_case_out_of_sight_is_told(client: Client, legal: Queue, ago: Ago) -> None:
    case = make_case(now=ago(5))
    page = client.get(f"/cases/{case.number}/")
    fields = {**page.context["details"].initial, "queue": "Legal"}
    shown = {f"shown_{name}": value for name, value in page.context["details"].initial.items()}
    answer = client.post(f"/cases/{case.number}/change/", {**shown, **fields}, follow=True)
    assert "has moved to a queue that only its members see" in answer.content.decode()


def test_a_task_is_finished_on_its_own_case_only(client: Client, case: Case, ago: Ago) -> None:
    other = make_case(account=make_customer(), now=ago(3))
    answer = client.post(f"/cases/{other.number}/tasks/{Task.objects.get().pk}/")
    assert answer.status_code == 409 and Task.objects.get().done_at is None
