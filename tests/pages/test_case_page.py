"""The page of a case: long conversations and histories page by page, at a constant cost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases import operations
from cases.engine.due import tick
from cases.models import (
    Attachment,
    Case,
    CaseEvent,
    Delivery,
    FiredTrigger,
    Message,
    MessageKind,
    MessageMail,
)
from cases.queries.places import Place
from entitlements.models import CannedReply, Mailbox, Queue
from tests.factory import (
    first_response,
    make_account,
    make_case,
    make_contact,
    make_customer,
    make_process,
    make_user,
    violation,
)
from tests.pages.conftest import logged_in

MESSAGES, EVENTS = 500, 200


@pytest.fixture
def case(agent: User, ago: Any) -> Case:
    late = violation(0, {"kind": "notify", "to": ["owner"]}, {"kind": "email", "to": ["lead@example.com"]})
    account = make_customer(make_process("", first_response(60, triggers=[late])), name="Acme")
    return make_case("Burst pipe", account=account, contact=make_contact(account), now=ago(600))


@pytest.fixture
def long(case: Case, agent: User, ago: Any) -> Case:
    """A case with very much of everything."""
    now: datetime = ago(0)
    kinds = [MessageKind.REPLY, MessageKind.NOTE, MessageKind.CUSTOMER]
    messages = Message.objects.bulk_create(
        Message(
            case=case,
            kind=kinds[at % 3],
            author=agent if at % 3 < 2 else None,
            contact=case.contact if at % 3 == 2 else None,
            body=f"Message no. {at}",
            at=now - timedelta(minutes=MESSAGES - at),
        )
        for at in range(MESSAGES)
    )
    Attachment.objects.bulk_create(
        Attachment(message=message, name="a.txt", size=1, file="a") for message in messages
    )
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, kind="internal_note", at=now, recorded_at=now, by="amy") for _ in range(EVENTS)
    )
    MessageMail.objects.bulk_create(
        MessageMail(message=message, sender="ada@example.com", cc=["bob@example.com", "support@desk.example"])
        for message in messages
        if message.kind != MessageKind.NOTE
    )
    Mailbox.objects.create(name="Support", address="support@desk.example", host="x")
    for other in range(3):
        operations.follow_case(case.pk, make_user(f"fan{other}"), by=agent, now=now)
        operations.add_task(case.pk, subject=f"Task {other}", by=agent, now=now, assigned_to=agent)
        one = make_case(f"Other {other}", account=case.account, contact=case.contact, now=now)
        operations.link_cases(case.pk, one, kind="related", by=agent, now=now)
        CannedReply.objects.create(name=f"Reply {other}", body="Hello")
    tick(now, 100)
    assert FiredTrigger.objects.filter(case_milestone__case=case).exists()
    operations.keep_draft(case.pk, kind="reply", body="Dear", by=agent, now=now)
    operations.keep_draft(case.pk, kind="note", body="Well", by=make_user("bob"), now=now)
    return case


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"Message no\. (\d+)", page)]


def test_a_page_with_very_much_takes_twenty_queries_at_most(
    client: Client, long: Case, django_assert_max_num_queries: Any
) -> None:
    client.get(f"/cases/{long.number}/")
    with django_assert_max_num_queries(20):
        page = client.get(f"/cases/{long.number}/").content.decode()
    assert len(shown(page)) == 40 and page.count("timeline-at") == 50
    assert "bob@example.com" in page and "fan2" in page


def test_the_whole_conversation_is_reached_page_by_page(client: Client, long: Case) -> None:
    address, seen = f"/cases/{long.number}/", []
    while address:
        page = client.get(address).content.decode()
        seen += shown(page)
        found = re.search(r'href="(\?before=[^"#]+)#thread"', page)
        address = f"/cases/{long.number}/{found[1]}" if found else ""
    assert seen == list(reversed(range(MESSAGES)))


def test_earlier_messages_come_alone_for_a_script(client: Client, long: Case) -> None:
    page = client.get(f"/cases/{long.number}/").content.decode()
    found = re.search(r'hx-get="([^"]+earlier[^"]+)"', page)
    assert found
    answer = client.get(found[1])
    assert shown(answer.content.decode()) == list(range(459, 419, -1))
    assert "<html" not in answer.content.decode()


def test_what_the_reader_had_opened_stays_open_after_a_refresh(client: Client, long: Case) -> None:
    oldest = Message.objects.get(body="Message no. 300")
    page = client.get(f"/cases/{long.number}/parts/", {"down_to": str(Place(oldest.at, oldest.pk))})
    assert shown(page.content.decode()) == list(range(499, 299, -1))


def test_the_whole_timeline_is_reached_page_by_page(client: Client, long: Case) -> None:
    address, count = f"/cases/{long.number}/", 0
    while address:
        page = client.get(address).content.decode()
        count += page.count("timeline-at")
        found = re.search(r'href="(\?timeline=&amp;timeline_before=[^"#]+)#timeline"', page)
        address = f"/cases/{long.number}/{found[1].replace('&amp;', '&')}" if found else ""
    mails = Delivery.objects.filter(case=long, kind="email").count()
    assert count == CaseEvent.objects.filter(case=long).count() + mails


@pytest.mark.parametrize(
    ("show", "told", "hidden"),
    [
        ("milestones", "First Response: started", "Case created"),
        ("changes", "Case created", "First Response: started"),
        ("messages", "Public reply", "Case created"),
        ("nonsense", "Case created", "Nothing of this kind"),
    ],
)
def test_the_timeline_is_narrowed_by_kind(
    client: Client, case: Case, agent: User, ago: Any, show: str, told: str, hidden: str
) -> None:
    operations.reply_to_case(case.pk, body="Hello", by=agent, now=ago(1))
    for address in (f"/cases/{case.number}/", f"/cases/{case.number}/timeline/"):
        page = client.get(address, {"timeline": show}).content.decode()
        timeline = page[page.index('<ol class="timeline"') :]
        assert told in timeline and hidden not in timeline


@pytest.mark.parametrize(
    "place", ["", "x", "_", "2026-13-01T00:00:00+00:00_1", "2026-01-01T00:00:00_1", "_٣", "\x00_1", "9" * 500]
)
def test_a_place_that_is_none_shows_the_latest(client: Client, case: Case, place: str) -> None:
    names = ("before", "down_to", "timeline_before")
    assert client.get(f"/cases/{case.number}/", dict.fromkeys(names, place)).status_code == 200
    assert client.get(f"/cases/{case.number}/messages/earlier/", {"before": place}).status_code == 200


def test_the_header_says_what_was_promised_until_when(client: Client, case: Case) -> None:
    page = client.get(f"/cases/{case.number}/").content.decode()
    for words in ("Acme", "Premium", "Active", "1 Jan 2020 – without end", "Ada Byron", "nobody"):
        assert words in page[page.index('id="head"') : page.index('id="tracker"')]


def test_other_cases_of_the_customer_stand_beside_it(client: Client, case: Case, ago: Any) -> None:
    make_case("Leaking roof", account=case.account, contact=case.contact, now=ago(5))
    make_case("Broken door", account=case.account, now=ago(5))
    make_case("Somebody else's", account=make_account("Rival"), now=ago(5))
    page = client.get(f"/cases/{case.number}/").content.decode()
    related = page[page.index('id="related"') :]
    assert "Of Ada Byron" in related and "Leaking roof" in related and "Broken door" in related
    assert "Somebody else" not in related


def test_a_link_to_a_case_out_of_sight_is_not_shown(client: Client, case: Case, ago: Any) -> None:
    secret = make_case("Sealed files", account=case.account, now=ago(5))
    operations.link_cases(case.pk, secret, kind="related", by=make_user("sue", "Supervisors"), now=ago(4))
    Queue.objects.create(name="Legal", is_restricted=True)
    Case.objects.filter(pk=secret.pk).update(queue="Legal")
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "Sealed files" not in page
    assert (
        "Sealed files"
        in logged_in(make_user("lu", "Supervisors")).get(f"/cases/{case.number}/").content.decode()
    )


def test_a_merged_case_leads_to_the_other(client: Client, case: Case, agent: User, ago: Any) -> None:
    other = make_case("Pipe again", account=case.account, now=ago(5))
    operations.merge_case(other.pk, case, by=agent, now=ago(1))
    page = client.get(f"/cases/{other.number}/").content.decode()
    assert "was merged into" in page and f'href="/cases/{case.number}/"' in page
    assert 'id="composer-form"' not in page


def test_people_are_called_by_their_names(client: Client, agent: User, ago: Any) -> None:
    agent.first_name, agent.last_name = "Amy", "Pond"
    agent.save()
    case = make_case(now=ago(5), by=agent)
    for page in (f"/cases/{case.number}/", f"/cases/{case.number}/timeline/"):
        assert "· Amy Pond</span> Case created" in client.get(page).content.decode()
    assert "by Amy Pond" in client.get(f"/cases/{case.number}/").content.decode()
