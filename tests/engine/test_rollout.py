"""A published version goes out to open cases in the background: in batches, stopped, gone on with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from cases import tasks
from cases.models import Case, CaseEvent, CaseMilestone, Rollout
from cases.operations.publish import apply_to_open_cases, publish
from cases.operations.rollout import (
    CannotRollOut,
    go_on_with_rollout,
    roll_out,
    start_rollout,
    stop_rollout,
)
from entitlements.models import EntitlementProcess, ProcessVersion
from entitlements.operations.versions import NotPublished, new_draft, publish_version
from tests.factory import (
    NOON,
    first_response,
    make_case,
    make_customer,
    make_desk,
    make_process,
    make_user,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def process() -> EntitlementProcess:
    make_desk()
    return make_process("Premium", first_response(60))


@pytest.fixture
def cases(process: EntitlementProcess) -> list[Case]:
    """Five, whose first response is due at 13:00."""
    account = make_customer(process)
    return [make_case(account=account, now=NOON) for _ in range(5)]


def draft_of(process: EntitlementProcess, minutes: int = 120) -> ProcessVersion:
    draft = new_draft(process)
    draft.rows.update(minutes=minutes)
    return draft


@pytest.fixture
def rollout(process: EntitlementProcess, cases: list[Case]) -> Rollout:
    """Of a version with two hours; published and begun, and nobody has worked on it yet."""
    by = make_user("ada", "Administrators")
    done = publish(draft_of(process), open_cases=True, reason="Two hours now", by=by, now=LATER)
    assert done.rollout is not None
    return done.rollout


def to_the_end(batch: int = 2) -> int:
    """In how many batches."""
    batches = 0
    while roll_out(LATER, batch):
        batches += 1
    return batches


def targets() -> list[int]:
    """Minutes from noon."""
    found = CaseMilestone.objects.order_by("case_id").values_list("target_date", flat=True)
    return [round((target - NOON).total_seconds() / 60) for target in found if target]


def broken(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(memory={"tracks": {"First Response": "gone"}})


def test_publishing_begins_it_and_changes_no_case_itself(rollout: Rollout) -> None:
    assert (rollout.state, rollout.total, rollout.reason) == ("under_way", 5, "Two hours now")
    assert targets() == [60] * 5


def test_publishing_for_new_cases_only_begins_none(process: EntitlementProcess, cases: list[Case]) -> None:
    done = publish(draft_of(process), open_cases=False, reason="x", by=make_user(), now=LATER)
    assert done.rollout is None
    assert not roll_out(LATER, 10)
    assert targets() == [60] * 5


def test_it_goes_in_batches_to_its_end(rollout: Rollout) -> None:
    assert to_the_end(batch=2) == 4
    rollout.refresh_from_db()
    assert (rollout.state, rollout.finished_at) == ("done", LATER)
    assert (rollout.looked_at, rollout.cases, rollout.targets) == (5, 5, 5)
    assert targets() == [120] * 5


def test_each_case_says_who_moved_it(rollout: Rollout, cases: list[Case]) -> None:
    to_the_end()
    assert CaseEvent.objects.get(case=cases[4], kind="version_applied").by == "ada"


def test_a_worker_that_dies_in_a_batch_leaves_nothing_half_done(
    rollout: Rollout, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll_out(LATER, 2)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("cases.operations.rollout._note_failures", dies)
        roll_out(LATER, 2)
    assert targets() == [120] * 2 + [60] * 3
    rollout.refresh_from_db()
    assert (rollout.looked_at, rollout.cases) == (2, 2)
    assert to_the_end() == 3
    rollout.refresh_from_db()
    assert (rollout.looked_at, rollout.cases, targets()) == (5, 5, [120] * 5)


def test_stopped_it_stays_where_it_is_until_it_goes_on(rollout: Rollout) -> None:
    roll_out(LATER, 2)
    stop_rollout(rollout.pk)
    assert not roll_out(LATER, 2)
    assert targets() == [120] * 2 + [60] * 3
    go_on_with_rollout(rollout.pk)
    to_the_end()
    assert targets() == [120] * 5


def test_a_case_that_fails_is_listed_and_the_others_go_on(rollout: Rollout, cases: list[Case]) -> None:
    broken(cases[1])
    to_the_end()
    failure = rollout.failures.get()
    assert failure.case == cases[1]
    assert "Error" in failure.error
    rollout.refresh_from_db()
    assert (rollout.state, rollout.looked_at, rollout.cases) == ("done", 5, 4)


def test_those_that_failed_are_tried_again(rollout: Rollout, cases: list[Case]) -> None:
    memory = cases[1].memory
    broken(cases[1])
    to_the_end()
    Case.objects.filter(pk=cases[1].pk).update(memory=memory, set_aside="")
    go_on_with_rollout(rollout.pk)
    to_the_end()
    rollout.refresh_from_db()
    assert (rollout.state, rollout.cases, rollout.failures.count()) == ("done", 5, 0)
    assert targets() == [120] * 5


def test_there_is_nothing_to_try_again_when_all_went_over(rollout: Rollout) -> None:
    to_the_end()
    with pytest.raises(CannotRollOut):
        go_on_with_rollout(rollout.pk)


def test_one_at_its_end_is_not_stopped(rollout: Rollout) -> None:
    to_the_end()
    with pytest.raises(CannotRollOut):
        stop_rollout(rollout.pk)


def test_another_version_that_is_published_meanwhile_replaces_it(
    rollout: Rollout, process: EntitlementProcess
) -> None:
    """Whoever published the other one for new cases only gets just that."""
    roll_out(LATER, 2)
    publish_version(draft_of(process, 240), None, LATER)
    to_the_end()
    rollout.refresh_from_db()
    assert (rollout.state, rollout.cases) == ("replaced", 2)
    assert targets() == [120] * 2 + [60] * 3
    with pytest.raises(NotPublished):
        go_on_with_rollout(rollout.pk)


def test_a_stopped_one_is_replaced_as_well(rollout: Rollout, process: EntitlementProcess) -> None:
    stop_rollout(rollout.pk)
    publish(draft_of(process, 240), open_cases=False, reason="x", by=make_user(), now=LATER)
    rollout.refresh_from_db()
    assert (rollout.state, rollout.finished_at) == ("replaced", LATER)


def test_of_one_version_there_is_one_unfinished(rollout: Rollout) -> None:
    with pytest.raises(CannotRollOut), transaction.atomic():
        start_rollout(rollout.version, by=None, reason="", now=LATER)
    assert Rollout.objects.count() == 1


def test_a_version_is_applied_later_to_those_that_are_behind(
    process: EntitlementProcess, cases: list[Case]
) -> None:
    by = make_user()
    version = publish(draft_of(process), open_cases=False, reason="x", by=by, now=LATER).version
    assert apply_to_open_cases(version, reason="Now them too", by=by, now=LATER).total == 5
    to_the_end()
    assert targets() == [120] * 5


def test_where_nobody_is_behind_it_is_done_at_once(process: EntitlementProcess) -> None:
    version = process.published_version()
    assert version is not None
    assert start_rollout(version, by=None, reason="", now=LATER).state == "done"


def test_a_draft_does_not_go_out(process: EntitlementProcess) -> None:
    with pytest.raises(NotPublished):
        start_rollout(draft_of(process), by=None, reason="", now=LATER)


def test_the_tick_works_it_off(rollout: Rollout) -> None:
    tasks.tick()
    rollout.refresh_from_db()
    assert (rollout.state, rollout.cases) == ("done", 5)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_that_somebody_works_on_is_left_to_them(rollout: Rollout) -> None:
    with transaction.atomic():
        Rollout.objects.select_for_update().get(pk=rollout.pk)
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT id FROM cases_rollout FOR UPDATE SKIP LOCKED")
                assert cursor.fetchall() == []
        finally:
            other.close()
