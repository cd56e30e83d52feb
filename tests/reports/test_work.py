"""How the desk works: warnings, escalations, coverage and the backlog."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User

from cases.engine.due import tick
from cases.models import Escalation
from cases.operations import change_case, reply_to_case
from cases.operations.escalations import acknowledge_escalation
from entitlements.models import Account
from tests.escalation_rows import escalating_case, make_ladder
from tests.factory import (
    NOON,
    first_response,
    make_account,
    make_case,
    make_customer,
    make_process,
    warning,
)
from tests.reports.desk import ask, opened, shown

DAY = "from=2026-03-04&to=2026-03-04"
LATER = NOON + timedelta(hours=10)
pytestmark = pytest.mark.django_db


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


class TestWarnings:
    """A First Response in 60 minutes warns at half of them, and ten minutes before."""

    @pytest.fixture
    def account(self, agent: User) -> Account:
        warnings = [warning(50), warning(minutes=10)]
        return make_customer(make_process("", first_response(60, triggers=warnings)))

    def answered(self, account: Account, agent: User, after: float) -> None:
        case = make_case(account=account, now=NOON)
        for minutes in range(0, int(after) + 1, 10):
            tick(at(minutes), 100)
        reply_to_case(case.pk, body="Yes", by=agent, now=at(after))

    def test_after_which_the_promise_was_kept(self, agent: User, account: Account) -> None:
        self.answered(account, agent, 20)
        self.answered(account, agent, 40)
        self.answered(account, agent, 61)
        rows = shown(ask("warnings", DAY, now=LATER))
        half, late = rows["First Response, at 50 %"], rows["First Response, 10 m before"]
        names = ("Sent", "Kept after it", "Late all the same", "Kept, of those decided", "Reaction, h")
        assert [half[name] for name in names] == ["2", "1", "1", "50.0 %", "10 m"]
        assert [late[name] for name in names] == ["1", "0", "1", "0.0 %", "–"]

    def test_one_whose_target_had_passed_was_skipped(self, agent: User, account: Account) -> None:
        make_case(account=account, now=NOON)
        tick(at(90), 100)
        row = shown(ask("warnings", DAY, now=LATER))["First Response, at 50 %"]
        assert (row["Sent"], row["Skipped"]) == ("0", "1")
        assert opened("warnings", f"{DAY}&unwarned=yes", now=LATER) == 1

    def test_a_warning_opens_its_milestones(self, agent: User, account: Account) -> None:
        self.answered(account, agent, 40)
        counts = {
            offset: opened("warnings", f"{DAY}&warning={offset}", now=LATER) for offset in ("50%", "10m")
        }
        assert counts == {"50%": 1, "10m": 0}


class TestEscalations:
    @pytest.fixture
    def escalation(self, agent: User) -> Escalation:
        """It began at 13:00, and told the supervisors at 13:30."""
        make_ladder()
        escalating_case(now=NOON, owner=agent)
        for minutes in (60.1, 90.1):
            tick(at(minutes), 100)
        return Escalation.objects.get()

    def test_how_far_they_climbed(self, escalation: Escalation) -> None:
        row = shown(ask("escalations", DAY, now=LATER))["On call"]
        names = ("Escalations", "Open", "Acknowledged", "Past level 1")
        assert [row[name] for name in names] == ["1", "1", "0", "1"]

    def test_how_soon_somebody_took_them(self, escalation: Escalation, agent: User) -> None:
        acknowledge_escalation(escalation.pk, by=agent, now=at(100.1))
        row = shown(ask("escalations", f"{DAY}&by=person", now=LATER))["Amy Pond"]
        assert (row["Acknowledged, %"], row["Until then, h"]) == ("100.0 %", "40 m")

    def test_what_is_over_by_itself_was_not_acknowledged(self, escalation: Escalation, agent: User) -> None:
        reply_to_case(escalation.case_id, body="Yes", by=agent, now=at(100))
        row = shown(ask("escalations", DAY, now=LATER))["On call"]
        assert (row["Over by itself"], row["Acknowledged, %"]) == ("1", "0.0 %")

    def test_a_ladder_opens_its_cases(self, escalation: Escalation) -> None:
        assert opened("escalations", f"{DAY}&so=On call&standing=climbed", now=LATER) == 1
        assert opened("escalations", f"{DAY}&so=On call&standing=resolved", now=LATER) == 0


class TestCoverage:
    def test_who_has_a_promise_and_why_others_have_none(self, agent: User) -> None:
        make_case(now=NOON, queue="Claims")
        make_case(account=make_account("Nobody Inc."), now=NOON, queue="Claims")
        make_case(account=None, now=NOON)
        unfit = first_response(60, when='case.priority == "High"')
        make_case(account=make_customer(make_process("", unfit)), now=NOON)
        found = ask("coverage", DAY, now=LATER)
        claims = shown(found)["Claims"]
        assert (claims["Cases"], claims["Covered"], claims["Without"]) == ("2", "1", "1")
        assert {why: row["Cases"] for why, row in shown(found, 1).items()} == {
            "No account and no contact": "1",
            "Its account has no entitlement": "1",
            "No milestone of its process fits it": "1",
        }

    @pytest.mark.parametrize(("why", "cases"), [("nobody", 1), ("unpromised", 0)])
    def test_a_reason_opens_its_cases(self, agent: User, why: str, cases: int) -> None:
        make_case(account=None, now=NOON)
        assert opened("coverage", f"{DAY}&why={why}", now=LATER) == cases


class TestBacklog:
    def closed(self, agent: User, opens: float, closes: float) -> None:
        case = make_case(now=NOON + timedelta(days=opens))
        change_case(case.pk, fields={"status": "Closed"}, by=agent, now=NOON + timedelta(days=closes))

    def test_what_came_what_went_and_what_was_open(self, agent: User) -> None:
        self.closed(agent, opens=-9, closes=0)
        self.closed(agent, opens=-8, closes=-7)
        self.closed(agent, opens=0, closes=1)
        make_case(now=NOON)
        found = ask("backlog", "from=2026-03-03&to=2026-03-05", now=NOON + timedelta(days=1.2))
        flow = {day: tuple(row.values())[1:] for day, row in shown(found).items()}
        assert flow == {
            "3 Mar 2026": ("0", "0", "+0", "1"),
            "4 Mar 2026": ("2", "1", "+1", "2"),
            "5 Mar 2026": ("0", "1", "−1", "1"),
        }

    def test_by_weeks_and_months(self, agent: User) -> None:
        make_case(now=NOON)
        for step, name in {"week": "2 to 6 Mar 2026", "month": "1 to 6 Mar 2026"}.items():
            found = ask("backlog", f"from=2026-02-10&to=2026-03-06&step={step}", now=NOON + timedelta(days=2))
            assert shown(found)[name]["Came"] == "1"
            assert sum(int(row["Came"]) for row in shown(found).values()) == 1

    def test_how_old_what_is_open_is(self, agent: User) -> None:
        for days in (0, 2, 2, 40):
            make_case(now=NOON - timedelta(days=days), queue="Claims")
        row = shown(ask("backlog", DAY, now=at(1)), 1)["Claims"]
        assert list(row.values())[1:] == ["1", "2", "0", "0", "1", "0", "4"]

    def test_an_age_opens_its_cases(self, agent: User) -> None:
        make_case(now=NOON - timedelta(days=2))
        counts = [opened("backlog", f"what=open&age={age}", now=at(1)) for age in ("day", "3-days", "older")]
        assert counts == [0, 1, 0]
