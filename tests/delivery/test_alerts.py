"""Email alerts: their words, their thread, who gets them, and when warnings leave."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from cases.delivery.deliver import deliver
from cases.delivery.digest import collect
from cases.engine.due import tick
from cases.models import Case, Delivery, DigestEntry
from cases.operations import follow_case
from entitlements.models import ConfigurationRevision, EmailTemplate, EntitlementSettings, Mailbox, Queue
from tests.delivery.post_office import open_post_office
from tests.delivery.waiting import LATE, LEAD, violate
from tests.factory import (
    NOON,
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_hours,
    make_process,
    make_user,
    violation,
    warning,
)

pytestmark = pytest.mark.django_db
MAIL = {"kind": "email", "to": LEAD}
SOON = NOON + timedelta(minutes=45)


class TestItsWords:
    def test_are_plain_and_html_where_the_template_has_both(self, settings: Any) -> None:
        make_desk()
        html = "<p>{{case.subject}} <b>{{milestone.news}}</b> {{nonsense}}</p>"
        EmailTemplate.objects.create(name="late", subject="Late", body="{{case.subject}}", html=html)
        violate({**MAIL, "template": "late"}, subject="<script>1 & 2</script>")
        with open_post_office(settings) as office:
            deliver(LATE)
        plain, rich = office.taken[0].get_body(("plain",)), office.taken[0].get_body(("html",))
        assert plain is not None and plain.get_content().strip() == "<script>1 & 2</script>"
        assert rich is not None and rich.get_content().strip() == (
            "<p>&lt;script&gt;1 &amp; 2&lt;/script&gt; <b>late</b> {{nonsense}}</p>"
        )

    def test_are_plain_alone_where_it_has_no_html(self, settings: Any) -> None:
        violate(MAIL)
        with open_post_office(settings) as office:
            deliver(LATE)
        assert office.taken[0].get_content_type() == "text/plain"


class TestItsThread:
    def test_is_that_of_the_case(self, settings: Any) -> None:
        violate(MAIL, {"kind": "email", "to": ["boss@example.com"]})
        with open_post_office(settings) as office:
            while deliver(LATE):
                continue
        assert {message["References"] for message in office.taken} == {"<C-000001@example.org>"}

    def test_is_answered_to_the_mailbox(self, settings: Any) -> None:
        Mailbox.objects.create(name="Support", address="support@desk.example", host="x")
        violate(MAIL)
        with open_post_office(settings) as office:
            deliver(LATE)
        assert office.taken[0]["Reply-To"] == "support@desk.example"


def alerts_its_team() -> Case:
    make_desk()
    process = make_process("", first_response(60, triggers=[violation(0, {"kind": "email", "to": ["team"]})]))
    return make_case(account=make_customer(process), now=NOON)


class TestTheCaseTeam:
    def test_gets_an_alert_for_the_team(self, settings: Any) -> None:
        case = alerts_its_team()
        for name in ("ann", "bob"):
            ann = make_user(name, email=f"{name}@desk.example")
            follow_case(case.pk, ann, by=ann, role="Expert", now=NOON)
        gone = make_user("gone", email="g@desk.example")
        follow_case(case.pk, gone, by=ann, now=NOON)
        User.objects.filter(pk=gone.pk).update(is_active=False)
        tick(LATE, 100)
        recipients = Delivery.objects.values_list("recipient", flat=True)
        assert sorted(recipients) == ["ann@desk.example", "bob@desk.example"]

    def test_gets_none_once_it_may_not_see_the_case(self) -> None:
        case, ann = alerts_its_team(), make_user(email="ann@desk.example")
        follow_case(case.pk, ann, by=ann, now=NOON)
        Queue.objects.create(name="Legal", is_restricted=True)
        Case.objects.update(queue="Legal")
        tick(LATE, 100)
        assert not Delivery.objects.filter(recipient="ann@desk.example").exists()


def warn(cases: int = 1, to: list[str] | None = None, **options: Any) -> list[Case]:
    """Cases whose first response is due in a quarter of an hour: a warning is mailed."""
    make_desk()
    EntitlementSettings.objects.update_or_create(pk=1, defaults=options)
    ConfigurationRevision.advance()
    action = {"kind": "email", "to": to or LEAD}
    process = make_process("", first_response(60, triggers=[warning(75, 0, action), violation(0, action)]))
    account = make_customer(process)
    found = [make_case(account=account, now=NOON) for _ in range(cases)]
    tick(SOON, 100)
    return found


class TestQuietHours:
    def test_hold_a_warning_back_until_they_open(self) -> None:
        warn(warning_hours=make_hours("Evening", opens=time(20), closes=time(22)))
        assert Delivery.objects.get().next_attempt_at == datetime(2026, 3, 4, 20, tzinfo=UTC)

    def test_hold_back_nothing_while_they_are_open(self) -> None:
        warn(warning_hours=make_hours("Office"))
        assert Delivery.objects.get().next_attempt_at == SOON

    def test_never_hold_a_violation_back(self) -> None:
        warn(warning_hours=make_hours("Evening", opens=time(20), closes=time(22)))
        tick(LATE, 100)
        assert Delivery.objects.get(event="milestone.violated").next_attempt_at == LATE


class TestADigest:
    def test_is_one_mail_for_the_warnings_of_a_while(self, settings: Any) -> None:
        cases = warn(3, digest_minutes=30)
        noon_and_an_hour = NOON + timedelta(hours=1)
        assert collect(noon_and_an_hour - timedelta(seconds=1)) == 0
        assert collect(noon_and_an_hour) == 3
        with open_post_office(settings) as office:
            while deliver(noon_and_an_hour):
                continue
        (message,) = office.taken
        assert message["Subject"] == "3 milestones are due soon"
        text = message.get_content()
        assert all(f"* {case.number}: First Response, due 2026-03-04 13:00 UTC" in text for case in cases)

    def test_accounts_for_each_warning_in_its_own_row(self) -> None:
        warn(2, digest_minutes=30)
        collect(NOON + timedelta(hours=1))
        rows = Delivery.objects.filter(fired_trigger__isnull=False)
        carrier = Delivery.objects.get(fired_trigger=None)
        assert [(row.state, row.result["collected_in"]) for row in rows] == [("done", carrier.key)] * 2
        assert (carrier.state, DigestEntry.objects.count()) == ("waiting", 0)

    def test_is_made_for_each_person(self) -> None:
        warn(2, to=["a@example.com", "b@example.com"], digest_minutes=30)
        collect(NOON + timedelta(hours=1))
        carriers = Delivery.objects.filter(fired_trigger=None)
        assert sorted(carriers.values_list("recipient", flat=True)) == ["a@example.com", "b@example.com"]

    def test_of_one_warning_is_that_warning(self, settings: Any) -> None:
        warn(1, digest_minutes=30)
        collect(NOON + timedelta(hours=1))
        with open_post_office(settings) as office:
            deliver(NOON + timedelta(hours=1))
        assert office.taken[0]["Subject"] == "C-000001: First Response — due soon"

    def test_that_nobody_collects_leaves_one_by_one_a_little_later(self, settings: Any) -> None:
        warn(2, digest_minutes=30)
        with open_post_office(settings) as office:
            deliver(NOON + timedelta(minutes=69))
            deliver(NOON + timedelta(minutes=70))
        assert len(office.taken) == 2
        assert collect(NOON + timedelta(minutes=71)) == 2
        assert not Delivery.objects.filter(fired_trigger=None).exists()

    def test_leaves_out_what_was_cancelled(self) -> None:
        warn(3, digest_minutes=30)
        Delivery.objects.filter(pk=Delivery.objects.order_by("pk")[0].pk).update(state="cancelled")
        collect(NOON + timedelta(hours=1))
        assert Delivery.objects.get(fired_trigger=None).payload["subject"] == "2 milestones are due soon"

    def test_holds_no_violation_back(self) -> None:
        warn(2, digest_minutes=30)
        tick(LATE, 100)
        assert DigestEntry.objects.count() == 2
        late = Delivery.objects.filter(event="milestone.violated")
        assert set(late.values_list("next_attempt_at", flat=True)) == {LATE}
