"""`manage.py sla replay` over the desk's cases and over an incident log."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from cases.operations import reply_to_case, stop_case
from cases.replay.read_only import Written, read_only
from entitlements.models import Account, CasePriority
from tests.engine.incident_log import excerpt, run, table
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db
INCIDENTS = Path(__file__).parent / "servicenow.yaml"
DRAFT = """
milestones: [{name: First Response}]
entitlement_processes:
  - name: Premium
    milestones: [{milestone: First Response, minutes: 30, complete_on: agent_reply}]
"""


def replay(file: Path, *options: str) -> tuple[int, str, str]:
    """Exit status, and what was written to both."""
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("sla", "replay", str(file), *options, stdout=out, stderr=err)
    except SystemExit as end:
        status = int(str(end.code))
    return status, out.getvalue(), err.getvalue()


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "draft.yaml"
    file.write_text(DRAFT)
    return file


@pytest.fixture
def cases(db: None) -> list[Case]:
    """Answered after 20 and after 40 minutes, of 60 that were promised; the third after 70."""
    make_desk()
    CasePriority.objects.create(name="=1+1", position=9)
    account = make_customer(make_process("Premium", first_response(60)))
    made = []
    for minutes in (20, 40, 70):
        case = make_case(now=NOON, account=account, priority="=1+1")
        reply_to_case(case.pk, body="Yes.", by=make_user(), now=NOON + timedelta(minutes=minutes))
        made.append(case)
    return made


def numbers(printed: str, milestone: str, priority: str = "All") -> list[str]:
    line = next(line for line in printed.splitlines() if line.startswith(f"{milestone}  {priority}"))
    return line.split(priority, 1)[1].replace(" %", "").split()


class TestOverTheDesk:
    def test_sets_the_draft_beside_the_record(self, cases: list[Case], draft: Path) -> None:
        status, printed, _ = replay(draft)
        assert status == 0
        recorded, drafted = ["2", "1", "0", "0", "66.7"], ["1", "2", "0", "0", "33.3"]
        assert numbers(printed, "First Response") == [*recorded, *drafted, "-33.3"]
        assert f"{cases[1].number} (=1+1)  First Response: met → missed" in printed
        assert cases[0].number not in printed
        assert cases[2].number not in printed

    def test_a_longer_target_mends_what_was_missed(self, cases: list[Case], draft: Path) -> None:
        draft.write_text(DRAFT.replace("30", "90"))
        _, printed, _ = replay(draft)
        assert "1 promise flips: 1 from missed to met" in printed
        assert cases[2].number in printed

    def test_writes_what_flips_as_harmless_csv(self, cases: list[Case], draft: Path, tmp_path: Path) -> None:
        replay(draft, "--csv", str(tmp_path / "flips.csv"))
        with (tmp_path / "flips.csv").open() as file:
            (row,) = csv.DictReader(file)
        assert (row["case"], row["recorded"], row["draft"]) == (cases[1].number, "met", "missed")
        assert row["priority"] == "'=1+1"
        assert row["draft_target"] == "2026-03-04T12:30:00Z"

    def test_writes_nothing_to_the_database(self, cases: list[Case], draft: Path) -> None:
        with CaptureQueriesContext(connection) as queries:
            replay(draft)
        assert queries.captured_queries
        assert all(one["sql"].startswith(("SELECT", "DECLARE")) for one in queries.captured_queries)

    def test_takes_cases_since_then(self, cases: list[Case], draft: Path) -> None:
        Case.objects.filter(pk=cases[1].pk).update(created_at="2020-01-01T00:00Z")
        _, printed, _ = replay(draft, "--since", "36500d")
        assert " over 3 cases" in printed
        _, printed, _ = replay(draft, "--since", "1000d")
        assert " over 2 cases" in printed

    def test_a_process_that_the_draft_lacks_is_left_out_unless_another_is_named(
        self, cases: list[Case], draft: Path
    ) -> None:
        draft.write_text(DRAFT.replace("Premium", "Gold"))
        _, printed, _ = replay(draft)
        assert "Left out: 3 cases of the process “Premium”" in printed
        _, printed, _ = replay(draft, "--process", "Gold")
        assert numbers(printed, "First Response")[5:7] == ["1", "2"]

    def test_a_stop_that_the_draft_does_not_allow_is_told(self, cases: list[Case], draft: Path) -> None:
        case = make_case(now=NOON, account=Account.objects.get())
        stop_case(case.pk, reason="A part", by=make_user(), now=NOON + timedelta(minutes=5))
        draft.write_text("settings: {allow_pausing: false}" + DRAFT)
        _, printed, _ = replay(draft)
        assert "Refused by the draft, 1 time: Stopping is off" in printed

    def test_many_cases_take_no_more_queries_than_few(self, cases: list[Case], draft: Path) -> None:
        replay(draft)
        with CaptureQueriesContext(connection) as few:
            replay(draft)
        for _ in range(20):
            make_case(now=NOON, account=Account.objects.get())
        with CaptureQueriesContext(connection) as many:
            replay(draft)
        assert len(many) <= len(few) + 5


class TestOverAnIncidentLog:
    def test_its_table_is_that_of_the_import(self, tmp_path: Path) -> None:
        log = excerpt(tmp_path / "log.csv")
        _, before, _ = replay(INCIDENTS, "--incidents", str(log))
        imported = table(run(log))
        for (priority, milestone), cells in imported.items():
            assert numbers(before, milestone, priority) == cells[:5], (priority, milestone)
        assert "None of them has been imported" in before

    def test_stands_beside_the_record_once_imported(self, tmp_path: Path) -> None:
        log = excerpt(tmp_path / "log.csv")
        imported = table(run(log))
        _, printed, _ = replay(INCIDENTS, "--incidents", str(log))
        for (priority, milestone), cells in imported.items():
            assert numbers(printed, milestone, priority)[:10] == [*cells[:5], *cells[:5]]
        assert "No promise flips" in printed
        _, printed, _ = replay(INCIDENTS)
        assert "No promise flips" in printed

    def test_which_process_must_be_clear(self, tmp_path: Path) -> None:
        log = excerpt(tmp_path / "log.csv")
        two = tmp_path / "two.yaml"
        two.write_text(DRAFT + DRAFT.split("processes:")[1].replace("Premium", "Gold"))
        status, _, said = replay(two, "--incidents", str(log))
        assert (status, "Say with --process" in said) == (2, True)
        status, _, said = replay(two, "--incidents", str(log), "--process", "Silver")
        assert (status, "no entitlement process “Silver”" in said) == (2, True)
        assert replay(two, "--incidents", str(log), "--process", "Gold")[0] == 0


WRONG = {
    "no file": ("absent.yaml", None, "absent.yaml:1: the file cannot be read"),
    "no YAML": ("draft.yaml", "a: [", "draft.yaml:"),
    "an unknown milestone": (
        "draft.yaml",
        DRAFT.replace("milestone: First", "milestone: Last"),
        "draft.yaml:5:",
    ),
    "an unknown key": ("draft.yaml", DRAFT.replace("minutes", "minuts"), "did you mean “minutes”?"),
    "an unknown name in criteria": (
        "draft.yaml",
        DRAFT.replace("minutes: 30", "minutes: 30, when: case.colour == 'red'"),
        "draft.yaml:5:",
    ),
    "two documents": ("draft.yaml", DRAFT + "---" + DRAFT, "here a second begins"),
    "a list": ("draft.yaml", "- a", "a configuration is wanted here"),
    "no process": ("draft.yaml", "settings: {allow_pausing: true}", "no entitlement processes"),
}


@pytest.mark.parametrize(("name", "text", "said"), WRONG.values(), ids=WRONG)
def test_a_draft_that_cannot_be_used_is_said_with_its_place(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    status, _, heard = replay(tmp_path / name)
    assert status == 2
    assert said in heard


@pytest.mark.parametrize(
    "options", [("--since", "soon"), ("--incidents", "absent.csv"), ("--csv", "/nowhere/at/all.csv")]
)
def test_options_that_cannot_be_used_are_said(draft: Path, options: tuple[str, str]) -> None:
    status, _, heard = replay(draft, *options)
    assert (status, bool(heard)) == (2, True)


def test_whoever_writes_while_only_reading_is_stopped() -> None:
    with pytest.raises(Written), read_only():
        Account.objects.create(name="Nobody")
