"""What is replayed under the configuration by which it was recorded comes to what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoDbBlocker

from cases.demonstration import history
from cases.models import Case, CaseEvent
from entitlements.models import ProcessMilestone
from tests.engine.performance import Script
from tests.engine.setup_rows import promise, set_up
from tests.engine.test_desk_equals_simulator import scenarios as conformance
from tests.engine.test_random_timelines import scenarios
from tests.factory import make_user
from tests.replay.past_cases import by_name, drafted, past_of, published_draft, recorded, report_of

WEDNESDAY = datetime(2026, 3, 4, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def now(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[datetime]:
    """The demonstration is loaded as of then, with a short history, once for all tests."""
    log_ins = tmp_path_factory.mktemp("var") / "log-ins.txt"
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "CASES", 40)
        with override_settings(DEMONSTRATION_LOG_INS=log_ins), time_machine.travel(WEDNESDAY, tick=False):
            call_command("demonstration", stdout=StringIO())
        yield WEDNESDAY
        transaction.set_rollback(True)


@pytest.mark.xdist_group("the demonstration, replayed")
class TestTheDemonstration:
    def test_every_occurrence_comes_to_what_was_recorded(self, now: datetime) -> None:
        draft = published_draft()
        cases = Case.objects.filter(process_version__isnull=False)
        assert len(cases) > 60
        for case in cases:
            assert by_name(drafted(case, draft, now)) == by_name(recorded(case, now)), case

    def test_no_promise_flips(self, now: datetime) -> None:
        report, flipped = report_of(published_draft(), now)
        assert (flipped, report.worse, report.better) == ([], 0, 0)
        assert all(line.recorded.numbers == line.draft.numbers for line in report.lines())
        assert not (report.left.broken or report.left.refused or report.left.without_process)

    def test_events_that_do_not_tell_their_cause_are_understood_too(self, now: datetime) -> None:
        with transaction.atomic():
            for event in CaseEvent.objects.filter(details__has_key="caused_by"):
                del event.details["caused_by"]
                CaseEvent.objects.filter(pk=event.pk).update(details=event.details)
            _, flipped = report_of(published_draft(), now)
            transaction.set_rollback(True)
        assert flipped == []

    def test_a_shorter_target_makes_kept_promises_broken_ones(self, now: datetime) -> None:
        with transaction.atomic():
            ProcessMilestone.objects.filter(milestone__name="First Response").update(minutes=1)
            draft = published_draft()
            transaction.set_rollback(True)
        report, flipped = report_of(draft, now)
        kept = Case.objects.filter(
            milestones__milestone__name="First Response",
            milestones__state="completed",
            milestones__violated_at=None,
        )
        worse = {one.number for one in flipped if one.flip.milestone == "First Response"}
        assert worse == set(kept.values_list("number", flat=True))
        assert report.better == 0


@pytest.mark.django_db
@pytest.mark.parametrize("scenario", conformance())
def test_scenarios_performed_at_the_desk(scenario: dict[str, Any]) -> None:
    check(scenario)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios())
def test_random_timelines_performed_at_the_desk(scenario: dict[str, Any]) -> None:
    with transaction.atomic():
        check(scenario)
        transaction.set_rollback(True)


def check(scenario: dict[str, Any]) -> None:
    """Performed, then replayed: the same facts come back, and the same outcomes."""
    script = Script(scenario)
    set_up(scenario, script.configuration, script.custom)
    performed = script.performed(promise(scenario, scenario["process"]), make_user())
    case, draft = Case.objects.get(), published_draft()
    assert by_name(drafted(case, draft, script.until)) == by_name(recorded(case, script.until))
    happened = [fact.at for chapter in past_of(case, draft, script.until).chapters for fact in chapter.facts]
    asked = [fact.at for fact in script.facts if fact.at <= script.until]
    assert set(happened) <= set(asked)
    assert performed.refused or len(happened) <= len(asked)
