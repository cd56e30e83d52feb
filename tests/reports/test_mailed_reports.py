"""Saved reports by mail: through the outbox, once a period, whoever looks and however often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from cases.delivery.deliver import deliver
from cases.models import Delivery, ReportMailing, Rhythm, SavedReport
from cases.operations import Refused, mail_reports
from cases.operations.mail_reports import mail_next
from cases.operations.saved_reports import delete_report, mail_report, save_report, stop_mailing
from cases.reports.registry import BY_KEY
from tests.delivery.post_office import open_post_office
from tests.engine.test_at_once import at_once
from tests.factory import make_desk, make_user
from tests.reports.desk import one_of_each

MONDAY = datetime(2026, 3, 9, 7, tzinfo=UTC)
BEFORE = MONDAY - timedelta(hours=1)
TO = ["lead@example.com", "board@example.org"]

Change = Callable[..., SavedReport]


@pytest.fixture
def sue(db: None) -> User:
    make_desk()
    return make_user("sue", "Supervisors", email="sue@example.com")


@pytest.fixture
def weekly(sue: User) -> SavedReport:
    """Last week's compliance, each Monday at 7."""
    one_of_each(sue)
    saved = save(sue, "Kept", query="from=2026-03-01&to=2026-03-08")
    return mail_report(sue, saved.pk, **weekly_at(7), recipients=TO, now=BEFORE)


def save(
    user: User, name: str, report: str = "compliance", query: str = "", shared: bool = False
) -> SavedReport:
    return save_report(user, name=name, report=report, query=query, is_shared=shared, time_zone="UTC")


def weekly_at(hour: int) -> dict[str, Any]:
    return {"rhythm": Rhythm.WEEKLY, "weekday": 0, "at": time(hour)}


def mail_all(now: datetime) -> None:
    while mail_next(now):
        continue


def put_up() -> list[str]:
    return sorted(Delivery.objects.filter(kind="report").values_list("recipient", flat=True))


class TestOnceAPeriod:
    def test_not_before_its_time(self, weekly: SavedReport) -> None:
        mail_all(MONDAY - timedelta(seconds=1))
        assert put_up() == []

    def test_at_its_time_to_each_recipient(self, weekly: SavedReport) -> None:
        mail_all(MONDAY)
        assert put_up() == sorted(TO)
        weekly.refresh_from_db()
        assert weekly.next_at == MONDAY + timedelta(days=7)

    def test_however_often_somebody_looks(self, weekly: SavedReport) -> None:
        for minutes in range(3):
            mail_all(MONDAY + timedelta(minutes=minutes))
        assert put_up() == sorted(TO)

    def test_again_in_the_next_period(self, weekly: SavedReport) -> None:
        mail_all(MONDAY)
        mail_all(MONDAY + timedelta(days=7))
        assert put_up() == sorted(TO * 2)
        periods = ReportMailing.objects.order_by("due_at").values_list("period", flat=True)
        assert list(periods) == ["weekly 2026-W11", "weekly 2026-W12"]

    def test_after_a_downtime_the_newest_alone(self, weekly: SavedReport) -> None:
        mail_all(MONDAY + timedelta(days=23))
        assert put_up() == sorted(TO)
        weekly.refresh_from_db()
        assert ReportMailing.objects.get().due_at == MONDAY + timedelta(days=21)
        assert weekly.next_at == MONDAY + timedelta(days=28)

    def test_another_hour_in_the_same_period_sends_nothing_more(self, weekly: SavedReport, sue: User) -> None:
        mail_all(MONDAY)
        again = mail_report(sue, weekly.pk, **weekly_at(9), recipients=TO, now=MONDAY + timedelta(hours=1))
        assert again.next_at == MONDAY + timedelta(hours=2)
        mail_all(MONDAY + timedelta(hours=2))
        assert put_up() == sorted(TO)

    def test_a_crash_before_it_is_recorded_sends_nothing_and_the_next_look_all(
        self, weekly: SavedReport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The process dies between the mailing's row and the outbox: the transaction did not happen."""

        def dies(*_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(mail_reports, "put", dies)
            mail_next(MONDAY)
        assert not ReportMailing.objects.exists()
        mail_all(MONDAY)
        assert put_up() == sorted(TO)

    def test_what_was_changed_while_it_was_worked_out_is_worked_out_again(
        self, weekly: SavedReport, sue: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        work_out = mail_reports._letter

        def meanwhile(saved: SavedReport, moment: datetime) -> Any:
            letter = work_out(saved, moment)
            monkeypatch.setattr(mail_reports, "_letter", work_out)
            mail_report(sue, saved.pk, **weekly_at(9), recipients=TO[:1], now=BEFORE)
            return letter

        monkeypatch.setattr(mail_reports, "_letter", meanwhile)
        mail_all(MONDAY)
        assert put_up() == []
        mail_all(MONDAY + timedelta(hours=2))
        assert put_up() == TO[:1]


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_send_one(weekly: SavedReport) -> None:
    at_once(*[lambda: mail_all(MONDAY)] * 4)
    assert put_up() == sorted(TO)
    assert ReportMailing.objects.count() == 1


class TestWhatGoesWrong:
    def test_who_is_no_supervisor_any_more_mails_nothing(self, weekly: SavedReport, sue: User) -> None:
        sue.groups.set([Group.objects.get_or_create(name="Agents")[0]])
        mail_all(MONDAY)
        weekly.refresh_from_db()
        assert (put_up(), weekly.next_at) == ([], None)
        assert "no supervisor any more" in weekly.error

    def test_a_report_that_is_gone(self, weekly: SavedReport) -> None:
        SavedReport.objects.update(report="nonsense")
        mail_all(MONDAY)
        weekly.refresh_from_db()
        assert (put_up(), weekly.next_at) == ([], None)

    def test_one_that_fails_says_why_and_holds_up_no_other(
        self, weekly: SavedReport, sue: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = mail_report(sue, save(sue, "Other").pk, **weekly_at(8), recipients=TO[:1], now=BEFORE)
        work_out = mail_reports._letter

        def fails(saved: SavedReport, moment: datetime) -> Any:
            if saved.pk == weekly.pk:
                raise ZeroDivisionError("too few")
            return work_out(saved, moment)

        monkeypatch.setattr(mail_reports, "_letter", fails)
        mail_all(MONDAY + timedelta(hours=1))
        weekly.refresh_from_db()
        assert put_up() == TO[:1]
        assert (weekly.next_at, "ZeroDivisionError" in weekly.error) == (MONDAY + timedelta(days=7), True)
        assert other.mailings.count() == 1

    def test_stopped_or_deleted_it_sends_nothing(self, weekly: SavedReport, sue: User) -> None:
        stop_mailing(sue, weekly.pk)
        mail_all(MONDAY)
        delete_report(sue, weekly.pk)
        mail_all(MONDAY + timedelta(days=7))
        assert put_up() == []


class TestMail:
    def test_it_says_what_the_report_says(self, weekly: SavedReport, settings: Any) -> None:
        mail_all(MONDAY)
        with open_post_office(settings) as office:
            while deliver(MONDAY):
                continue
        assert sorted(office.envelopes) == [["board@example.org"], ["lead@example.com"]]
        mail = office.taken[0]
        assert mail["Subject"] == "Kept: 1 to 8 Mar 2026"
        plain = mail.get_body(("plain",))
        html = mail.get_body(("html",))
        assert plain is not None and html is not None
        for text in (plain.get_content(), html.get_content()):
            assert "40.0 %" in text and "First Response" in text
            assert "/reports/compliance/?from=2026-03-01&" in text
        (file,) = mail.iter_attachments()
        assert (file.get_filename(), file.get_content_type()) == ("compliance-2026-03-09.csv", "text/csv")
        assert "First Response,2,1,2" in file.get_content()

    @pytest.mark.parametrize("report", list(BY_KEY))
    def test_every_report_can_be_mailed(self, sue: User, report: str) -> None:
        one_of_each(sue)
        saved = save(sue, "One", report)
        mail_report(sue, saved.pk, **weekly_at(7), recipients=TO[:1], now=BEFORE)
        mail_all(MONDAY)
        saved.refresh_from_db()
        assert saved.error == ""
        assert BY_KEY[report].title in ReportMailing.objects.get().body

    def test_its_id_is_the_same_at_every_attempt(self, weekly: SavedReport, settings: Any) -> None:
        mail_report(weekly.owner, weekly.pk, **weekly_at(7), recipients=TO[:1], now=BEFORE)
        mail_all(MONDAY)
        with open_post_office(settings, "451 come back later") as office:
            deliver(MONDAY)
            deliver(MONDAY + timedelta(hours=1))
        token = Delivery.objects.get().token
        assert office.ids == [f"<{token}@example.org>"] * 2

    def test_one_that_is_no_longer_kept_is_dead(self, weekly: SavedReport, settings: Any) -> None:
        mail_all(MONDAY)
        ReportMailing.objects.all().delete()
        with open_post_office(settings) as office:
            deliver(MONDAY)
        assert office.taken == []
        assert set(Delivery.objects.values_list("state", flat=True)) == {"dead"}

    def test_a_file_that_is_too_large_stays_away(
        self, weekly: SavedReport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cases.reports.in_mail.LARGEST_FILE", 10)
        mail_all(MONDAY)
        mailing = ReportMailing.objects.get()
        assert (mailing.csv, "too large for a mail" in mailing.body) == ("", True)


class TestSaving:
    def test_saved_again_it_is_replaced(self, sue: User) -> None:
        first = save(sue, "Kept", query="period=7d")
        assert save(sue, " Kept ", query="", shared=True).pk == first.pk
        first.refresh_from_db()
        assert (first.query, first.is_shared) == ("", True)

    @pytest.mark.parametrize(
        ("name", "report", "query"),
        [
            ("", "compliance", ""),
            ("x" * 81, "compliance", ""),
            ("x", "nonsense", ""),
            ("x", "compliance", "q" * 2001),
        ],
    )
    def test_what_cannot_be_saved(self, sue: User, name: str, report: str, query: str) -> None:
        with pytest.raises(Refused):
            save(sue, name, report, query)
        assert not SavedReport.objects.exists()

    @pytest.mark.parametrize("to", [[], [" "], ["nobody"], ["a@b.example"] + ["x" * 300 + "@b.example"]])
    def test_whom_it_cannot_be_mailed_to(self, sue: User, to: list[str]) -> None:
        saved = save(sue, "Kept")
        with pytest.raises(Refused):
            mail_report(sue, saved.pk, **weekly_at(7), recipients=to, now=BEFORE)
        assert not SavedReport.objects.due(MONDAY + timedelta(days=99)).exists()

    def test_too_many_recipients_and_the_same_one_twice(self, sue: User) -> None:
        saved = save(sue, "Kept")
        with pytest.raises(Refused):
            many = [f"a{number}@example.com" for number in range(21)]
            mail_report(sue, saved.pk, **weekly_at(7), recipients=many, now=BEFORE)
        twice = ["Lead@Example.com", "lead@example.com"]
        mailed = mail_report(sue, saved.pk, **weekly_at(7), recipients=twice, now=BEFORE)
        assert mailed.recipients == ["lead@example.com"]

    def test_another_supervisors_is_not_ones_own(self, sue: User) -> None:
        eve = make_user("eve", "Supervisors")
        mine, shared = save(sue, "Mine"), save(sue, "Shared", shared=True)
        for saved in (mine, shared):
            with pytest.raises(Refused):
                mail_report(eve, saved.pk, **weekly_at(7), recipients=TO, now=BEFORE)
            with pytest.raises(Refused):
                stop_mailing(eve, saved.pk)
        with pytest.raises(Refused):
            delete_report(eve, mine.pk)
        delete_report(eve, shared.pk)
