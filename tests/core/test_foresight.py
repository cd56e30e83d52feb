"""What is foreseen of a row is what the engine then does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entitlements.as_code.read import read_configuration
from entitlements.core.changes import Firing
from entitlements.core.definition import Organisation, Process, TriggerKind
from entitlements.core.facts import Created
from entitlements.core.foresight import Foreseen, foresee
from entitlements.core.simulation import simulate
from entitlements.core.state import CaseState, Promise, State
from tests.core.desk import EVER, OFFICE, t
from tests.core.test_independence import configurations

CREATED = st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 9)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=EVER.tzinfo)
)
FAR = timedelta(days=40)


def case(at: datetime, **texts: str) -> CaseState:
    return CaseState(at, texts={"status": "New", **texts}, custom={"due": at}, promise=Promise(EVER))


def told(firings: tuple[Firing, ...], key: str, number: int) -> list[tuple[str, datetime, str]]:
    """What happened about the first occurrence of a row, success aside."""
    return [
        (firing.trigger.key, firing.due, str(firing.outcome))
        for firing in firings
        if firing.occurrence.row.key == key
        and firing.occurrence.number == number
        and firing.trigger.kind is not TriggerKind.SUCCESS
    ]


class TestTheLiveExample:
    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        configurations(warnings_act=True),
        CREATED,
        st.sampled_from(["High", "Low"]),
        st.sampled_from(["A", "C"]),
        st.sampled_from(["A", "B"]),
        st.data(),
    )
    def test_equals_what_the_engine_then_does(
        self,
        configuration: tuple[Process, Organisation],
        at: datetime,
        priority: str,
        kind: str,
        stage: str,
        data: st.DataObject,
    ) -> None:
        process, organisation = configuration
        state = case(at, priority=priority, type=kind, stage=stage)
        key = data.draw(st.sampled_from([row.key for row in process.rows]))
        foreseen = foresee(process, organisation, state, key)
        done = simulate(process, organisation, state, [Created(at)], at + FAR)
        first = next((one for one in done.state.occurrences if one.row.key == key), None)
        if first is None:
            assert foreseen.start is None
            assert foreseen.why_not
            return
        if foreseen.start is None:  # It came later than anybody waits for.
            assert first.came_at > at
            return
        assert foreseen.start == first.start_date
        assert foreseen.target == first.original_target or foreseen.target is None
        seen = told(foreseen.firings, key, first.number)
        assert seen == told(done.firings, key, first.number)[: len(seen)]
        if first.is_open and first.state is State.RUNNING and foreseen.target is not None:
            assert seen == told(done.firings, key, first.number)

    def test_does_not_change_the_case_that_it_looks_at(self) -> None:
        process, organisation = self.process({"milestone": "A", "minutes": 60})
        state = case(t("09:00"))
        before = replace(state)
        foresee(process, organisation, state, process.rows[0].key)
        assert state == before

    def test_goes_by_the_hours_that_count(self) -> None:
        row = {"milestone": "A", "minutes": 60, "business_hours": "Office"}
        row["triggers"] = [{"warning": "50%"}, {"violation": "2h"}]
        found = self.foreseen(row, at="6 16:45")
        assert (found.hours, found.time_zone) == ("Office", "UTC")
        assert (found.start, found.target) == (t("6 16:45"), t("9 09:45"))
        assert [firing.due for firing in found.firings] == [t("9 09:15"), t("9 11:45")]

    def test_says_why_there_is_none(self) -> None:
        high = {"milestone": "A", "minutes": 60, "when": 'case.priority == "High"'}
        assert self.foreseen(high).why_not == "Its criteria do not hold for such a case."
        first: dict[str, Any] = {"milestone": "A", "minutes": 60}
        assert self.foreseen(first, high, row=1).why_not.startswith("Tier 1 of this milestone comes first")
        waits = {"milestone": "A", "minutes": 60, "start": "last_customer_message_at"}
        assert self.foreseen(waits).why_not.startswith("It waits for a date")
        failing = {"milestone": "A", "formula": "1 / case.reopen_count"}
        assert "failed" in self.foreseen(failing).why_not
        still = {"milestone": "A", "minutes": 5, "pause_when": "true"}
        assert self.foreseen(still).why_not == "Its clock stands still from the beginning."
        recurring = {"milestone": "B", "minutes": 5, "complete_on": {"when": "true"}}
        assert self.foreseen(recurring).why_not.startswith("What completes it holds already")

    def test_says_when_an_action_moves_the_target(self) -> None:
        row = {
            "milestone": "A",
            "formula": 'case.priority == "High" ? 30 : 120',
            "triggers": [{"warning": "10%", "actions": [{"set": {"priority": "High"}}]}, {"violation": "0m"}],
        }
        found = self.foreseen(row)
        assert (found.target, found.moved_to) == (t("11:00"), t("09:30"))
        assert [firing.due for firing in found.firings] == [t("09:12"), t("09:30")]

    def foreseen(self, *rows: dict[str, Any], at: str = "09:00", row: int = 0) -> Foreseen:
        process, organisation = self.process(*rows)
        return foresee(process, organisation, case(t(at), priority="Low"), process.rows[row].key)

    def process(self, *rows: dict[str, Any]) -> tuple[Process, Organisation]:
        configuration = read_configuration(
            {
                "business_hours": [OFFICE],
                "milestones": [{"name": "A"}, {"name": "B", "recurrence": "independent"}],
                "entitlement_processes": [
                    {"name": "P", "milestones": [{"complete_on": "manual", **row} for row in rows]}
                ],
            },
            (("due", "date"),),
        )
        return configuration.processes["P"], configuration.organisation
