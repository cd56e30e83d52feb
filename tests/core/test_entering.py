"""A case enters and leaves its process (§3)."""

from datetime import timedelta

from entitlements.core.engine import next_look
from entitlements.core.state import Promise
from tests.core.desk import EVER, Case, clock, row, t


def entered(case: Case) -> str:
    return clock(case.state.entry_date)


def test_a_case_enters_at_its_creation() -> None:
    assert entered(Case(row())) == "09:00"


def test_a_case_without_an_entitlement_does_not_enter() -> None:
    case = Case(row()).promised("09:10", None, other_process=True).set("10:00", priority="High")
    assert case["Resolution"].reason == "the entitlement changed"
    assert not case.state.in_process


def test_entry_waits_for_the_entitlements_start() -> None:
    case = Case(row(), promise=Promise(t("11:00")))
    assert case.numbers() == []
    case.until("11:00")
    assert (entered(case), clock(case["Resolution"].target_date)) == ("11:00", "12:00")


def test_an_expired_entitlement_lets_nobody_in() -> None:
    assert not Case(row(), promise=Promise(EVER, t("09:00"))).state.in_process


def test_an_entitlement_holds_until_just_before_its_end() -> None:
    assert Case(row(), promise=Promise(EVER, t("09:00") + timedelta(microseconds=1))).state.in_process


def test_an_entitlement_that_ends_before_its_start_lets_nobody_in() -> None:
    case = Case(row(), promise=Promise(t("12:00"), t("11:00"))).until("13:00")
    assert not case.state.in_process


def test_an_inactive_process_lets_nobody_in() -> None:
    assert not Case(row(), promise=Promise(EVER, process_is_active=False)).state.in_process


def test_an_entitlement_that_expires_while_the_case_is_open_changes_nothing() -> None:
    case = Case(row(minutes=120), promise=Promise(EVER, t("09:30"))).set("10:00", priority="High")
    assert case["Resolution"].state == "running"


def test_an_empty_entry_field_is_not_yet() -> None:
    case = Case(row(), process={"enter_at": "custom.due"})
    assert not case.state.in_process
    assert next_look(case.process, case.state) is None


def test_a_filled_entry_field_gives_the_entry_date_though_it_is_past() -> None:
    case = Case(row(), process={"enter_at": "custom.due"}).set("10:00", due=t("09:30"))
    assert (entered(case), clock(case["Resolution"].start_date)) == ("09:30", "09:30")


def test_a_future_entry_field_enters_then() -> None:
    case = Case(row(), process={"enter_at": "custom.due"}, due=t("12:00")).until("11:59")
    assert not case.state.in_process
    assert entered(case.until("12:00")) == "12:00"


def test_a_planned_entry_moves_with_its_field() -> None:
    case = Case(row(), process={"enter_at": "custom.due"}, due=t("12:00")).set("10:00", due=t("14:00"))
    assert entered(case.until("13:00")) == "–"
    assert entered(case.until("14:00")) == "14:00"


def test_a_planned_entry_is_gone_when_its_field_is_emptied() -> None:
    case = (
        Case(row(), process={"enter_at": "custom.due"}, due=t("12:00")).set("10:00", due=None).until("13:00")
    )
    assert not case.state.in_process


def test_a_planned_entry_needs_an_entitlement_that_holds_then() -> None:
    promise = Promise(EVER, t("11:00"))
    case = Case(row(), process={"enter_at": "custom.due"}, due=t("12:00"), promise=promise).until("13:00")
    assert not case.state.in_process


def test_the_entry_date_is_never_before_the_entitlements_start() -> None:
    process = {"enter_at": "custom.due"}
    case = Case(row(), process=process, promise=Promise(t("09:45"))).set("10:00", due=t("09:30"))
    assert entered(case) == "09:45"


def test_a_later_change_of_the_entry_field_does_not_move_the_run() -> None:
    case = Case(row(), process={"enter_at": "custom.due"}, due=t("09:00")).set("10:00", due=t("09:30"))
    assert entered(case) == "09:00"


def test_a_case_created_closed_has_not_entered() -> None:
    case = Case(row(), status="Closed")
    assert (case.state.run, case.numbers()) == (0, [])


def test_opening_a_case_created_closed_makes_its_first_run_from_the_entry_field() -> None:
    case = Case(row(), status="Closed").reopen("10:30")
    assert (case.state.run, entered(case), case["Resolution"].is_violated) == (1, "09:00", True)


def test_a_closed_case_leaves_and_what_is_open_is_cancelled() -> None:
    case = Case(row()).close("09:30")
    occurrence = case["Resolution"]
    assert (occurrence.state, occurrence.reason) == ("cancelled", "left the process")
    assert (clock(occurrence.cancelled_at), occurrence.is_violated) == ("09:30", False)


def test_completions_are_looked_at_before_leaving() -> None:
    assert Case(row(complete_on="case_closed")).close("09:30")["Resolution"].state == "completed"


def test_leaving_cancels_what_is_pending_though_closing_would_complete_it() -> None:
    case = Case(row(complete_on="case_closed", start="custom.due"), due=t("12:00")).close("09:30")
    assert case["Resolution"].state == "cancelled"


def test_leaving_late_is_a_violation() -> None:
    case = Case(row()).close("10:30")
    assert (case["Resolution"].is_violated, case.status) == (True, "closed_violation")


def test_leaving_at_the_target_is_none() -> None:
    assert not Case(row()).close("10:00")["Resolution"].is_violated


def test_exit_criteria_of_ones_own_replace_closing() -> None:
    case = Case(row(), process={"exit_when": 'case.stage == "Done"'}).close("09:30")
    assert case["Resolution"].state == "running"
    assert case.set("09:40", stage="Done")["Resolution"].reason == "left the process"


def test_a_case_whose_exit_criteria_hold_does_not_enter() -> None:
    case = Case(row(), process={"exit_when": 'case.stage == "Done"'}, stage="Done")
    assert not case.state.in_process


def test_failing_exit_criteria_keep_the_case_in_and_say_so() -> None:
    case = Case(row(), process={"exit_when": "1 / case.reopen_count == 0"})
    assert case.state.in_process
    assert "divide by zero" in case.state.faults["exit"]
    case.close("09:10").reopen("09:20")
    assert "exit" not in case.state.faults


def test_reentry_is_a_new_run_from_the_moment_of_reentry() -> None:
    case = Case(row()).close("09:30").reopen("12:00")
    assert (case.state.run, entered(case), case.numbers()) == (2, "12:00", [(1, "cancelled"), (2, "running")])
    assert clock(case["Resolution"].start_date) == "12:00"


def test_reentry_does_not_look_at_the_entry_field() -> None:
    case = Case(row(), process={"enter_at": "custom.due"}, due=t("09:00")).close("09:30").reopen("12:00")
    assert entered(case) == "12:00"


def test_reentry_needs_an_entitlement_that_is_active_again() -> None:
    case = Case(row(), promise=Promise(EVER, t("11:00"))).close("09:30").reopen("12:00")
    assert (case.state.in_process, case.numbers()) == (False, [(1, "cancelled")])


def test_reentry_comes_with_an_extended_entitlement() -> None:
    case = Case(row(), promise=Promise(EVER, t("11:00"))).close("09:30").reopen("12:00")
    case.promised("13:00", Promise(EVER))
    assert entered(case) == "13:00"


class TestKeep:
    def test_no_recurrence_does_not_come_again_once_completed(self) -> None:
        case = Case(row()).complete("09:10").close("09:30").reopen("12:00")
        assert case.numbers() == [(1, "completed")]

    def test_no_recurrence_comes_again_when_it_was_cancelled(self) -> None:
        assert Case(row()).close("09:30").reopen("12:00").numbers()[-1] == (2, "running")

    def test_sequential_waits_for_its_last_target(self) -> None:
        case = (
            Case(row(minutes=240), recurrence="sequential").complete("09:10").close("09:30").reopen("12:00")
        )
        assert case.numbers() == [(1, "completed"), (2, "cancelled"), (3, "pending")]
        assert clock(case["Resolution"].start_date) == "13:00"

    def test_independent_starts_anew(self) -> None:
        case = Case(row(), recurrence="independent").complete("09:10").close("09:30").reopen("12:00")
        assert case.numbers()[-1] == (3, "running")
        assert clock(case["Resolution"].start_date) == "12:00"

    def test_a_reply_before_the_new_run_completes_nothing_in_it(self) -> None:
        other = row("Other", complete_on="agent_reply", when="case.reopen_count > 0")
        case = Case(row(), other).reply("09:10").close("09:30").reopen("12:00")
        assert case["Other"].state == "running"


class TestRestart:
    process = {"on_reentry": "restart"}

    def test_no_recurrence_comes_again_with_the_next_number(self) -> None:
        case = Case(row(), process=self.process).complete("09:10").close("09:30").reopen("12:00")
        assert case.numbers() == [(1, "completed"), (2, "running")]

    def test_no_recurrence_comes_once_a_run(self) -> None:
        case = Case(row(), process=self.process).close("09:30").reopen("12:00").complete("12:10")
        assert case.set("12:20", priority="High").numbers() == [(1, "cancelled"), (2, "completed")]

    def test_sequential_does_not_wait(self) -> None:
        case = Case(row(minutes=240), process=self.process, recurrence="sequential")
        case.complete("09:10").close("09:30").reopen("12:00")
        assert (case.numbers()[-1], clock(case["Resolution"].start_date)) == ((3, "running"), "12:00")

    def test_a_reply_of_the_run_before_does_not_count(self) -> None:
        case = Case(row(complete_on="agent_reply"), process=self.process)
        case.reply("09:10").close("09:30").reopen("12:00")
        assert case["Resolution"].state == "running"

    def test_criteria_that_still_hold_complete_it_at_the_entry(self) -> None:
        done = row(complete_on={"when": 'case.stage == "Done"'})
        case = Case(done, process=self.process).set("09:10", stage="Done").close("09:30").reopen("12:00")
        assert case.numbers() == [(1, "completed"), (2, "completed")]
        assert clock(case["Resolution"].completion_date) == "12:00"
