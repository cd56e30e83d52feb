"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import models
from django.db.models import Model

from cases.engine.due import tick
from cases.models import (
    AppendOnly,
    Case,
    CaseEvent,
    CaseMilestone,
    CaseNumber,
    ConfigurationApply,
    Delivery,
    EngineLook,
    EstimateBasis,
    FiredTrigger,
    Message,
    Notification,
    Recalculation,
    Stop,
)
from entitlements.models import (
    BusinessHours,
    BusinessHoursWindow,
    CaseStatus,
    ConfigurationRevision,
    Entitlement,
    EntitlementSettings,
    ProcessMilestone,
    ProcessVersion,
)
from entitlements.models.process import VersionState
from tests.engine.refusals import refused_by
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
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk() -> None:
    make_desk()


@pytest.fixture
def case() -> Case:
    note = {"kind": "notify", "to": ["ann"]}
    make_user("ann")
    process = make_process(
        "",
        first_response(triggers=[violation(0, note)]),
        {"milestone": "Update", "minutes": 30, "recurrence": "sequential"},
        {"milestone": "Callback", "minutes": 30, "recurrence": "independent"},
    )
    return make_case(account=make_customer(process), now=NOON)


def once_more(row: Model, **changes: Any) -> None:
    """Insert the row a second time, with changes."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    key = row._meta.pk.attname if row._meta.pk else "id"
    type(row)._default_manager.bulk_create([type(row)(**{**values, key: None, **changes})])


def of_case(case: Case, milestone: str) -> CaseMilestone:
    return case.milestones.get(milestone__name=milestone)


@pytest.mark.parametrize("milestone", ["First Response", "Update"])
def test_no_two_occurrences_are_open(case: Case, milestone: str) -> None:
    with refused_by("one_open_occurrence"):
        once_more(of_case(case, milestone), number=2)


def test_independent_ones_run_side_by_side(case: Case) -> None:
    once_more(of_case(case, "Callback"), number=2)


def test_an_occurrence_has_its_number_alone(case: Case) -> None:
    with refused_by("one_occurrence_a_number"):
        once_more(of_case(case, "Callback"))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"state": "completed"}, "completed_has_its_date"),
        ({"completion_date": NOON}, "completed_has_its_date"),
        ({"state": "cancelled"}, "cancelled_has_its_date"),
        ({"cancelled_at": NOON}, "cancelled_has_its_date"),
    ],
)
def test_an_end_has_its_date(case: Case, changes: dict[str, Any], name: str) -> None:
    with refused_by(name):
        case.milestones.update(**changes)


def test_a_trigger_fires_once_an_occurrence(case: Case) -> None:
    tick(NOON + timedelta(hours=2), 10)
    with refused_by("a_trigger_fires_once_an_occurrence"):
        once_more(FiredTrigger.objects.get())


def test_a_delivery_is_made_once_a_key(case: Case) -> None:
    tick(NOON + timedelta(hours=2), 10)
    with refused_by("one_delivery_a_key"):
        once_more(Delivery.objects.get())


def test_a_user_is_notified_once_a_delivery(case: Case) -> None:
    tick(NOON + timedelta(hours=2), 10)
    with refused_by("one_notification_a_delivery_and_user"):
        once_more(Notification.objects.get())


def test_a_case_is_stopped_once_by_each_kind(case: Case) -> None:
    stop = Stop.objects.create(case=case, kind="hand", since=NOON)
    with refused_by("one_open_stop_of_a_kind"):
        once_more(stop)


def test_a_milestone_pauses_once_at_a_time(case: Case) -> None:
    milestone = of_case(case, "Update")
    pause = Stop.objects.create(case=case, case_milestone=milestone, kind="milestone", since=NOON)
    with refused_by("one_open_pause_of_a_milestone"):
        once_more(pause)


def test_a_stop_ends_after_it_begins(case: Case) -> None:
    with refused_by("stop_ends_after_it_begins"):
        Stop.objects.create(case=case, kind="hand", since=NOON, until=NOON - timedelta(seconds=1))


def test_a_form_key_counts_once(case: Case) -> None:
    message = Message.objects.create(
        case=case, kind="note", body="x", at=NOON, form_key="12345678-1234-5678-1234-567812345678"
    )
    with refused_by("form_key"):
        once_more(message)


def test_a_case_number_is_given_once(case: Case) -> None:
    with refused_by("number"):
        once_more(case)


def test_hours_are_recalculated_once_at_a_time() -> None:
    work = Recalculation.objects.create(business_hours=make_hours(), started_at=NOON)
    with refused_by("one_recalculation_at_a_time"):
        once_more(work)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (EngineLook, "one_engine_look"),
        (CaseNumber, "one_case_number"),
        (ConfigurationApply, "one_configuration_apply"),
        (ConfigurationRevision, "one_configuration_revision"),
        (EntitlementSettings, "one_row_of_entitlement_settings"),
        (EstimateBasis, "one_estimate_basis"),
    ],
)
def test_there_is_one_row(model: type[models.Model], name: str) -> None:
    with refused_by(name):
        model._default_manager.bulk_create([model(pk=2)])


def second_published_version() -> None:
    process = make_process()
    ProcessVersion.objects.create(process=process, number=2, state=VersionState.PUBLISHED)


def minutes_and_formula() -> None:
    make_process("", {"milestone": "M", "minutes": 5, "formula": "5"})


def neither_minutes_nor_formula() -> None:
    make_process("", {"milestone": "M"})


def no_minutes() -> None:
    make_process()
    ProcessMilestone.objects.update(minutes=0)


def same_version_number() -> None:
    ProcessVersion.objects.create(process=make_process(published=False), number=1)


def trigger(**fields: Any) -> Callable[[], None]:
    def create() -> None:
        make_process("", first_response(triggers=[fields]))

    return create


def two_default_hours() -> None:
    for name in ("A", "B"):
        BusinessHours.objects.create(name=name, is_default=True)


def same_opening_twice() -> None:
    once_more(make_hours().windows.all()[0])


def an_eighth_weekday() -> None:
    make_hours()
    BusinessHoursWindow.objects.update(weekday=7)


def at_risk_from_the_start() -> None:
    EntitlementSettings.objects.update(at_risk_percent=50)


def two_default_statuses() -> None:
    CaseStatus.objects.create(name="Another", is_default=True)


def an_entitlement_that_ends_before_it_starts() -> None:
    make_customer()
    Entitlement.objects.update(end_date=date(2019, 12, 31))


def a_promise_of_nothing() -> None:
    make_customer()
    Entitlement.objects.update(compliance_percent=0)


def a_usual_promise_of_more_than_all() -> None:
    EntitlementSettings.objects.update(compliance_percent=101)


@pytest.mark.parametrize(
    ("mistake", "name"),
    [
        (second_published_version, "one_published_version_a_process"),
        (same_version_number, "one_version_a_number"),
        (minutes_and_formula, "minutes_or_formula"),
        (neither_minutes_nor_formula, "minutes_or_formula"),
        (no_minutes, "a_target_is_a_minute_or_more"),
        (trigger(kind="violation", percent=50), "only_a_warning_has_a_percentage"),
        (trigger(kind="warning", percent=50, minutes=5), "only_a_warning_has_a_percentage"),
        (trigger(kind="warning", percent=100), "only_a_warning_has_a_percentage"),
        (trigger(kind="success", minutes=5), "success_has_no_offset"),
        (two_default_hours, "one_default_business_hours"),
        (same_opening_twice, "one_window_an_opening"),
        (an_eighth_weekday, "window_on_a_weekday"),
        (at_risk_from_the_start, "at_risk_between_watch_and_late"),
        (two_default_statuses, "one_default_status"),
        (an_entitlement_that_ends_before_it_starts, "entitlement_ends_after_it_starts"),
        (a_promise_of_nothing, "promised_compliance_is_a_share"),
        (a_usual_promise_of_more_than_all, "usual_compliance_is_a_share"),
    ],
)
def test_setup_that_cannot_be_is_refused(mistake: Callable[[], None], name: str) -> None:
    with refused_by(name):
        mistake()


def test_an_event_is_never_changed(case: Case) -> None:
    event = CaseEvent.objects.filter(case=case).first()
    assert event is not None
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()


def test_every_constraint_of_the_tables_has_a_test_here() -> None:
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*constraints.py"))
    named = {
        constraint.name
        for model in [*Case._meta.apps.get_models()]
        if model._meta.app_label in ("cases", "entitlements")
        for constraint in model._meta.constraints
    }
    assert [name for name in sorted(named) if name not in text] == []
