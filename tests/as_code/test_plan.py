"""What applying a file would do, said beforehand; nothing is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cases.engine.recalculate import notice_changed_hours, recalculate
from cases.models import Case, CaseEvent, CaseMilestone
from cases.operations import reply_to_case, stop_case
from cases.operations.move_to_version import move_batch
from cases.queries.plan import Plan
from cases.queries.plan_cases import Look, looks
from cases.queries.plan_effects import Effect, Tally, What
from entitlements.as_code.difference import Kind
from entitlements.as_code.export import live
from entitlements.as_code.normal import normal
from entitlements.models import Account, BusinessHours, ConfigurationRevision
from tests.as_code.desks import FIRST, RESOLUTION, process, put
from tests.factory import (
    NOON,
    make_case,
    make_customer,
    make_desk,
    make_hours,
    make_process,
    make_user,
    resolution,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=30)


def plan(document: dict[str, Any]) -> Plan:
    return Plan(normal(document))


def effects(document: dict[str, Any]) -> list[Effect]:
    """What would become of open milestones, by hours and by version."""
    found: list[Look] = list(looks(plan(document), LATER))
    return [effect for look in found for effect in (*look.by_hours, *look.by_version)]


def said(document: dict[str, Any]) -> list[str]:
    return [f"{change.kind} {change.section} {change.name}" for change in plan(document).changes]


def lines(document: dict[str, Any]) -> list[str]:
    return [
        f"{line.about}: {line.old} → {line.new}"
        for change in plan(document).changes
        for line in change.lines()
        if change.kind is not Kind.NOT_IN_FILE
    ]


def test_the_live_configuration_changes_nothing(account: Account) -> None:
    assert Plan(live()).changes_nothing


def test_sections_that_the_file_does_not_have_are_left_alone(account: Account) -> None:
    assert said({"queues": [{"name": "Claims"}]}) == []


def test_what_a_section_does_not_name_is_reported(account: Account) -> None:
    assert said({"queues": [{"name": "Motor"}]}) == ["added queues Motor", "not in the file queues Claims"]


def test_fields_with_what_they_were_and_what_they_become(account: Account) -> None:
    late = {"violation": "0m", "actions": [{"escalate": {"level": 1}}]}
    assert lines(process(FIRST | {"minutes": 30, "triggers": [late]}, RESOLUTION)) == [
        "First Response: minutes: 60 → 30",
        "First Response: violation 0m: – → [{escalate: {level: 1}}]",
    ]


def test_milestones_that_come_and_go_and_their_order(account: Account) -> None:
    assert lines(process(RESOLUTION, FIRST, {"milestone": "Triage", "minutes": 5}, on_reentry="restart")) == [
        "on_reentry: – → restart",
        "Triage: – → minutes 5",
        "order: First Response, Resolution → Resolution, First Response",
    ]
    assert lines(process(FIRST)) == ["Resolution: minutes 480, complete_on case_closed → –"]


def test_settings_are_told_by_their_fields(account: Account) -> None:
    assert lines({"settings": {"priorities": ["Low", "High"], "stages": ["Intake"]}}) == [
        "stages: [Intake, Assessment, Settlement] → [Intake]",
        "priorities: [Low, Medium, High] → [Low, High]",
        "allow_pausing: true → –",
    ]


def test_targets_that_would_move(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    assert effects(process(FIRST | {"minutes": 20}, RESOLUTION | {"minutes": 500})) == [
        Effect(
            case.number,
            "First Response",
            1,
            What.EARLIER,
            NOON + timedelta(minutes=60),
            NOON + timedelta(minutes=20),
            late=True,
        ),
        Effect(
            case.number,
            "Resolution",
            1,
            What.LATER,
            NOON + timedelta(minutes=480),
            NOON + timedelta(minutes=500),
        ),
    ]


def test_what_is_cancelled_completed_and_new(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    reply_to_case(case.pk, body="Yes.", by=make_user(), now=NOON + timedelta(minutes=5))
    found = effects(
        process(FIRST, RESOLUTION | {"complete_on": "agent_reply"}, {"milestone": "Triage", "minutes": 5})
    )
    assert [(one.milestone, one.what, one.late) for one in found] == [
        ("Resolution", "completed", False),
        ("Triage", "new", True),
    ]
    assert [(one.what, one.reason) for one in effects(process(FIRST))] == [("cancelled", "not in version 2")]


def test_stopped_ones_as_if_they_went_on_now(account: Account) -> None:
    case = make_case(account=account, now=NOON)
    stop_case(case.pk, reason="A part", by=None, now=NOON)
    (first, _) = effects(process(FIRST | {"minutes": 10}, RESOLUTION | {"minutes": 10}))
    assert (first.old, first.new) == (LATER + timedelta(minutes=60), LATER + timedelta(minutes=10))


def test_a_process_that_stays_as_it_is_moves_nothing(account: Account) -> None:
    make_case(account=account, now=NOON)
    assert effects(process(FIRST, RESOLUTION)) == []


def test_cases_that_are_behind_already(account: Account) -> None:
    make_case(account=account, now=NOON)
    put(process(FIRST | {"minutes": 120}, RESOLUTION))
    (effect,) = effects(process(FIRST | {"minutes": 120}, RESOLUTION))
    assert effect.new == NOON + timedelta(minutes=120)


def test_it_says_what_the_move_then_does(account: Account) -> None:
    for minutes in (0, 10, 25):
        make_case(account=account, now=NOON + timedelta(minutes=minutes), priority="High")
    high = FIRST | {"minutes": 15, "when": 'case.priority == "High"'}
    document = process(high, FIRST, RESOLUTION | {"minutes": 300})
    expected = {(one.case, one.milestone): one.new for one in effects(document)}
    put(document)
    move_batch(None, after=0, batch_size=10, by=None, now=LATER)
    rows = CaseMilestone.objects.values_list("case__number", "milestone__name", "target_date")
    assert {(case, name): target for case, name, target in rows} == expected


@pytest.fixture
def hours() -> BusinessHours:
    make_desk()
    return make_hours()


SHORTER = {"business_hours": [{"name": "Office", "open": {"mon-fri": "09:00-15:00"}}]}


def test_hours_move_open_targets_as_they_then_do(hours: BusinessHours) -> None:
    account = make_customer(make_process("Named", resolution(), hours=hours))
    own = make_customer(make_process("Own", resolution(hours_from="case")), business_hours=hours)
    other = make_customer(make_process("Always", resolution()))
    for each in (account, own, other):
        make_case(account=each, now=NOON)
    notice_changed_hours(NOON)
    expected = {one.case: one.new for one in effects(SHORTER)}
    assert len(expected) == 2
    put(SHORTER)
    notice_changed_hours(LATER)
    while recalculate(LATER, 10):
        continue
    assert (
        dict(
            CaseMilestone.objects.filter(case__number__in=expected).values_list("case__number", "target_date")
        )
        == expected
    )


def test_hours_and_version_one_after_the_other(hours: BusinessHours) -> None:
    make_case(account=make_customer(make_process("P", resolution(), hours=hours)), now=NOON)
    (look,) = looks(plan(SHORTER | process(RESOLUTION | {"minutes": 60}, business_hours="Office")), LATER)
    assert look.by_version[0].old == look.by_hours[0].new
    assert look.by_version[0].new == NOON + timedelta(minutes=60)


def test_nothing_is_written(account: Account) -> None:
    make_case(account=account, now=NOON)
    before = (ConfigurationRevision.current(), CaseEvent.objects.count(), list(Case.objects.values()))
    effects(process(FIRST | {"minutes": 20}))
    assert (ConfigurationRevision.current(), CaseEvent.objects.count(), list(Case.objects.values())) == before


def test_as_many_statements_for_sixty_as_for_three(
    account: Account, django_assert_max_num_queries: Any
) -> None:
    for _ in range(60):
        make_case(account=account, now=NOON)
    planned = plan(process(FIRST | {"minutes": 20}, RESOLUTION))
    with django_assert_max_num_queries(25):
        assert len(list(looks(planned, LATER))) == 60


def test_the_tally() -> None:
    tally = Tally()
    tally.add(Effect("C-1", "A", 1, What.EARLIER, late=True))
    tally.add(Effect("C-1", "B", 1, What.NEW))
    assert (tally.all, tally.earlier, tally.new, tally.late) == (2, 1, 1, 1)
