"""What the database itself refuses about escalations, rules and rotas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from cases.engine.due import tick
from cases.models import Escalation, EscalationStep, RuleSeen
from entitlements.models import EscalationRule, LadderLevel, RotaShift, RuleAction, RuleEntry
from tests.engine.refusals import refused_by
from tests.engine.test_constraints import once_more
from tests.escalation_rows import escalating_case, make_ladder, make_rota, make_rule
from tests.factory import NOON, make_desk, make_user

pytestmark = pytest.mark.django_db
NOTIFY = {"notify": {"to": ["owner"]}}


@pytest.fixture(autouse=True)
def under_way() -> None:
    make_desk()
    make_user("sue", "Supervisors")
    make_ladder()
    make_rule({"actions": {60: NOTIFY}})
    make_rota(ada="mon 08:00-18:00")
    escalating_case(now=NOON)
    tick(NOON + timedelta(minutes=61), 10)


def two_open_of_a_milestone() -> None:
    once_more(Escalation.objects.get())


def two_open_of_a_ladder() -> None:
    for _ in range(2):
        once_more(Escalation.objects.first() or Escalation(), case_milestone_id=None)


def ended_and_due() -> None:
    row = Escalation.objects.get()
    row.ended_at, row.ended_as, row.due_at = NOON, "acknowledged", NOON
    row.save()


def ended_in_no_way() -> None:
    Escalation.objects.update(ended_at=NOON, due_at=None)


def a_step_twice() -> None:
    once_more(EscalationStep.objects.get(escalation__isnull=False))


def an_age_twice() -> None:
    once_more(EscalationStep.objects.get(escalation=None))


def a_second_row_of_what_was_seen() -> None:
    RuleSeen.objects.create(pk=2)


def two_active_rules() -> None:
    once_more(EscalationRule.objects.get(), name="Another")


def two_entries_of_a_name() -> None:
    once_more(RuleEntry.objects.get())


def two_actions_at_an_age() -> None:
    once_more(RuleAction.objects.get())


def two_levels_at_once() -> None:
    once_more(LadderLevel.objects.all()[0])


def the_same_shift_twice() -> None:
    once_more(RotaShift.objects.get())


def a_shift_on_an_eighth_day() -> None:
    once_more(RotaShift.objects.get(), weekday=7, starts_at=time(9))


@pytest.mark.parametrize(
    ("mistake", "name"),
    [
        (two_open_of_a_milestone, "one_open_escalation_a_milestone"),
        (two_open_of_a_ladder, "one_open_escalation_a_ladder"),
        (ended_and_due, "ended_escalation_is_not_due"),
        (ended_in_no_way, "ended_escalation_is_not_due"),
        (a_step_twice, "a_step_fires_once_an_escalation"),
        (an_age_twice, "an_age_comes_once_a_case"),
        (a_second_row_of_what_was_seen, "one_rule_seen"),
        (two_active_rules, "one_active_escalation_rule"),
        (two_entries_of_a_name, "one_entry_a_name"),
        (two_actions_at_an_age, "one_action_an_age"),
        (two_levels_at_once, "one_level_a_delay"),
        (the_same_shift_twice, "one_shift_a_person_and_start"),
        (a_shift_on_an_eighth_day, "shift_on_a_weekday"),
    ],
)
def test_what_cannot_be_is_refused(mistake: Callable[[], None], name: str) -> None:
    with refused_by(name):
        mistake()
