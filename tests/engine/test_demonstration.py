"""The demonstration: every state is there, it is loaded once, and it goes on by itself."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from cases.demonstration import history
from cases.demonstration.people import PEOPLE
from cases.engine.due import due_cases, tick
from cases.engine.load import Loaded, load_cases
from cases.models import (
    Case,
    CaseEvent,
    CaseMilestone,
    Delivery,
    FiredTrigger,
    Message,
    Notification,
    Stop,
    Task,
)
from cases.operations import reply_to_case
from cases.queries.chip_filters import chip_filter
from cases.queries.moment import Moment
from cases.roles import is_administrator, is_agent, is_supervisor
from entitlements.core.clock import hours_of, remaining_time
from entitlements.core.state import Occurrence, State
from entitlements.models import EntitlementProcess, ProcessVersion

pytestmark = pytest.mark.xdist_group("the demonstration")

MOMENTS = {
    "on Wednesday": datetime(2026, 3, 4, 11, 20, tzinfo=UTC),
    "on Sunday night": datetime(2026, 7, 19, 2, 5, tzinfo=UTC),
}
COUNTED = (Case, CaseEvent, CaseMilestone, Delivery, FiredTrigger, Message, Notification, Stop, Task, User)
LATE = "Water coming through the ceiling of two guest rooms"


@dataclass(frozen=True)
class Demonstration:
    """Loaded at `now`; what the command printed, and where it kept the log-ins."""

    now: datetime
    printed: str
    log_ins: Path

    @property
    def works(self) -> list[Loaded]:
        return list(load_cases(Case.objects.values_list("pk", flat=True)).values())

    @property
    def open(self) -> list[tuple[Loaded, Occurrence]]:
        return [(work, one) for work in self.works for one in work.state.occurrences if one.is_open]

    def shares(self, milestone: str = "") -> list[float]:
        """How much of the target's time each running one has used."""
        return [
            1 - left / timedelta(minutes=one.minutes)
            for work, one in self.open
            if one.state is State.RUNNING and one.minutes and milestone in ("", one.milestone)
            if (left := remaining_time(one, work.state, self.now)) is not None
        ]


def demonstrate(at: datetime) -> str:
    out = StringIO()
    with time_machine.travel(at, tick=False):
        call_command("demonstration", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module", params=MOMENTS.values(), ids=list(MOMENTS))
def loaded(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demonstration]:
    """Loaded once for all tests of a moment, with a short history, and taken back."""
    log_ins = tmp_path_factory.mktemp("var") / "log-ins.txt"
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "CASES", 30)
        with override_settings(DEMONSTRATION_LOG_INS=log_ins):
            yield Demonstration(request.param, demonstrate(request.param), log_ins)
        transaction.set_rollback(True)


@pytest.fixture
def demonstration(loaded: Demonstration) -> Iterator[Demonstration]:
    """What a test does to it is taken back."""
    with transaction.atomic():
        yield loaded
        transaction.set_rollback(True)


def test_every_state_of_a_milestone_is_there(demonstration: Demonstration) -> None:
    assert set(CaseMilestone.objects.values_list("state", flat=True)) == {str(state) for state in State}


def test_every_risk_is_there(demonstration: Demonstration) -> None:
    shares = demonstration.shares("First Response")
    for low, high in ((0, 0.5), (0.5, 0.75), (0.75, 1), (1, 99)):
        assert any(low <= share < high for share in shares), (low, high)


def test_a_case_is_late_and_nobody_has_answered(demonstration: Demonstration) -> None:
    case = Case.objects.get(subject=LATE)
    response = case.milestones.get(milestone__name="First Response")
    assert response.state == "running"
    assert response.target_date == response.violated_at == demonstration.now - timedelta(minutes=4)
    assert case.milestone_status == "open_violation"
    late = chip_filter("late", Moment.at(demonstration.now, User.objects.get(username="agent")))
    assert Case.objects.filter(late, pk=case.pk).exists()
    assert not case.messages.filter(kind="reply").exists()


def test_a_reply_completes_the_late_one(demonstration: Demonstration) -> None:
    case = Case.objects.get(subject=LATE)
    now = demonstration.now + timedelta(minutes=1)
    reply_to_case(case.pk, body="On our way.", by=User.objects.get(username="agent"), now=now)
    assert case.milestones.get(milestone__name="First Response").completion_date == now


def test_some_clock_is_outside_its_hours(demonstration: Demonstration) -> None:
    running = [(work, one) for work, one in demonstration.open if one.state is State.RUNNING]
    closed = [one for work, one in running if not hours_of(one.row, work.state).is_open(demonstration.now)]
    assert closed


def test_cases_stand_still_for_several_reasons(demonstration: Demonstration) -> None:
    lasting = Stop.objects.filter(until=None)
    assert {(stop.kind, stop.until_customer_answers) for stop in lasting} == {
        ("status", False),
        ("hand", False),
        ("hand", True),
    }


def test_why_milestones_were_cancelled(demonstration: Demonstration) -> None:
    reasons = set(CaseMilestone.objects.filter(state="cancelled").values_list("reason", flat=True))
    assert {"left the process", "replaced by tier 1"} <= reasons


def test_two_callbacks_run_side_by_side(demonstration: Demonstration) -> None:
    case = Case.objects.get(subject__startswith="Two calls promised")
    callbacks = case.milestones.filter(milestone__name="Callback")
    assert list(callbacks.values_list("number", "state")) == [(1, "running"), (2, "running")]


def test_cases_without_milestones(demonstration: Demonstration) -> None:
    without = Case.objects.filter(milestones=None)
    assert {case.account.name if case.account else "" for case in without} == {
        "",
        "Fernbank Cottages",
        "Grange Street Garage",
    }


def test_closed_cases_were_met_and_missed(demonstration: Demonstration) -> None:
    closed = Case.objects.filter(is_closed=True)
    assert closed.filter(milestone_status="compliant").count() > 10
    assert closed.filter(milestone_status="closed_violation").count() > 3


def test_escalated_reopened_unassigned_and_unanswered_cases(demonstration: Demonstration) -> None:
    cases = Case.objects.open()
    assert {0, 2} <= set(cases.values_list("escalation_level", flat=True))
    assert cases.filter(queue="Escalations", is_escalated=True).exists()
    assert cases.filter(reopen_count=1).exists()
    assert cases.filter(owner=None).exists()
    assert cases.filter(awaiting_reply=True).exists()
    assert not cases.exclude(set_aside="").exists()


def test_setup_shows_a_draft_beside_what_is_published(demonstration: Demonstration) -> None:
    versions = ProcessVersion.objects.filter(process__name="Premium").order_by("number")
    assert list(versions.values_list("number", "state")) == [(1, "published"), (2, "draft")]


def test_every_kind_of_action_has_been_done(demonstration: Demonstration) -> None:
    done = Delivery.objects.filter(state="done")
    kinds = {"email", "reply", "notify", "task", "set", "escalate", "assign"}
    assert set(done.values_list("kind", flat=True)) == kinds
    assert not Delivery.objects.exclude(state="done").exists()


def test_what_was_due_has_fired_at_its_time(demonstration: Demonstration) -> None:
    assert not due_cases(demonstration.now - timedelta(microseconds=1), 10)
    assert not FiredTrigger.objects.exclude(outcome="fired", late="").exists()
    assert not CaseEvent.objects.filter(at__gt=demonstration.now).exists()


def test_numbers_grow_with_time(demonstration: Demonstration) -> None:
    opened = list(Case.objects.order_by("number").values_list("created_at", flat=True))
    assert opened == sorted(opened)
    assert len(opened) > 70


def test_the_engine_goes_on_with_it(demonstration: Demonstration) -> None:
    waiting = Case.objects.get(subject="Delivery lorry hit a bollard, load spilled")
    tick(demonstration.now + timedelta(minutes=10), 500)
    assert waiting.milestones.get(milestone__name="First Response").violated_at is not None
    assert Delivery.objects.filter(kind="email", state="waiting").exists()


def test_the_database_finds_nothing_wrong(demonstration: Demonstration) -> None:
    connection.check_constraints()


def test_everybody_can_log_in_with_the_role_that_is_told(demonstration: Demonstration) -> None:
    kept = demonstration.log_ins.read_text()
    assert kept.strip() in demonstration.printed
    found = [line.split() for line in kept.splitlines()]
    assert [username for username, *_ in found] == [person.username for person in PEOPLE]
    roles = {"(agent)": is_agent, "(supervisor)": is_supervisor, "(administrator)": is_administrator}
    for username, password, role in found:
        user = authenticate(username=username, password=password)
        assert user is not None
        assert roles[role](user)


def test_the_passwords_are_kept_from_others(demonstration: Demonstration) -> None:
    assert stat.S_IMODE(demonstration.log_ins.stat().st_mode) == 0o600


def test_only_the_administrator_may_set_things_up(demonstration: Demonstration) -> None:
    administrator = User.objects.get(username="administrator")
    assert administrator.is_staff and not administrator.is_superuser
    assert administrator.has_perms(["entitlements.add_milestone", "cases.view_delivery"])
    for username in ("supervisor", "agent"):
        user = User.objects.get(username=username)
        assert not user.is_staff
        assert not user.has_perm("entitlements.change_milestone")
        assert user.has_perm("cases.supervise_cases") == (username == "supervisor")


def test_a_second_time_changes_nothing(demonstration: Demonstration) -> None:
    before = [model.objects.count() for model in COUNTED]
    kept = demonstration.log_ins.read_text()
    assert demonstrate(demonstration.now) == "The demonstration is there already.\n"
    assert [model.objects.count() for model in COUNTED] == before
    assert demonstration.log_ins.read_text() == kept


@pytest.mark.django_db
def test_a_desk_with_data_of_its_own_is_left_alone() -> None:
    EntitlementProcess.objects.create(name="Ours")
    assert "the demonstration is not loaded" in demonstrate(MOMENTS["on Wednesday"])
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_user_of_the_same_name_keeps_the_password() -> None:
    User.objects.create_user("agent", password="mine")
    assert "users of these names already: agent" in demonstrate(MOMENTS["on Wednesday"])
    assert authenticate(username="agent", password="mine")
