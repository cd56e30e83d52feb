"""Email alerts, sent to a real SMTP server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cases.delivery.deliver import deliver
from cases.delivery.patience import BACK_OFF
from cases.delivery.replay import replay
from cases.models import Delivery
from cases.operations import change_case
from entitlements.models import EmailTemplate, Queue
from tests.delivery.post_office import open_post_office, send_to
from tests.delivery.waiting import LATE, LEAD, violate, waiting_mail
from tests.factory import NOON, make_contact, make_customer, make_desk, make_user
from tests.servers import free_port

pytestmark = pytest.mark.django_db
BUSY = "451 come back later"


def test_it_arrives_once(settings: Any) -> None:
    waiting_mail()
    with open_post_office(settings) as office:
        while deliver(LATE):
            continue
    assert office.envelopes == [LEAD]


def test_it_is_done_with_what_was_sent_to_whom(settings: Any) -> None:
    mail = waiting_mail()
    with open_post_office(settings):
        deliver(LATE)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.done_at, mail.result) == (
        "done",
        1,
        LATE,
        {"to": LEAD, "subject": "C-000001: First Response — late"},
    )


def test_its_id_comes_from_the_delivery(settings: Any) -> None:
    mail = waiting_mail()
    with open_post_office(settings) as office:
        deliver(LATE)
    assert office.ids == [f"<{mail.token}@example.org>"]


def test_its_id_is_the_same_at_every_attempt(settings: Any) -> None:
    mail = waiting_mail()
    with open_post_office(settings, BUSY, BUSY) as office:
        for hours in range(3):
            deliver(LATE + timedelta(hours=hours))
    assert office.ids == [f"<{mail.token}@example.org>"] * 3


def test_it_says_that_a_machine_wrote_it(settings: Any) -> None:
    waiting_mail()
    with open_post_office(settings) as office:
        deliver(LATE)
    assert office.taken[0]["Auto-Submitted"] == "auto-generated"


def test_no_header_can_be_smuggled_in_by_a_subject(settings: Any) -> None:
    make_desk()
    EmailTemplate.objects.create(name="late", subject="{{case.subject}}\r\nX-Mood: bad", body="Late")
    violate(
        {"kind": "email", "to": LEAD, "template": "late"}, subject="Leak\r\nBcc: eve@example.com\r\n\r\nHi"
    )
    with open_post_office(settings) as office:
        deliver(LATE)
    (message,) = office.taken
    assert message["Subject"] == "Leak Bcc: eve@example.com Hi X-Mood: bad"
    assert (message["Bcc"], message["X-Mood"], office.envelopes) == (None, None, [LEAD])


def test_a_template_says_what_it_is_told_to(settings: Any) -> None:
    make_desk()
    body = "{{ case.number }} {{milestone.name}} {{milestone.target_date}} {{nonsense}} {{case.link}}"
    EmailTemplate.objects.create(name="late", subject="{{milestone.news}}: {{account.tier}}", body=body)
    settings.SITE_URL = "https://desk.example.org"
    waiting_mail(template="late")
    with open_post_office(settings) as office:
        deliver(LATE)
    (message,) = office.taken
    assert (message["Subject"], message.get_content().strip()) == (
        "late: Premium",
        "C-000001 First Response 2026-03-04 13:00 UTC {{nonsense}} https://desk.example.org/cases/C-000001/",
    )


def test_letters_of_any_language_arrive(settings: Any) -> None:
    violate({"kind": "email", "to": LEAD}, subject="Grüße 🚿 Wasser")
    with open_post_office(settings) as office:
        deliver(LATE)
    assert "“Grüße 🚿 Wasser”" in office.taken[0].get_content()


def test_everybody_meant_gets_one_of_their_own(settings: Any) -> None:
    make_desk()
    account = make_customer()
    ann = make_user("ann", email="ann@example.org")
    make_user("sue", "Supervisors", email="sue@example.org")
    make_user("gone", "Supervisors", email="gone@example.org", is_active=False)
    Queue.objects.get(name="Claims").members.set([ann, make_user("bob", email="bob@example.org")])
    to = ["owner", "queue", "supervisors", "contact", "ann", "lead@example.com", "nobody"]
    process = account.entitlements.get().process
    row = process.versions.get().rows.get(milestone__name="First Response")
    trigger = row.triggers.create(kind="violation")
    trigger.actions.create(kind="email", parameters={"to": to})
    row.save()
    contact = make_contact(account, "Ada Byron")
    violate(account=account, contact=contact, owner=ann, queue="Claims")
    with open_post_office(settings) as office:
        while deliver(LATE):
            continue
    assert sorted(office.envelopes) == [
        ["ada@example.com"],
        ["ann@example.org"],
        ["bob@example.org"],
        ["lead@example.com"],
        ["sue@example.org"],
    ]


@pytest.mark.parametrize("to", [["owner"], ["contact"], ["queue"], ["nobody"], ["mute"]])
def test_without_an_address_it_is_dead_with_the_reason(settings: Any, to: list[str]) -> None:
    make_user("mute")
    mail = waiting_mail(to=to)
    with open_post_office(settings):
        deliver(LATE)
    mail.refresh_from_db()
    assert (mail.state, mail.error) == ("dead", "None of the recipients has an address.")


def test_one_without_an_address_does_not_hold_up_the_next(settings: Any) -> None:
    violate({"kind": "email", "to": ["owner"]}, {"kind": "email", "to": LEAD})
    with open_post_office(settings) as office:
        while deliver(LATE):
            continue
    assert office.envelopes == [LEAD]


def test_a_server_that_is_down_costs_a_little_patience(settings: Any) -> None:
    mail = waiting_mail()
    send_to(settings, free_port())
    deliver(LATE)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error.partition(":")[0]) == (
        "waiting",
        1,
        "ConnectionRefusedError",
    )
    assert mail.next_attempt_at is not None
    assert abs(mail.next_attempt_at - LATE - BACK_OFF[0]) <= BACK_OFF[0] * 0.1


def test_it_is_not_tried_before_its_time(settings: Any) -> None:
    waiting_mail()
    with open_post_office(settings, BUSY) as office:
        deliver(LATE)
        deliver(LATE + timedelta(seconds=4))
    assert len(office.offered) == 1


def test_it_is_tried_again_and_arrives(settings: Any) -> None:
    mail = waiting_mail()
    with open_post_office(settings, BUSY) as office:
        deliver(LATE)
        deliver(LATE + timedelta(seconds=6))
    mail.refresh_from_db()
    assert (len(office.taken), mail.state, mail.attempts, mail.error) == (1, "done", 2, "")


def give_up(settings: Any) -> Delivery:
    """Every try, each as soon as it is due."""
    mail, now = waiting_mail(), LATE
    send_to(settings, free_port())
    while mail.state == "waiting":
        now = mail.next_attempt_at or now
        deliver(now)
        mail.refresh_from_db()
    return mail


def test_after_the_last_try_it_is_dead(settings: Any) -> None:
    mail = give_up(settings)
    assert (mail.state, mail.attempts, mail.next_attempt_at) == ("dead", settings.DELIVERY_ATTEMPTS, None)
    assert "ConnectionRefusedError" in mail.error


def test_a_dead_one_is_replayed_with_the_same_id(settings: Any) -> None:
    mail = give_up(settings)
    assert replay(mail.pk, LATE)
    with open_post_office(settings) as office:
        deliver(LATE)
    mail.refresh_from_db()
    assert (mail.state, office.ids) == ("done", [f"<{mail.token}@example.org>"])


def test_only_a_dead_one_is_replayed(settings: Any) -> None:
    assert not replay(waiting_mail().pk, LATE)


def test_an_owner_who_came_later_gets_it(settings: Any) -> None:
    make_user("ann", email="ann@example.org")
    case = violate({"kind": "email", "to": ["owner"]})
    change_case(case.pk, fields={"owner": "ann"}, by=None, now=NOON + timedelta(hours=2))
    with open_post_office(settings) as office:
        deliver(LATE)
    assert office.envelopes == [["ann@example.org"]]
