"""Compliance: what was kept of what was promised, and that every number opens what it counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from cases.engine.due import tick
from cases.models import Case
from cases.operations import stop_case
from cases.reports.registry import REPORTS
from entitlements.models import Entitlement, EntitlementSettings
from tests.factory import NOON, first_response, make_case, make_customer, make_process
from tests.reports.desk import LATER, ask, minutes, numbers, one_of_each, opened, shown

DAY = "from=2026-03-04&to=2026-03-04"
pytestmark = pytest.mark.django_db


class TestCompliance:
    def test_counts_each_result_once(self, agent: User) -> None:
        one_of_each(agent)
        row = shown(ask("compliance", DAY))["First Response"]
        names = ("Met", "Missed", "Open, late", "Open", "Cancelled", "Waived")
        assert [row[name] for name in names] == ["2", "1", "1", "0", "1", "1"]

    def test_is_met_divided_by_what_is_decided(self, agent: User) -> None:
        one_of_each(agent)
        assert shown(ask("compliance", DAY))["All"]["Compliance"] == "50.0 %"

    def test_is_nothing_where_nothing_is_decided(self, agent: User) -> None:
        make_case(now=NOON)
        row = shown(ask("compliance", DAY, now=NOON))["All"]
        assert (row["Open"], row["Compliance"], row["Against it"]) == ("2", "–", "–")

    def test_is_100_percent_only_when_all_is_kept(self, agent: User) -> None:
        one_of_each(agent)
        assert shown(ask("compliance", f"{DAY}&priority=High"))["All"]["Compliance"] == "66.6 %"

    @pytest.mark.parametrize(
        ("by", "rows"),
        [
            ("milestone", {"First Response"}),
            ("queue", {"Claims", "No queue"}),
            ("owner", {"Amy Pond"}),
            ("account", {"Acme"}),
            ("version", {"Gold v1"}),
            ("priority", {"High", "Low", "No priority"}),
        ],
    )
    def test_is_divided_by(self, agent: User, by: str, rows: set[str]) -> None:
        one_of_each(agent)
        assert shown(ask("compliance", f"{DAY}&by={by}")).keys() == rows | {"All"}

    def test_is_compared_with_the_period_before(self, agent: User) -> None:
        one_of_each(agent)
        row = shown(ask("compliance", "from=2026-03-05&to=2026-03-05", now=LATER + timedelta(hours=1)))["All"]
        assert (row["Compliance"], row["Before"], row["Change"]) == ("0.0 %", "50.0 %", "−50.0 pt")

    def test_leaves_the_period_before_out_when_asked(self, agent: User) -> None:
        one_of_each(agent)
        assert "Before" not in shown(ask("compliance", f"{DAY}&compare=no"))["All"]


class TestThePromise:
    def test_is_that_of_entitlement_settings(self, agent: User) -> None:
        one_of_each(agent)
        EntitlementSettings.objects.update(compliance_percent="40.5")
        row = shown(ask("compliance", DAY))["All"]
        assert (row["Promised"], row["Against it"]) == ("40.5 %", "+9.5 pt")

    def test_is_the_contracts_for_an_account(self, agent: User) -> None:
        one_of_each(agent)
        Entitlement.objects.update(compliance_percent="99.5")
        assert shown(ask("compliance", f"{DAY}&by=account"))["Acme"]["Promised"] == "99.5 %"
        assert shown(ask("compliance", f"{DAY}&account=Acme"))["All"]["Promised"] == "99.5 %"

    def test_is_not_that_of_an_expired_one(self, agent: User) -> None:
        one_of_each(agent)
        Entitlement.objects.update(compliance_percent="99.5", end_date="2026-03-01")
        assert shown(ask("compliance", f"{DAY}&account=Acme"))["All"]["Promised"] == "95 %"


class TestTheDate:
    def test_due_is_the_target(self, agent: User) -> None:
        one_of_each(agent)
        assert shown(ask("compliance", "from=2026-03-05&to=2026-03-05"))["All"]["Open"] == "1"

    def test_stopping_what_is_late_hides_nothing(self, agent: User) -> None:
        case = make_case(now=NOON, account=make_customer(make_process("", first_response(60))))
        tick(minutes(61), 10)
        stop_case(case.pk, reason="A part", by=agent, now=minutes(90))
        row = shown(ask("compliance", DAY))["All"]
        assert (row["Open, late"], row["Compliance"]) == ("1", "0.0 %")

    def test_created_is_the_cases(self, agent: User) -> None:
        one_of_each(agent)
        assert shown(ask("compliance", "from=2026-03-05&to=2026-03-05&basis=created"))["All"]["Open"] == "1"
        make_case(
            now=NOON - timedelta(minutes=30), account=make_customer(make_process("", first_response(720)))
        )
        assert shown(ask("compliance", f"{DAY}&basis=created", now=NOON))["All"]["Open"] == "2"

    def test_completed_leaves_out_what_is_open(self, agent: User) -> None:
        one_of_each(agent)
        row = shown(ask("compliance", f"{DAY}&basis=completed"))["All"]
        assert (row["Met"], row["Missed"], row["Open, late"], row["Cancelled"]) == ("2", "1", "0", "1")

    def test_is_a_day_of_the_asked_zone(self, agent: User) -> None:
        make_case(now=NOON + timedelta(hours=11, minutes=30))
        asked = "from=2026-03-05&to=2026-03-05&milestone=First+Response"
        assert shown(ask("compliance", asked, now=NOON))["All"]["Open"] == "1"


class TestImportedResults:
    def test_never_mix_with_recorded_ones(self, agent: User) -> None:
        one_of_each(agent)
        Case.objects.filter(priority="High").update(is_imported=True)
        recorded = shown(ask("compliance", DAY))["All"]
        imported = shown(ask("compliance", f"{DAY}&source=imported"))["All"]
        assert (recorded["Met"], recorded["Open, late"]) == ("0", "1")
        assert (imported["Met"], imported["Open, late"]) == ("2", "0")

    def test_are_not_offered_where_there_are_none(self, agent: User) -> None:
        one_of_each(agent)
        assert ask("compliance", f"{DAY}&source=imported").asked.problems == (
            "“imported” is not a source of results.",
        )


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.key)
@pytest.mark.parametrize("basis", ["due", "created", "completed"])
def test_every_number_opens_what_it_counts(agent: User, report: object, basis: str) -> None:
    one_of_each(agent)
    key: str = report.key  # type: ignore[attr-defined]
    found = ask(key, f"from=2026-03-01&to=2026-03-06&basis={basis}")
    cells = numbers(found)
    assert [opened(key, cell.opens) for cell in cells] == [cell.value for cell in cells]
