"""What `sla check` warns of in rotas, ladders and rules."""

from __future__ import annotations

from tests.as_code.test_check_warnings import Warned, warned

__all__ = ["warned"]

NOTIFY = "actions: [{after: 4h, notify: {to: [owner]}}]"


def entries(*texts: str) -> str:
    lines = "".join(f"      - {{name: E{place}, {text}}}\n" for place, text in enumerate(texts, start=1))
    return f"settings:\n  priorities: [Low, High]\nescalation_rules:\n  - name: R\n    entries:\n{lines}"


class TestAnEntry:
    def test_after_one_for_every_case_never_counts(self, warned: Warned) -> None:
        found = warned.of(entries(NOTIFY, f"when: case.is_escalated, {NOTIFY}"))
        assert found == ["7: the entry “E2” never counts: “E1” before it takes every case; put it last"]

    def test_that_fits_no_case_never_counts(self, warned: Warned) -> None:
        found = warned.of(entries(f"when: 'case.is_closed && !case.is_closed', {NOTIFY}"))
        assert found == ["6: the entry “E1” never counts: its criteria hold on no case; change “when”"]

    def test_whose_cases_an_earlier_one_takes_never_counts(self, warned: Warned) -> None:
        found = warned.of(
            entries(
                f"when: 'case.priority == \"High\"', {NOTIFY}",
                f"when: 'case.priority == \"High\" && case.is_escalated', {NOTIFY}",
            )
        )
        why = "“E1” before it takes these cases; put this one before it"
        assert found == [f"7: the entry “E2” never counts: {why}"]

    def test_of_its_own_cases_is_fine(self, warned: Warned) -> None:
        high = f"when: 'case.priority == \"High\"', {NOTIFY}"
        assert warned.of(entries(high, NOTIFY)) == []


class TestARota:
    def test_with_gaps(self, warned: Warned) -> None:
        found = warned.of(
            "rotas:\n  - queue: Claims\n    shifts: [{person: ada, open: {mon-fri: '08:00-18:00'}}]\n"
        )
        what = "nobody is on duty for “Claims” in 118 of the 168 hours of a week"
        assert found == [f"2: {what}; add shifts, or say with covered: HOURS when somebody is to be there"]

    def test_round_the_clock_has_none(self, warned: Warned) -> None:
        assert (
            warned.of(
                "rotas:\n  - queue: Claims\n    shifts: [{person: ada, open: {mon-sun: '00:00-24:00'}}]\n"
            )
            == []
        )


def test_a_ladder_to_who_is_on_duty_where_there_is_no_rota(warned: Warned) -> None:
    found = warned.of(
        "queues: [{name: Claims}]\nescalation_ladders:\n  - name: L\n    levels:\n"
        "      - {after: 0m, to: on_duty}\n"
    )
    assert found == ["5: the ladder “L” tells who is on duty, and no queue has a rota; add rotas"]
