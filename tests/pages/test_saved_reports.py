"""Saved reports as pages: saved from a report, mailed, stopped, deleted; each by whom it is allowed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Delivery, SavedReport
from cases.operations.mail_reports import mail_next
from tests.factory import make_user
from tests.pages.conftest import logged_in

MAILED = {"rhythm": "weekly", "weekday": "2", "at": "07:30", "recipients": "a@example.com, b@example.com"}


@pytest.fixture
def saved(supervisor: Client) -> SavedReport:
    supervisor.post(
        "/reports/compliance/save/", {"name": "Kept", "query": "period=7d&by=queue", "audience": "me"}
    )
    return SavedReport.objects.get()


def test_saved_listed_opened_mailed_stopped_and_deleted(supervisor: Client, saved: SavedReport) -> None:
    text = supervisor.get("/reports/saved/").content.decode()
    assert 'href="/reports/compliance/?period=7d&amp;by=queue"' in text
    page = f"/reports/saved/{saved.pk}/"
    assert supervisor.post(page, MAILED).status_code == 302
    saved.refresh_from_db()
    assert (saved.rhythm, saved.weekday, f"{saved.at:%H:%M}") == ("weekly", 2, "07:30")
    assert saved.recipients == ["a@example.com", "b@example.com"]
    assert "a@example.com\nb@example.com" in supervisor.get(page).content.decode()
    supervisor.post(f"{page}stop/")
    assert not SavedReport.objects.filter(next_at__isnull=False).exists()
    supervisor.post(f"{page}delete/")
    assert not SavedReport.objects.exists()


def test_its_time_is_that_of_whoever_saved_it(supervisor: Client) -> None:
    supervisor.cookies["time_zone"] = "Europe/Berlin"
    supervisor.post("/reports/compliance/save/", {"name": "Kept", "query": ""})
    saved = SavedReport.objects.get()
    supervisor.post(f"/reports/saved/{saved.pk}/", MAILED)
    saved.refresh_from_db()
    assert saved.next_at is not None
    assert (saved.time_zone, saved.next_at.minute, saved.next_at.hour in (5, 6)) == (
        "Europe/Berlin",
        30,
        True,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        *({"rhythm": "hourly"}, {"weekday": "7"}, {"weekday": "x"}, {"at": "25:00"}, {"at": ""}),
        *({"recipients": ""}, {"recipients": "nobody"}, {"recipients": "a@b.example\x00"}),
    ],
)
def test_bad_mailing_gets_a_message(supervisor: Client, saved: SavedReport, wrong: dict[str, str]) -> None:
    answer = supervisor.post(f"/reports/saved/{saved.pk}/", MAILED | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    saved.refresh_from_db()
    assert saved.next_at is None


@pytest.mark.parametrize(
    "given", [{}, {"name": " "}, {"name": "x" * 81}, {"name": "x", "query": "period=" + "9" * 3000}]
)
def test_what_cannot_be_saved_gets_a_message(supervisor: Client, given: dict[str, str]) -> None:
    answer = supervisor.post("/reports/compliance/save/", given, follow=True)
    assert "messagelist" in answer.content.decode()
    assert not SavedReport.objects.exists()


def test_a_hostile_address_is_only_an_address(supervisor: Client) -> None:
    query = 'x="><script>&y=\r\nSet-Cookie:z'
    supervisor.post("/reports/compliance/save/", {"name": "<b>", "query": query})
    text = supervisor.get("/reports/saved/").content.decode()
    assert "<script>&" not in text and "&lt;b&gt;" in text


def test_shared_ones_are_opened_by_others_and_private_ones_are_not(
    supervisor: Client, saved: SavedReport
) -> None:
    eve = logged_in(make_user("eve", "Supervisors"))
    page = f"/reports/saved/{saved.pk}/"
    assert eve.get(page).status_code == 404
    SavedReport.objects.update(is_shared=True)
    assert "Mail it from now on" not in eve.get(page).content.decode()
    assert eve.post(page, MAILED).status_code == 422
    saved.refresh_from_db()
    assert saved.next_at is None


def test_agents_save_nothing(client: Client, agent: User, saved: SavedReport) -> None:
    for address in ("/reports/saved/", f"/reports/saved/{saved.pk}/"):
        assert client.get(address).status_code == 403
        assert Client().get(address).status_code == 302
    for address in ("compliance/save", f"saved/{saved.pk}/stop", f"saved/{saved.pk}/delete"):
        assert client.post(f"/reports/{address}/", {"name": "x"}).status_code == 403
    assert SavedReport.objects.count() == 1


def test_an_administrator_sees_its_mails_among_the_deliveries(
    supervisor: Client, saved: SavedReport, ago: Any
) -> None:
    supervisor.post(f"/reports/saved/{saved.pk}/", MAILED)
    SavedReport.objects.update(next_at=ago(0))
    mail_next(ago(0))
    delivery = Delivery.objects.first()
    assert delivery is not None
    administrator = logged_in(make_user("ada", "Administrators", is_staff=True))
    text = administrator.get("/setup/cases/delivery/").content.decode()
    assert "report.mailed" in text and "a@example.com" in text
    assert (
        "Report by mail" in administrator.get(f"/setup/cases/delivery/{delivery.pk}/change/").content.decode()
    )
