"""The mail of an escalation's step: to whom, in which words, and once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail

from cases.delivery.deliver import deliver
from cases.engine.due import tick
from cases.models import Case, Delivery
from entitlements.models import EmailTemplate, LadderLevel
from tests.escalation_rows import escalating_case, make_ladder, make_rule
from tests.factory import NOON, make_case, make_desk, make_user

pytestmark = pytest.mark.django_db
LATE = NOON + timedelta(hours=1, seconds=1)


@pytest.fixture
def case() -> Case:
    make_desk()
    ada = make_user("ada", email="ada@example.com", first_name="Ada", last_name="Byron")
    make_ladder("On call", (0, ["owner", "duty@example.com"]), (30, ["owner"]))
    case = escalating_case(now=NOON, owner=ada)
    tick(LATE, 10)
    return case


def sent() -> list[mail.EmailMessage]:
    while deliver(LATE):
        continue
    return mail.outbox


def test_each_address_gets_one_of_its_own(case: Case) -> None:
    assert [message.to for message in sent()] == [["ada@example.com"], ["duty@example.com"]]


def test_it_says_why_and_at_which_level(case: Case) -> None:
    assert sent()[0].subject == f"{case.number}: First Response is late (level 1)"


def test_each_has_its_own_link(case: Case) -> None:
    links = [re.findall(r"https?://\S+/acknowledge/\S+/", str(message.body)) for message in sent()]
    assert [len(found) for found in links] == [1, 1]
    assert links[0] != links[1]


def test_it_is_put_into_the_outbox_once(case: Case) -> None:
    tick(LATE, 10)
    assert Delivery.objects.filter(event="case.escalated", kind="email").count() == 2


def test_it_is_worded_when_the_step_is_taken(case: Case) -> None:
    Case.objects.update(subject="Another")
    assert "“Water in the cellar”" in str(sent()[0].body)


def test_a_level_may_have_a_template() -> None:
    make_desk()
    EmailTemplate.objects.create(
        name="page", subject="{{case.number}} to {{escalation.level}}", body="{{escalation.acknowledge}}"
    )
    ladder = make_ladder("On call", (0, ["duty@example.com"]))
    LadderLevel.objects.filter(ladder=ladder).update(template="page")
    case = escalating_case(now=NOON)
    tick(LATE, 10)
    (message,) = sent()
    assert message.subject == f"{case.number} to 1"
    assert re.fullmatch(r"https?://\S+/acknowledge/\S+/", str(message.body))


def test_the_rule_writes_without_a_link() -> None:
    make_desk()
    make_rule({"actions": {60: {"email": {"to": ["duty@example.com"]}}}})
    case = make_case(now=NOON)
    tick(LATE, 10)
    (message,) = sent()
    assert (message.subject, "/acknowledge/" in str(message.body)) == (
        f"{case.number}: Entry 1 (Standard)",
        False,
    )
