"""Every field of every form and every parameter of an address, with what nobody should send.

A form is filled in as it should be but for one field, so that what is wrong with it gets as far as it can.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from cases import operations
from cases.models import Case, CaseLink, Escalation, Message, Notification, SavedView, Task
from entitlements.models import CannedReply, Queue
from tests.factory import make_case, make_customer, make_user
from tests.pages.conftest import logged_in
from tests.pages.test_permissions import POSTED

Ago = Callable[[float], datetime]
Fields = Mapping[str, str]

HOSTILE = {
    "a header": "a\r\nX-Evil: 1",
    "another site": "//evil.example/",
    "far too large": "9" * 30,
    "a digit that is none": "²",
    "the last minute": "9999-12-31T23:59",
}

GET_PARAMETERS = {
    "": ("q",),
    "cases/": (
        *("q", "account", "show", "queue", "owner", "priority", "status", "stage", "process", "why"),
        *("milestone", "clock", "left", "breached", "result", "since", "sort", "after", "view"),
    ),
    "cases/changes/": ("seen", "q", "after", "left"),
    "cases/export.csv": ("q", "after", "left", "since", "sort"),
    "cases/accounts/": ("account",),
    "cases/next/": ("from",),
    "cases/new/names/": ("account", "contact", "subject", "product", "priority", "owner", "queue", "stage"),
    "CASE": ("before", "down_to", "timeline", "timeline_before"),
    "CASE/parts/": ("before", "down_to", "timeline", "timeline_before"),
    "CASE/tracker/": ("seen",),
    "CASE/timeline/": ("timeline", "timeline_before"),
    "CASE/messages/earlier/": ("before",),
    "CASE/entitlement/": ("to",),
    "CASE/merge/": ("into",),
    "notifications/badge/": ("seen",),
    "at-risk/": ("queue", "owner", "process", "priority", "milestone", "wall"),
}

LIST = {"list": "queue=Claims"}
SAID = {
    **{"kind": "reply", "body": "Hello", "form_key": "0b9ae1b8-7f4b-4b51-9bd2-31a0dfe9f0a1"},
    **{"cc": "bob@acme.example", "shown_cc": ""},
}
DETAILS = {"status": "New", "priority": "", "stage": "", "owner": "", "queue": "", "type": "", "subject": "S"}
FORMS: dict[str, Fields] = {
    "CASE/messages/": {**SAID, "status": "", "seen": "0", "before": "", "down_to": "", "timeline": ""},
    "CASE/messages/preview/": SAID,
    "CASE/draft/": {**SAID, "canned": ""},
    "CASE/change/": {**DETAILS, **{f"shown_{name}": value for name, value in DETAILS.items()}},
    "CASE/stop/": {"reason": "Waiting", "until_customer_answers": "on"},
    "CASE/complete/": {"milestone": "First Response", "occurrence": "1"},
    "CASE/tasks/": {"subject": "Ring", "assigned_to": "amy", "due_at": "2026-03-04T14:30"},
    "CASE/tasks/TASK/assign/": {"assigned_to": "amy"},
    "CASE/team/": {"person": "amy", "role": "Expert"},
    "CASE/team/remove/": {"person": "amy"},
    "CASE/follow/": {"stop": "1"},
    "CASE/links/": {"kind": "related", "other": "OTHER"},
    "CASE/merge/": {"into": "OTHER"},
    "CASE/entitlement/": {"to": "none"},
    "CASE/take-over/": {"shown_owner": ""},
    "CASE/milestones/MILESTONE/relief/": {
        "what": "extend",
        "minutes": "30m",
        "reason": "Storm",
        "confirmed": "1",
    },
    "cases/new/": {
        **{"subject": "Leak", "description": "Water", "account": "Acme", "contact": "", "priority": "High"},
        **{"stage": "", "type": "", "origin": "", "queue": "", "owner": "amy", "product": ""},
        "form_key": SAID["form_key"],
    },
    "cases/bulk/": {
        **{
            "do": "extend:30m",
            "by": "30m",
            "reason": "Storm",
            "milestone": "",
            "case": "CASE",
            "numbers": "",
        },
        **LIST,
        **{"back": "/cases/", "shown": "+30m", "confirmed": "1"},
    },
    "cases/take/": LIST,
    "cases/views/": {"name": "Mine", "query": "show=open", "audience": "me"},
    "cases/views/VIEW/": {"do": "update", "query": "show=open"},
    "cases/columns/": {**LIST, "column": "subject", "do": ""},
    "escalations/ESCALATION/acknowledge/": {"back": "/escalations/"},
}


@pytest.fixture
def places(desk: None, agent: User, ago: Ago) -> dict[str, str]:
    """What stands in an address for something that is there."""
    account = make_customer(name="Acme")
    case = make_case("Leak", account=account, now=ago(9))
    other = make_case("Flood", account=account, now=ago(8))
    operations.add_note(case.pk, body="Hello", by=agent, now=ago(7))
    operations.follow_case(case.pk, agent, by=agent, now=ago(7))
    operations.follow_case(case.pk, agent, by=agent, now=ago(7))
    task = Task.objects.create(case=case, subject="Ring", created_at=ago(6))
    view = SavedView.objects.create(owner=User.objects.create(username="sue"), name="All", query="show=open")
    step = Escalation.objects.create(case=case, ladder="On call", levels=[], reason="Late", started_at=ago(6))
    milestone = case.milestones.filter(completion_date=None).first() or case.milestones.first()
    return {
        "CASE": case.number,
        "OTHER": other.number,
        "TASK": str(task.pk),
        "VIEW": str(view.pk),
        "ESCALATION": str(step.pk),
        "MILESTONE": str(milestone.pk),  # type: ignore[union-attr]
    }


@pytest.fixture
def supervisor(places: dict[str, str]) -> Client:
    user = User.objects.get(username="sue")
    user.groups.set([make_user("bob", "Supervisors").groups.get()])
    client = logged_in(user)
    client.raise_request_exception = False
    return client


def address(of: str, places: Mapping[str, str]) -> str:
    said = f"/{of}".replace("CASE", f"cases/{places['CASE']}")
    for name, value in places.items():
        said = said.replace(name, value)
    return said if said.endswith(("/", ".csv")) else f"{said}/"


def encoded(fields: Fields) -> str:
    return "&".join(f"{key}={quote(text.encode('utf-8', 'surrogatepass'))}" for key, text in fields.items())


def complaint(answer: Any) -> str:
    """What is wrong with an answer, whatever was asked."""
    if getattr(answer, "streaming", False):
        b"".join(answer.streaming_content)
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.exc_info and answer.exc_info[1]!r}"
    if "X-Evil" in answer or not re.match("(/(?!/)|$)", answer.get("Location", "")):
        return f"it leads to {answer.get('Location')}"
    return ""


every_value = pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)


@every_value
def test_no_parameter_of_an_address_breaks_a_page(
    supervisor: Client, places: dict[str, str], value: str
) -> None:
    assert broken_pages(supervisor, places, value) == {}


@every_value
def test_no_field_of_a_form_breaks_a_page(supervisor: Client, places: dict[str, str], value: str) -> None:
    assert broken_forms(supervisor, places, value) == {}


@pytest.mark.postgresql
def test_what_postgresql_cannot_keep_breaks_nothing(supervisor: Client, places: dict[str, str]) -> None:
    nul = "a\x00b"
    assert broken_pages(supervisor, places, nul) == {}
    assert broken_forms(supervisor, places, nul) == {}


def broken_pages(client: Client, places: dict[str, str], value: str) -> dict[str, str]:
    found = {}
    for of, names in GET_PARAMETERS.items():
        with transaction.atomic():
            query = encoded(dict.fromkeys(names, value))
            found[of] = complaint(client.get(address(of, places), QUERY_STRING=query))
            transaction.set_rollback(True)
    return {of: why for of, why in found.items() if why}


def broken_forms(client: Client, places: dict[str, str], value: str) -> dict[str, str]:
    found = {}
    for of, form in FORMS.items():
        given = {name: places.get(text, text) for name, text in form.items()}
        for name in form:
            answer = posted(client, address(of, places), {**given, name: value})
            found[f"{of} {name}"] = complaint(answer)
    return {where: why for where, why in found.items() if why}


def posted(client: Client, where: str, form: Fields) -> HttpResponse:
    """What it does is taken back."""
    with transaction.atomic():
        answer = client.post(where, encoded(form), content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    return answer  # type: ignore[return-value]


# What takes nothing but its address, and the pages of supervisors, which have tests of their own.
WITHOUT_FIELDS = {
    *("close", "reopen", "resume", "take", "take-up", "unlink", "finish-task", "finish-my-task", "follow"),
    *("read-all", "read-notification", "open-notification"),
    *("review-figures", "share-review", "revoke-review-link", "delete-review"),
    *("save-report", "stop-report", "delete-report"),
}


def test_every_form_of_the_desk_is_tried(places: dict[str, str]) -> None:
    tried = {resolve(address(of, places)).url_name for of in FORMS}
    assert POSTED - tried - WITHOUT_FIELDS == set()


def test_the_forms_do_what_they_are_for(supervisor: Client, places: dict[str, str]) -> None:
    """Else nothing above would say anything."""
    found = {}
    for of, form in FORMS.items():
        given = {name: places.get(text, text) for name, text in form.items()}
        found[of] = posted(supervisor, address(of, places), given).status_code
    assert found == {of: 200 if of == "CASE/messages/preview/" else 302 for of in FORMS}


# --- A case that one may not see, named in any field ---


@pytest.fixture
def sealed(places: dict[str, str], ago: Ago) -> Case:
    queue = Queue.objects.create(name="Legal", is_restricted=True)
    lee = make_user("lee")
    queue.members.add(lee)
    account = Case.objects.get(number=places["CASE"]).account
    case = make_case("Sealed files", description="Hidden", account=account, queue="Legal", now=ago(9))
    files = [SimpleUploadedFile("will.txt", b"x")]
    operations.add_note(case.pk, body="Hidden", by=lee, now=ago(8), files=files)
    Task.objects.create(
        case=case, subject="Hidden", assigned_to=User.objects.get(username="amy"), created_at=ago(7)
    )
    Notification.objects.create(
        user=User.objects.get(username="amy"), case=case, text="Hidden", created_at=ago(6)
    )
    Escalation.objects.create(case=case, ladder="On call", levels=[], reason="Hidden", started_at=ago(6))
    CannedReply.objects.create(name="Thanks", body="{{case.subject}}")
    return case


def test_no_field_tells_or_touches_a_case_of_a_queue_that_one_does_not_see(
    client: Client, places: dict[str, str], sealed: Case
) -> None:
    before = trace(sealed)
    found = {}
    for of, names in GET_PARAMETERS.items():
        for value in (sealed.number, str(sealed.pk), "Sealed"):
            answer = client.get(address(of, places), dict.fromkeys(names, value), follow=True)
            found[f"{of}?{value}"] = told(answer)
    for of, name in NAMES_SOMETHING:
        given = {key: places.get(text, text) for key, text in FORMS[of].items()}
        for value in (sealed.number, str(sealed.pk), sealed.number[2:]):
            answer = client.post(address(of, places), {**given, name: value}, follow=True)
            found[f"{of} {name}={value}"] = told(answer)
    assert {where for where, is_told in found.items() if is_told} == set()
    assert trace(sealed) == before


NAMES_SOMETHING = (
    *(
        ("CASE/links/", "other"),
        ("CASE/merge/", "into"),
        ("CASE/entitlement/", "to"),
        ("CASE/draft/", "canned"),
    ),
    *(
        ("cases/bulk/", "case"),
        ("cases/bulk/", "numbers"),
        ("cases/new/", "account"),
        ("cases/take/", "list"),
    ),
)


def told(answer: Any) -> bool:
    page = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return any(word in page for word in (b"Sealed files", b"Hidden", b"will.txt"))


def trace(case: Case) -> tuple[Any, ...]:
    row = Case.objects.values().get(pk=case.pk)
    links = CaseLink.objects.filter(other=case).count() + CaseLink.objects.filter(case=case).count()
    return row, links, Message.objects.filter(case=case).count(), Task.objects.filter(case=case).count()
