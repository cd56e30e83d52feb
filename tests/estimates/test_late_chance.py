"""The chance of one open milestone: which it compares, what it says, and when it says nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from cases.engine.load import READABLE
from cases.estimates.refresh import refresh
from cases.models import Case
from cases.operations import change_case, extend_milestone, reply_to_case, stop_case
from cases.queries.chance_words import reasons_for
from cases.queries.late_chance import LateChance, in_words
from cases.queries.worklist.chances import with_chances
from cases.queries.worklist.line import lines_of
from tests.estimates.past import DAY, MINUTE, ended_ones, spread
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    make_desk()
    return make_user()


@pytest.fixture
def case(agent: User) -> Case:
    process = make_process("", first_response(60))
    return make_case(account=make_customer(process), now=NOON, priority="High", queue="Claims")


def learn(case: Case, fast: int, late: int, **fields: object) -> None:
    ended_ones(case, spread(fast, late), NOON - DAY, **fields)
    refresh(NOON)


def chance_at(minutes: float, *cases: Case) -> LateChance | None:
    return chances_at(NOON + minutes * MINUTE, *cases)[0]


def chances_at(now: datetime, *cases: Case) -> list[LateChance | None]:
    read = READABLE.filter(pk__in=[case.pk for case in cases]).order_by("pk")
    return [line.chance for line in with_chances(lines_of(list(read), now))]


def told(chance: LateChance | None) -> str:
    assert chance is not None
    return chance.told


def test_it_is_the_share_of_similar_ones_that_became_late(case: Case) -> None:
    learn(case, 60, 40)
    assert told(chance_at(1, case)) == "about 40 %"


def test_past_the_moment_at_which_most_were_over_it_grows(case: Case) -> None:
    learn(case, 60, 40)
    assert told(chance_at(40, case)) == "over 99 %"


def test_what_is_late_has_no_chance_any_more(case: Case) -> None:
    learn(case, 60, 40)
    assert chance_at(61, case) is None


def test_nor_has_what_is_over(case: Case, agent: User) -> None:
    learn(case, 60, 40)
    reply_to_case(case.pk, body="Yes", by=agent, now=NOON + MINUTE)
    assert chance_at(2, case) is None


def test_without_history_there_is_no_figure(case: Case) -> None:
    learn(case, 20, 9)
    chance = chance_at(1, case)
    assert told(chance) == "not enough history"
    assert chance is not None
    assert reasons_for(chance) == [
        "Fewer than 30 milestones “First Response” due in the last 26 weeks were not over after 1 m, "
        "1 % of the target's time, whatever their target, priority or queue."
    ]


def test_nor_where_too_few_had_come_as_far(case: Case) -> None:
    learn(case, 500, 29)
    assert told(chance_at(20, case)) == "about 5 %"
    assert told(chance_at(31, case)) == "not enough history"


def test_while_it_is_stopped_it_stays_as_it_was(case: Case, agent: User) -> None:
    learn(case, 60, 40)
    stop_case(case.pk, reason="A part", by=agent, now=NOON + 10 * MINUTE)
    assert told(chance_at(300, case)) == "about 40 %"


def test_more_time_makes_it_less_likely(case: Case, agent: User) -> None:
    learn(case, 60, 40)
    extend_milestone(
        case.pk, milestone="First Response", minutes=90, reason="Agreed", by=agent, now=NOON + MINUTE
    )
    assert told(chance_at(2, case)) == "under 1 %"


def test_a_change_of_the_case_later_does_not_change_with_whom_it_is_compared(case: Case, agent: User) -> None:
    learn(case, 60, 40)
    learn_of_low = {"priority_at_start": "Low"}
    ended_ones(case, spread(0, 100), NOON - DAY, **learn_of_low)
    refresh(NOON + timedelta(hours=1))
    change_case(case.pk, fields={"priority": "Low"}, by=agent, now=NOON + MINUTE)
    assert told(chance_at(2, case)) == "about 40 %"


def test_the_reasons_say_with_whom_it_was_compared_and_how_those_went(case: Case) -> None:
    learn(case, 60, 40, queue_at_start="Motor")
    chance = chance_at(6, case)
    assert chance is not None
    assert reasons_for(chance) == [
        "Of 100 similar milestones that were not over after 6 m, 10 % of the target's time, 40 became late.",
        "Similar: “First Response” with a target of 1 h, with priority High at the start, due in the last 26 "
        "weeks.",
        "Fewer than 30 had come as far in Claims.",
        "From here half of them were over within 23 m more, nine of ten within 1 h 53 m.",
    ]


def test_it_says_how_sure_it_is(case: Case) -> None:
    learn(case, 60, 40)
    chance = chance_at(1, case)
    assert chance is not None
    assert chance.between == (31, 50)


def test_many_cases_take_one_query(case: Case, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    learn(case, 60, 40)
    others = [
        make_case(account=case.account, now=NOON, priority=priority, queue="Claims")
        for priority in ("Low", "Medium", "High")
    ]
    lines = lines_of(list(READABLE.filter(pk__in=[one.pk for one in (case, *others)])), NOON + MINUTE)
    with django_assert_num_queries(1):
        found = with_chances(lines)
    assert [told(line.chance) for line in found] == ["about 40 %"] * 4


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "under 1 %"),
        (0.034, "3 %"),
        (0.099, "10 %"),
        (0.37, "35 %"),
        (0.93, "93 %"),
        (1.0, "over 99 %"),
    ],
)
def test_it_is_said_as_coarsely_as_an_estimate_deserves(chance: float, words: str) -> None:
    assert in_words(chance) == words
