"""A new case: what it would be promised, with its targets, and what it may repeat, before it is saved."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cases.models import Attachment, Case, CaseMilestone
from cases.queries.intake import read_intake
from entitlements.models import Account, AutoApplyRule, Entitlement, EntitlementTemplate, Queue
from tests.factory import (
    first_response,
    make_account,
    make_case,
    make_contact,
    make_customer,
    make_process,
    resolution,
)


@pytest.fixture
def acme(desk: None) -> Account:
    tiers = [first_response(60, when='case.priority == "High"'), first_response(240), resolution(480)]
    return make_customer(make_process("Gold", *tiers), name="Acme")


def look(client: Client, **given: str) -> str:
    return client.get("/cases/new/names/", given).content.decode()


def test_names_are_offered_by_what_is_typed(client: Client, acme: Account) -> None:
    make_contact(acme, "Ada Byron")
    assert '<option value="Acme">' in look(client, account="ac")
    assert '<option value="Ada Byron">' in look(client, account="Acme", contact="by")
    assert "Ada Byron" not in look(client, account="Acme", contact="x")


def test_the_entitlement_is_proposed_with_its_reason(client: Client, acme: Account) -> None:
    page = look(client, account="Acme")
    assert "Acme Gold" in page and "Acme has “Acme Gold”." in page


def test_the_milestones_are_those_with_which_the_case_begins(
    client: Client, agent: User, acme: Account
) -> None:
    now = timezone.now()
    said = {"subject": "Leak", "account": "Acme", "priority": "High"}
    shown = {face.title: face.occurrence.target_date for face in read_intake(said, agent, now).milestones}
    assert shown == {
        "First Response": now + timedelta(minutes=60),
        "Resolution": now + timedelta(minutes=480),
    }
    client.post("/cases/new/", said)
    rows = CaseMilestone.objects.values_list("milestone__name", "minutes")
    assert dict(rows) == {"First Response": 60, "Resolution": 480}


def test_another_priority_means_another_tier(agent: User, acme: Account) -> None:
    now = timezone.now()
    first = read_intake({"account": "Acme", "priority": "Low"}, agent, now).milestones[0]
    assert first.occurrence.target_date == now + timedelta(minutes=240)


def test_what_a_template_would_make_is_previewed_and_not_made(agent: User, desk: None) -> None:
    make_account("Newcomer")
    template = EntitlementTemplate.objects.create(name="Trial", process=make_process("Basic"))
    AutoApplyRule.objects.create(name="All", takes="template", template=template, position=1)
    intake = read_intake({"account": "Newcomer"}, agent, timezone.now())
    assert intake.proposed and intake.proposed.name == "Trial" and len(intake.milestones) == 2
    assert not Entitlement.objects.exists()


def test_looking_writes_nothing(client: Client, acme: Account) -> None:
    look(client, account="Acme", subject="Burst pipe")
    assert not Case.objects.exists() and not CaseMilestone.objects.exists()


def test_a_customer_without_a_promise_is_told(client: Client, desk: None) -> None:
    make_account("Newcomer")
    assert "Newcomer has no active entitlement: the case will have no milestones" in look(
        client, account="Newcomer"
    )


def test_a_likely_duplicate_is_shown(client: Client, acme: Account, ago: Any) -> None:
    make_case("Burst pipe in the cellar", account=acme, now=ago(60))
    make_case("Change of address", account=acme, now=ago(50))
    page = look(client, account="Acme", subject="Pipe burst in cellar")
    assert "Is it one of these?" in page and "Burst pipe in the cellar" in page
    assert "Change of address" not in page


def test_a_case_out_of_sight_is_no_duplicate(client: Client, acme: Account, ago: Any) -> None:
    Queue.objects.create(name="Legal", is_restricted=True)
    make_case("Burst pipe in the cellar", account=acme, queue="Legal", now=ago(60))
    assert "Is it one of these?" not in look(client, account="Acme", subject="Burst pipe in the cellar")


@pytest.mark.parametrize(
    "given",
    [
        {"account": "\x00"},
        {"account": "Acme", "priority": "Nonsense"},
        {"account": "Acme", "queue": "<script>"},
        {"account": "Acme", "product": "9" * 200},
        {"account": "Acme", "product": "٣"},
        {"account": "x" * 5000, "contact": "y" * 5000},
        {"account": "Acme", "contact": "%", "subject": "' OR 1=1"},
    ],
)
def test_whatever_is_typed_gets_an_answer(client: Client, acme: Account, given: dict[str, str]) -> None:
    answer = client.get("/cases/new/names/", given)
    assert answer.status_code == 200 and "<script>" not in answer.content.decode()


def test_files_come_with_it(client: Client, acme: Account) -> None:
    files = [SimpleUploadedFile("roof.jpg", b"x"), SimpleUploadedFile("wall.jpg", b"y")]
    client.post("/cases/new/", {"subject": "Leak", "account": "Acme", "attachments": files})
    assert list(Attachment.objects.values_list("name", flat=True)) == ["roof.jpg", "wall.jpg"]
    assert Case.objects.get().first_response_at is None


def test_a_file_that_is_refused_leaves_no_case(client: Client, acme: Account) -> None:
    files = [SimpleUploadedFile("roof.jpg", b"x"), SimpleUploadedFile("virus.exe", b"MZ")]
    answer = client.post("/cases/new/", {"subject": "Leak", "account": "Acme", "attachments": files})
    assert answer.status_code == 409 and "“virus.exe” is a program" in answer.content.decode()
    assert not Case.objects.exists() and not Attachment.objects.exists()


def test_without_script_one_looks_first(client: Client, acme: Account) -> None:
    answer = client.post("/cases/new/", {"subject": "Leak", "account": "Acme", "look": "1"})
    page = answer.content.decode()
    assert "Acme Gold" in page and 'value="Leak"' in page and not Case.objects.exists()


def test_a_form_posted_twice_opens_one_case(client: Client, acme: Account) -> None:
    key = re.search(r'name="form_key" value="([^"]+)"', client.get("/cases/new/").content.decode())
    assert key is not None
    form = {"subject": "Leak", "account": "Acme", "form_key": key[1]}
    first, second = client.post("/cases/new/", form), client.post("/cases/new/", form)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.count() == 1


def test_what_is_looked_at_first_keeps_its_key(client: Client, acme: Account) -> None:
    form = {"subject": "Leak", "form_key": "7e1c6b0e-4a57-4c8e-9f5e-0a3d8f1b2c4d"}
    page = client.post("/cases/new/", {**form, "look": "1"}).content.decode()
    assert f'value="{form["form_key"]}"' in page
