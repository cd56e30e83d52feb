"""What the database refuses of saved reports, service reviews and past estimates."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from cases.models import PastEstimate, ReportMailing, ReviewLink, SavedReport, ServiceReview
from entitlements.models import Milestone
from tests.engine.refusals import refused_by
from tests.factory import NOON, make_account, make_desk, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sue() -> User:
    make_desk()
    return make_user("sue", "Supervisors")


def save_report(owner: User, **fields: Any) -> SavedReport:
    return SavedReport.objects.create(owner=owner, report="compliance", **{"name": "Ours", **fields})


def review(**fields: Any) -> ServiceReview:
    days = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}
    return ServiceReview.objects.create(
        account=make_account(), time_zone="UTC", figures={}, figures_at=NOON, created_at=NOON, **days | fields
    )


def test_a_person_saves_a_name_once(sue: User) -> None:
    save_report(sue)
    with refused_by("one_saved_report_a_name"):
        save_report(sue)
    save_report(make_user("sam", "Supervisors"))


def test_what_is_mailed_has_its_time_and_what_is_not_is_never_next(sue: User) -> None:
    with refused_by("a_mailed_report_has_its_time"):
        save_report(sue, rhythm="daily")
    with refused_by("a_mailed_report_has_its_time"):
        save_report(sue, next_at=NOON)
    save_report(sue, rhythm="daily", at=time(8), next_at=NOON)


def test_there_is_no_eighth_weekday(sue: User) -> None:
    with refused_by("a_week_has_seven_days"):
        save_report(sue, weekday=7)


def test_a_period_is_mailed_once(sue: User) -> None:
    report = save_report(sue)

    def mail() -> None:
        ReportMailing.objects.create(report=report, period="daily 2026-03-04", due_at=NOON, made_at=NOON)

    mail()
    with refused_by("one_mailing_a_period"):
        mail()


def test_a_review_ends_after_it_begins() -> None:
    with refused_by("review_ends_after_it_begins"):
        review(last_day=date(2026, 2, 28))


def test_a_review_s_link_lasts() -> None:
    of = review()
    with refused_by("review_link_lasts"):
        ReviewLink.objects.create(review=of, created_at=NOON, expires_at=NOON)
    ReviewLink.objects.create(review=of, created_at=NOON, expires_at=NOON + timedelta(seconds=1))


def test_a_group_has_one_past_estimate_a_moment() -> None:
    milestone = Milestone.objects.create(name="M")

    def estimate() -> None:
        PastEstimate.objects.create(begins=NOON, milestone=milestone, minutes=60, used=20, chance=0.5)

    estimate()
    with refused_by("one_past_estimate_a_group"):
        estimate()
