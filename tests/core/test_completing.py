"""What completes a milestone (§6)."""

import pytest

from tests.core.desk import Case, clock, row, t

REPLY = row(complete_on="agent_reply", minutes=240)
CALLBACK = 'case.type == "Callback"'


def done(case: Case, number: int = 1) -> str:
    return clock(case["Resolution", number].completion_date)


def test_a_reply_completes_it_at_its_time() -> None:
    assert done(Case(REPLY).reply("09:30")) == "09:30"


def test_a_note_and_a_message_do_not() -> None:
    assert done(Case(REPLY).message("09:30")) == "–"


def test_a_reply_at_the_start_date_counts() -> None:
    assert done(Case(REPLY).reply("09:00")) == "09:00"


def test_a_reply_before_the_start_date_does_not() -> None:
    case = Case(REPLY | {"start": "custom.due"}, due=t("10:00")).reply("09:59").until("10:30")
    assert case["Resolution"].state == "running"


def test_a_reply_at_the_start_of_a_pending_one_counts() -> None:
    assert done(Case(REPLY | {"start": "custom.due"}, due=t("10:00")).reply("10:00")) == "10:00"


def test_a_reply_before_the_occurrence_came_completes_no_recurrence() -> None:
    case = Case(REPLY | {"when": CALLBACK}).reply("09:20").reply("09:40").set("10:00", type="Callback")
    assert (done(case), case.numbers()) == ("09:20", [(1, "completed")])


def test_a_reply_before_a_later_start_does_not() -> None:
    case = Case(REPLY | {"when": CALLBACK, "start": "criteria"}).reply("09:20").set("10:00", type="Callback")
    assert case["Resolution"].state == "running"


@pytest.mark.parametrize("recurrence", ["sequential", "independent"])
def test_a_reply_before_a_recurring_occurrence_came_does_not_complete_it(recurrence: str) -> None:
    case = (
        Case(REPLY | {"when": CALLBACK}, recurrence=recurrence).reply("09:20").set("10:00", type="Callback")
    )
    assert (case.numbers(), clock(case["Resolution"].start_date)) == ([(1, "running")], "09:00")


def test_a_late_learned_reply_from_before_a_recurring_occurrence_came_does_not_complete_it() -> None:
    case = Case(REPLY | {"when": CALLBACK}, recurrence="independent").set("10:00", type="Callback")
    assert case.reply("09:20", learned="10:10").numbers() == [(1, "running")]


def test_one_reply_completes_one_recurring_occurrence_and_not_its_successor() -> None:
    case = Case(REPLY, recurrence="independent").reply("13:30")
    assert case.numbers() == [(1, "completed"), (2, "running")]


def test_two_replies_at_one_instant_complete_two_in_their_order() -> None:
    case = Case(REPLY, recurrence="independent").reply("09:30").reply("09:30")
    assert case.numbers() == [(1, "completed"), (2, "completed"), (3, "running")]


def test_closing_completes_it() -> None:
    assert done(Case(row(complete_on="case_closed")).close("09:30")) == "09:30"


def test_criteria_complete_it_when_they_turn_true() -> None:
    assert done(Case(row(complete_on={"when": 'case.stage == "Done"'})).set("09:30", stage="Done")) == "09:30"


def test_criteria_that_fail_do_not_and_are_shown_on_the_case() -> None:
    case = Case(row(complete_on={"when": "1 / case.escalation_level == 1"}))
    assert (done(case), "divide by zero" in case.state.faults["row1"]) == ("–", True)
    assert done(case.set("09:30", escalation_level=1)) == "09:30"
    assert case.state.faults == {}


@pytest.mark.parametrize("complete_on", ["agent_reply", "case_closed", "manual", {"when": "false"}])
def test_by_hand_works_on_all(complete_on: object) -> None:
    assert done(Case(row(complete_on=complete_on)).complete("09:30")) == "09:30"


def test_while_stopped_it_completes_by_the_target_of_that_moment() -> None:
    case = Case(row()).stop("09:30").complete("11:00")
    occurrence = case["Resolution"]
    assert (occurrence.state, clock(occurrence.target_date), occurrence.is_violated) == (
        "completed",
        "11:30",
        False,
    )


def test_a_reply_completes_while_stopped() -> None:
    assert done(Case(REPLY).stop("09:10").reply("09:30")) == "09:30"


def test_what_violated_stays_so_when_completed() -> None:
    case = Case(row()).complete("10:30")
    assert (case["Resolution"].is_violated, case.status) == (True, "closed_violation")


class TestRefused:
    def test_without_such_a_milestone(self) -> None:
        assert Case(row()).complete("09:10", "Other").refused == ["This case has no milestone “Other”."]

    def test_twice(self) -> None:
        case = Case(row()).complete("09:10")
        before = case.state
        case.complete("09:20")
        assert case.refused == ["“Resolution” 1 is completed already."]
        assert case.state.occurrences == before.occurrences

    def test_after_it_was_cancelled(self) -> None:
        assert Case(row()).close("09:10").complete("09:20").refused == ["“Resolution” 1 was cancelled."]

    def test_before_its_start(self) -> None:
        case = Case(row(start="custom.due"), due=t("12:00")).complete("09:20")
        assert case.refused == ["“Resolution” 1 has not started yet."]

    def test_under_a_number_that_does_not_exist(self) -> None:
        case = Case(row()).complete("09:10", number=7)
        assert case.refused == ["“Resolution” has no occurrence 7 on this case."]


def test_without_a_number_a_running_one_comes_before_a_stopped_one() -> None:
    callback = row(when=CALLBACK, pause_when="milestone.occurrence == 1", minutes=240)
    case = Case(callback, recurrence="independent", type="Callback")
    case.set("09:10", type="").set("09:20", type="Callback").complete("09:30")
    assert case.numbers() == [(1, "stopped"), (2, "completed")]


def test_without_a_number_a_stopped_one_is_meant_when_none_runs() -> None:
    assert done(Case(row()).stop("09:10").complete("09:20")) == "09:20"


class TestAwaitingReply:
    def test_creation_is_no_message(self) -> None:
        assert not Case(row()).state.awaiting_reply

    def test_a_message_waits_until_an_agent_replies(self) -> None:
        case = Case(row()).message("09:10")
        assert case.state.awaiting_reply
        assert not case.reply("09:20").state.awaiting_reply

    def test_a_reply_from_before_the_message_does_not_answer_it(self) -> None:
        case = Case(row()).message("09:10").reply("09:05", learned="09:20")
        assert case.state.awaiting_reply

    def test_criteria_can_ask_for_it(self) -> None:
        case = Case(
            row(when="case.awaiting_reply", start="criteria", complete_on="agent_reply"),
            recurrence="independent",
        )
        case.message("09:10").reply("09:20").message("09:30")
        assert [clock(one.start_date) for one in case.state.occurrences] == ["09:10", "09:30"]
