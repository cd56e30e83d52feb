"""Saving business hours that open milestones count in: what moves is shown first, then it follows."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.engine.recalculate import recalculate
from cases.models import Case, CaseMilestone, Recalculation
from entitlements.models import BusinessHours, BusinessHoursWindow
from tests.factory import first_response, make_case, make_customer, make_hours, make_process, make_user
from tests.setup.administrator import Setup, page_of

WHOLE_WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00-24:00")
MORNINGS = dict.fromkeys(WHOLE_WEEK, "00:00-12:00")


@pytest.fixture
def hours(desk: None) -> BusinessHours:
    return make_hours("Office", days=range(7), opens=time(0), closes=time(0))


@pytest.fixture
def case(hours: BusinessHours) -> Case:
    """Due in a week, in hours that are always open."""
    process = make_process("Premium", first_response(7 * 24 * 60, hours=hours))
    return make_case(account=make_customer(process), now=timezone.now())


def save(setup: Setup, hours: BusinessHours, week: dict[str, str], **given: Any) -> Any:
    return setup.change(hours, name="Office", time_zone="UTC", **week, **given)


def confirm(setup: Setup, hours: BusinessHours, week: dict[str, str]) -> Any:
    """As the page that asks posts it again."""
    question = save(setup, hours, week)
    name, token = question.context["confirmed"]
    return save(setup, hours, week, **{name: token})


def target(case: Case) -> datetime:
    found = CaseMilestone.objects.get(case=case).target_date
    assert found is not None
    return found


def test_what_moves_is_asked_before_anything_is_saved(setup: Setup, hours: BusinessHours, case: Case) -> None:
    answer = save(setup, hours, MORNINGS)
    text = " ".join(answer.content.decode().split())
    assert "1 open milestone moves: 1 later." in text
    assert f'href="/cases/{case.number}/"' in text
    assert not BusinessHoursWindow.objects.exclude(closes_at=time(0)).exists()
    assert not Recalculation.objects.exists()


def test_confirmed_it_is_saved_and_the_targets_follow(setup: Setup, hours: BusinessHours, case: Case) -> None:
    before = target(case)
    answer = confirm(setup, hours, MORNINGS)
    assert answer.redirect_chain
    work = Recalculation.objects.get()
    assert (work.total, work.finished_at) == (1, None)
    while recalculate(timezone.now(), 10):
        continue
    assert target(case) - before >= timedelta(days=6)


def test_the_page_shows_how_far_they_are(setup: Setup, hours: BusinessHours, case: Case) -> None:
    confirm(setup, hours, MORNINGS)
    assert "0 of 1 case looked at" in " ".join(setup.get(page_of(hours)).content.decode().split())
    while recalculate(timezone.now(), 10):
        continue
    text = " ".join(setup.get(page_of(hours)).content.decode().split())
    assert "1 of 1 case looked at, 1 target moved" in text
    progress = setup.get(f"/setup/cases/recalculation/{Recalculation.objects.get().pk}/progress/")
    assert "hx-get" not in progress.content.decode()


def test_who_saw_something_else_is_asked_again(setup: Setup, hours: BusinessHours, case: Case) -> None:
    question = save(setup, hours, MORNINGS)
    name, token = question.context["confirmed"]
    answer = save(setup, hours, {**MORNINGS, "sun": ""}, **{name: token})
    assert "changed meanwhile" in answer.content.decode()
    assert not Recalculation.objects.exists()


def test_where_no_target_moves_nobody_is_asked(setup: Setup, hours: BusinessHours) -> None:
    save(setup, hours, MORNINGS)
    assert BusinessHoursWindow.objects.filter(closes_at=time(12)).count() == 7


def test_another_name_alone_moves_nothing(setup: Setup, hours: BusinessHours, case: Case) -> None:
    setup.change(hours, name="Always", time_zone="UTC", **WHOLE_WEEK)
    assert BusinessHours.objects.get().name == "Always"


def test_wrong_times_are_said_at_the_field_and_nothing_is_asked(
    setup: Setup, hours: BusinessHours, case: Case
) -> None:
    answer = save(setup, hours, {**MORNINGS, "tue": "09:00-09:00"})
    assert "opens and closes at the same time" in answer.context["adminform"].form.errors["tue"][0]
    assert hours.windows.count() == 7


def test_late_at_once_is_said(setup: Setup, desk: None) -> None:
    """Closed since yesterday noon it was due today; always open, yesterday evening."""
    hours = make_hours("Office", days=range(7), opens=time(0), closes=time(0, 1))
    process = make_process("Premium", first_response(60, hours=hours))
    make_case(account=make_customer(process), now=datetime.now(UTC) - timedelta(days=3))
    text = save(setup, hours, WHOLE_WEEK).content.decode()
    assert "1 would be late at once." in text


class TestThePreview:
    ADDRESS = "/setup/entitlements/businesshours/preview/"

    def test_is_of_the_form_as_it_stands(self, setup: Setup) -> None:
        answer = setup.post(self.ADDRESS, name="", time_zone="Europe/Berlin", mon="10:00-11:00")
        text = answer.content.decode()
        assert "in Europe/Berlin" in text
        assert text.count("<span>10:00–11:00</span>") in (4, 5)

    @pytest.mark.parametrize(
        "given", [{}, {"time_zone": "x"}, {"mon": "x"}, {"time_zone": "UTC"}, {"holidays": "999"}]
    )
    def test_says_when_there_is_none(self, setup: Setup, given: dict[str, str]) -> None:
        assert "weeks-unclear" in setup.post(self.ADDRESS, **given).content.decode()

    def test_is_for_administrators(self, desk: None) -> None:
        assert Setup(make_user("bob")).post(self.ADDRESS, time_zone="UTC").status_code == 403


class TestTheRegionsOfACountry:
    ADDRESS = "/setup/entitlements/businesshours/regions/"

    def test_are_offered_with_the_days_by_name(self, setup: Setup) -> None:
        text = setup.get(self.ADDRESS, country="DE").content.decode()
        assert "Bayern (BY)" in text
        assert "New Year&#x27;s Day" in text
        assert "Epiphany" not in text
        assert "Epiphany" in setup.get(self.ADDRESS, country="DE", subdivision="BY").content.decode()

    @pytest.mark.parametrize("given", [{}, {"country": "XX"}, {"country": "DE", "subdivision": "XX"}])
    def test_of_nowhere_are_none(self, setup: Setup, given: dict[str, str]) -> None:
        assert setup.get(self.ADDRESS, **given).status_code == 200
