"""What the database itself refuses about mail."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from cases.models import CaseFollower, ReceivedMail
from entitlements.models import EntitlementSettings, Mailbox
from tests.factory import NOON, make_case, make_desk, make_user

pytestmark = pytest.mark.django_db


def mailbox(**fields: object) -> Mailbox:
    return Mailbox.objects.create(**{"name": "Support", "address": "s@desk.example", "host": "x", **fields})


def received(box: Mailbox, uid: int, fingerprint: str, outcome: str = "opened") -> None:
    ReceivedMail.objects.create(
        mailbox=box,
        uid_validity=1,
        uid=uid,
        fingerprint=fingerprint,
        outcome=outcome,
        arrived_at=NOON,
        handled_at=NOON,
    )


@pytest.mark.parametrize("port", [0, 65_536])
def test_a_port_that_is_none(port: int) -> None:
    with pytest.raises(IntegrityError, match="mailbox_port"), transaction.atomic():
        mailbox(port=port)


def test_a_mail_is_read_once() -> None:
    """a_mail_is_read_once"""
    box = mailbox()
    received(box, 1, "a")
    with pytest.raises(IntegrityError, match="uid"), transaction.atomic():
        received(box, 1, "b")


def test_a_mail_is_handled_once() -> None:
    """a_mail_is_handled_once: its copies are noted as such, however many."""
    box = mailbox()
    received(box, 1, "a")
    received(box, 2, "a", "twice")
    received(box, 3, "a", "twice")
    with pytest.raises(IntegrityError, match="fingerprint|a_mail_is_handled_once"), transaction.atomic():
        received(box, 4, "a")


def test_one_place_in_a_case_team() -> None:
    """one_place_in_a_case_team"""
    make_desk()
    case, user = make_case(), make_user()
    CaseFollower.objects.create(case=case, user=user, since=NOON)
    with pytest.raises(IntegrityError, match="user|one_place"), transaction.atomic():
        CaseFollower.objects.create(case=case, user=user, since=NOON)


def test_a_digest_within_a_day() -> None:
    with pytest.raises(IntegrityError, match="a_digest_within_a_day"), transaction.atomic():
        EntitlementSettings.objects.create(pk=1, digest_minutes=1441)
