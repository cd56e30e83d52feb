"""`import_incidents` on a real log and on broken ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import transaction
from pytest_django import DjangoDbBlocker

from cases.models import Case, CaseEvent, CaseMilestone, Delivery, FiredTrigger, Stop
from entitlements.models import (
    CaseStatus,
    EntitlementProcess,
    EntitlementSettings,
    Queue,
)
from tests.engine.incident_log import (
    EXCERPT,
    HEADER,
    WHOLE,
    WITHOUT_BEGINNING,
    events,
    excerpt,
    row,
    run,
    table,
    written,
)


def utc(text: str) -> datetime:
    return datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)


def milestone(number: str, name: str, occurrence: int = 1) -> CaseMilestone:
    return CaseMilestone.objects.get(case__external_id=number, milestone__name=name, number=occurrence)


# --- What becomes of an incident, worked out by hand ------------------------------------------------


@pytest.fixture
def imported(db: None, tmp_path: Path) -> str:
    return run(excerpt(tmp_path / "log.csv"))


def test_an_incident_is_a_case_with_the_times_of_the_log(imported: str) -> None:
    case = Case.objects.get(external_id="INC0000045")
    assert case.created_at == utc("29-02-2016 01:16")
    assert case.closed_at == utc("05-03-2016 12:00")
    assert (case.status_id, case.priority_id, case.queue_id) == ("Closed", "Moderate", "Group 56")
    assert case.created_by == "Opened by 8"
    assert case.subject == "Category 55, Subcategory 170, Symptom 72"


def test_resolution_ends_when_it_is_resolved_not_when_it_is_closed(imported: str) -> None:
    resolution = milestone("INC0000045", "Resolution")
    assert resolution.completion_date == utc("29-02-2016 08:53")
    assert resolution.target_date == utc("01-03-2016 01:16")
    assert resolution.violated_at is None


def test_assignment_is_late_when_nobody_took_it_for_four_hours(imported: str) -> None:
    assignment = milestone("INC0000045", "Assignment")
    assert assignment.completion_date == utc("29-02-2016 08:53")
    assert assignment.violated_at == assignment.target_date == utc("29-02-2016 05:16")


def test_assignment_ends_with_the_first_event_that_names_somebody(imported: str) -> None:
    assert milestone("INC0000047", "Assignment").completion_date == utc("29-02-2016 04:57")


def test_waiting_stops_the_clock(imported: str) -> None:
    """INC0000047 waited for its user from 09:14 to 09:52, but was late since 04:40."""
    stop = Stop.objects.get(case__external_id="INC0000047")
    assert (stop.since, stop.until) == (utc("01-03-2016 09:14"), utc("01-03-2016 09:52"))
    resolution = milestone("INC0000047", "Resolution")
    assert resolution.violated_at == utc("01-03-2016 04:40")
    assert resolution.target_date == utc("01-03-2016 05:18")


def test_the_target_moves_by_the_time_spent_waiting(imported: str) -> None:
    """INC0000102 waited from 29 Feb 20:09 to 3 Mar 17:29: of its 24 hours 12 h 57 m were left then."""
    assert milestone("INC0000102", "Resolution").violated_at == utc("04-03-2016 06:26")


def test_a_reopened_incident_is_measured_anew(imported: str) -> None:
    again = milestone("INC0000102", "Resolution", 2)
    assert again.start_date == utc("17-03-2016 16:27")
    assert again.completion_date == utc("17-03-2016 16:28")
    assert again.violated_at is None
    assert milestone("INC0000102", "Assignment").completion_date == utc("29-02-2016 09:13")
    assert Case.objects.get(external_id="INC0000102").milestones.count() == 3


def test_another_priority_gets_another_target_from_the_opening_on(imported: str) -> None:
    """INC0000062 was Moderate for three minutes, then High: 8 hours from 06:58, done at 15:51."""
    replaced, resolution = milestone("INC0000062", "Resolution"), milestone("INC0000062", "Resolution", 2)
    assert (replaced.state, replaced.reason) == ("cancelled", "replaced by tier 2")
    assert resolution.target_date == resolution.violated_at == utc("29-02-2016 14:58")
    assert resolution.completion_date == utc("29-02-2016 15:51")


def test_an_event_before_the_opening_counts_from_the_opening_on(imported: str) -> None:
    assert milestone("INC0000131", "Assignment").completion_date == utc("29-02-2016 09:41")


def test_warnings_fire_at_their_own_time(imported: str) -> None:
    warning = FiredTrigger.objects.get(case_milestone__case__external_id="INC0000047", kind="warning")
    assert (warning.at, warning.outcome, warning.late) == (utc("29-02-2016 22:40"), "fired", "")
    in_vain = FiredTrigger.objects.filter(outcome="skipped")
    assert not in_vain.exclude(case_milestone__born_late=True).exists()


def test_history_names_who_did_it(imported: str) -> None:
    closed = CaseEvent.objects.get(case__external_id="INC0000045", kind="case_closed")
    assert (closed.at, closed.by) == (utc("05-03-2016 12:00"), "Updated by 908")


def test_nothing_is_sent(imported: str) -> None:
    assert set(Delivery.objects.values_list("kind", "state")) == {("escalate", "done")}


def test_nothing_is_left_for_the_engine_to_do(imported: str) -> None:
    assert not CaseMilestone.objects.filter(due_at__isnull=False).exists()
    assert not Case.objects.filter(is_closed=False).exists()


def test_an_incident_without_its_first_event_is_left_out_and_listed(imported: str) -> None:
    assert not Case.objects.filter(external_id__in=WITHOUT_BEGINNING).exists()
    for number in WITHOUT_BEGINNING:
        assert f"{number}: its first event (sys_mod_count 0) is missing" in imported
    assert "INC0000137: out of order" in imported


def test_the_attribution_and_the_formula_are_printed(imported: str) -> None:
    assert "C. Amaral, M. Fantinato and S. Peres" in imported
    assert "CC BY 4.0" in imported
    assert "Compliance = met ÷ (met + missed)" in imported


# --- The whole log ----------------------------------------------------------------------------------

MINUTES = {"1 - Critical": 240, "2 - High": 480, "3 - Moderate": 1440, "4 - Low": 4320}


def verdicts(rows: list[dict[str, str]]) -> list[bool]:
    """Whether each resolution of an incident was in time: plain subtraction, no engine."""
    target = timedelta(minutes=MINUTES[rows[0]["priority"]])
    start: datetime | None = utc(rows[0]["opened_at"])
    waiting: datetime | None = None
    waited = timedelta()
    found = []
    for one in rows:
        at, state = max(utc(one["sys_updated_at"]), utc(one["opened_at"])), one["incident_state"]
        if waiting and not state.startswith("Awaiting"):
            waited, waiting = waited + (at - waiting), None
        elif waiting is None and state.startswith("Awaiting"):
            waiting = at
        done = state in ("Resolved", "Closed")
        if start and done:
            found.append(at - start - waited <= target)
            start = None
        elif start is None and not done:
            start, waited = at, timedelta()
            waiting = at if state.startswith("Awaiting") else None
    return found


of_the_whole_log = pytest.mark.xdist_group("the whole log")


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Imported once for the tests of it, and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield run(WHOLE)
        transaction.set_rollback(True)


@of_the_whole_log
def test_the_whole_log_goes_in_but_for_five_incidents(whole: str) -> None:
    assert "5,968 events of 885 incidents" in whole
    assert "Not used: 30 lines." in whole
    assert Case.objects.filter(external_id__isnull=False).count() == 885


@of_the_whole_log
def test_the_verdicts_agree_with_plain_subtraction(whole: str) -> None:
    expected: Counter[tuple[str, bool]] = Counter()
    steady = {
        number: rows
        for number, rows in events().items()
        if number not in WITHOUT_BEGINNING and len({one["priority"] for one in rows}) == 1
    }
    for rows in steady.values():
        expected.update((rows[0]["priority"][4:], in_time) for in_time in verdicts(rows))
    found = Counter(
        (priority, violated_at is None)
        for priority, violated_at in CaseMilestone.objects.filter(
            case__external_id__in=steady, milestone__name="Resolution", state="completed"
        ).values_list("case__priority", "violated_at")
    )
    assert found == expected
    assert len(steady) > 840


@of_the_whole_log
def test_the_table_adds_up(whole: str) -> None:
    lines = table(whole)
    assert [name for name, _ in lines] == [
        name for name in ("Critical", "High", "Moderate", "Low") for _ in range(2)
    ]
    for name, (met, missed, still_open, cancelled, percent, _) in lines.items():
        own = CaseMilestone.objects.filter(case__priority=name[0], milestone__name=name[1])
        assert own.count() == int(met) + int(missed) + int(still_open) + int(cancelled)
        assert percent == f"{100 * int(met) / (int(met) + int(missed)):.1f}"


# --- Again, and in parts ----------------------------------------------------------------------------


def test_importing_again_imports_nothing_twice(imported: str, tmp_path: Path) -> None:
    counts = [model.objects.count() for model in (Case, CaseEvent, CaseMilestone, Stop)]
    printed = run(tmp_path / "log.csv")
    assert counts == [model.objects.count() for model in (Case, CaseEvent, CaseMilestone, Stop)]
    assert "Imported 0 incidents;" in printed
    assert table(printed) == table(imported)


@pytest.mark.django_db
def test_a_longer_file_adds_the_rest(tmp_path: Path) -> None:
    run(excerpt(tmp_path / "short.csv", ["INC0000045"]))
    printed = run(excerpt(tmp_path / "long.csv", ["INC0000045", "INC0000047"]))
    assert "Imported 1 incident; 1 were here already." in printed


@pytest.mark.django_db
def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    rows = excerpt(tmp_path / "log.csv", ["INC0000047", "INC0000102"]).read_text().splitlines()[1:]
    run(written(tmp_path / "backwards.csv", reversed(rows)))
    assert milestone("INC0000102", "Resolution").violated_at == utc("04-03-2016 06:26")


@pytest.mark.django_db
def test_the_configuration_is_made_once_and_then_belongs_to_the_administrator(tmp_path: Path) -> None:
    run(excerpt(tmp_path / "short.csv", ["INC0000045"]))
    process = EntitlementProcess.objects.get(name="ServiceNow incidents")
    assert process.published_version() is not None
    Queue.objects.get(name="Group 56")
    CaseStatus.objects.filter(name="Resolved").update(position=5)
    run(excerpt(tmp_path / "long.csv", ["INC0000045", "INC0000047"]))
    assert process.versions.count() == 1
    assert CaseStatus.objects.get(name="Resolved").position == 5


@pytest.mark.django_db
def test_an_open_incident_is_late_now(tmp_path: Path) -> None:
    printed = run(written(tmp_path / "log.csv", [row(), row(state="Active", count=1, at="01-03-2016 10:00")]))
    assert table(printed)["Moderate", "Resolution"] == ["0", "1", "0", "0", "0.0", "%"]
    case = Case.objects.get(external_id="INC1")
    assert (case.milestone_status, case.is_closed) == ("open_violation", False)


# --- Time zone and pausing --------------------------------------------------------------------------


@pytest.mark.django_db
def test_times_are_in_the_zone_that_is_named(tmp_path: Path) -> None:
    run(written(tmp_path / "log.csv", [row()]), "--time-zone", "America/Sao_Paulo")
    assert Case.objects.get(external_id="INC1").created_at == utc("01-03-2016 12:00")


@pytest.mark.django_db
def test_an_unknown_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no time zone “Mars/Olympus”"):
        run(written(tmp_path / "log.csv", [row()]), "--time-zone", "Mars/Olympus")


def test_pausing_is_allowed_where_nobody_has_decided(imported: str) -> None:
    assert EntitlementSettings.objects.get().allow_pausing


@pytest.mark.django_db
def test_pausing_that_is_off_must_be_settled_first(tmp_path: Path) -> None:
    EntitlementSettings.objects.create(pk=1, allow_pausing=False)
    path = excerpt(tmp_path / "log.csv", ["INC0000047"])
    with pytest.raises(CommandError, match="--allow-pausing turns it on"):
        run(path)
    assert not CaseStatus.objects.exists()
    assert "no status has stopped a clock" in run(path, "--no-allow-pausing")
    assert not Stop.objects.exists()
    assert not EntitlementSettings.objects.get().allow_pausing


@pytest.mark.django_db
def test_pausing_can_be_turned_on(tmp_path: Path) -> None:
    EntitlementSettings.objects.create(pk=1, allow_pausing=False)
    run(excerpt(tmp_path / "log.csv", ["INC0000047"]), "--allow-pausing")
    assert EntitlementSettings.objects.get().allow_pausing
    assert Stop.objects.count() == 1


@pytest.mark.django_db
def test_a_status_that_means_something_else_here_is_refused(tmp_path: Path) -> None:
    CaseStatus.objects.create(name="Resolved", is_closed=True)
    with pytest.raises(CommandError, match="The status “Resolved” is a closed one here"):
        run(written(tmp_path / "log.csv", [row()]))
    assert not EntitlementProcess.objects.exists()


# --- Rows and files that cannot be used -------------------------------------------------------------

BAD = {
    "wrong date": (row("INC2", at="2016-03-01 09:00"), "is not a time such as 29-02-2016 01:16"),
    "no such day": (row("INC2", at="31-02-2016 09:00"), "does not exist"),
    "unknown time": (row("INC2", opened_at="?"), "opened_at “?” is not a time"),
    "not yet": (row("INC2", at="01-03-2316 09:00"), "has not come yet"),
    "long ago": (row("INC2", at="01-03-1016 09:00"), "is before 1970"),
    "no number": (row("?"), "no incident number"),
    "unknown state": (row("INC2", "-100"), "unknown incident_state “-100”"),
    "no count": (row("INC2", sys_mod_count="x"), "sys_mod_count “x” is not a whole number"),
    "too few columns": ("INC2,New", "2 columns where the header has 36"),
    "too many columns": (row("INC2") + ",x", "37 columns where the header has 36"),
    "a queue too long": (row("INC2", assignment_group="G" * 81), "longer than 80"),
    "no beginning": (row("INC2", count=3), "its first event (sys_mod_count 0) is missing"),
    "NUL": (row("INC2", category="a\0b"), "NUL"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("bad", "why"), BAD.values(), ids=BAD.keys())
def test_a_bad_row_is_listed_with_its_line_and_the_rest_goes_in(tmp_path: Path, bad: str, why: str) -> None:
    printed = run(written(tmp_path / "log.csv", [row("INC1"), bad, row("INC3")]))
    [listed] = [line for line in printed.splitlines() if line.startswith("  line ")]
    assert listed.startswith("  line 3: ")
    assert why in listed
    assert set(Case.objects.values_list("external_id", flat=True)) == {"INC1", "INC3"}


@pytest.mark.django_db
def test_a_row_that_is_not_utf8_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes("\n".join([HEADER, row("INC1"), row("INC2", category="Tür")]).encode("latin-1"))
    assert "line 3: not UTF-8" in run(path)
    assert Case.objects.get().external_id == "INC1"


@pytest.mark.django_db
def test_an_event_out_of_order_is_left_out_and_the_incident_goes_in(tmp_path: Path) -> None:
    rows = [
        row(),
        row(state="Active", count=1, at="05-03-2016 10:00"),
        row(state="Resolved", count=2, at="01-03-2016 11:00"),
        row(state="Closed", count=3, at="02-03-2016 11:00"),
    ]
    assert "line 3: INC1: out of order" in run(written(tmp_path / "log.csv", rows))
    assert milestone("INC1", "Resolution").completion_date == utc("01-03-2016 11:00")


@pytest.mark.django_db
def test_a_row_that_stands_there_twice_counts_once(tmp_path: Path) -> None:
    closed = row(state="Closed", count=1, at="02-03-2016 11:00")
    assert "line 4: INC1: out of order" in run(written(tmp_path / "log.csv", [row(), closed, closed]))
    assert CaseEvent.objects.filter(kind="case_closed").count() == 1


@pytest.mark.django_db
def test_a_quoted_line_break_does_not_shift_the_lines(tmp_path: Path) -> None:
    broken = row("INC1", category='"two\nlines"')
    printed = run(written(tmp_path / "log.csv", [broken, row("INC2", "Nonsense")]))
    assert "line 4: INC2: unknown incident_state" in printed


@pytest.mark.django_db
def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", [row()])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert "Imported 1 incident." in run(path)


HOPELESS = {
    "empty": ("", "not even a header"),
    "header alone": (HEADER + "\n", "not a single row"),
    "another header": ("a,b,c\n1,2,3\n", "The header lacks number"),
    "semicolons": (HEADER.replace(",", ";") + "\n", "The header lacks number"),
    "no usable row": (HEADER + "\nINC1,New\n", "no incident in it that can be used"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "why"), HOPELESS.values(), ids=HOPELESS.keys())
def test_a_hopeless_file_changes_nothing(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text(text)
    with pytest.raises(CommandError, match=why):
        run(path)
    assert not CaseStatus.objects.exists()
    assert not EntitlementSettings.objects.exists()


@pytest.mark.django_db
def test_a_missing_file_and_a_directory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read"):
        run(tmp_path / "nowhere.csv")
    with pytest.raises(CommandError, match="directory"):
        run(tmp_path)


def test_the_excerpt_is_large_enough_to_mean_something() -> None:
    assert len([number for number in EXCERPT if number in events()]) >= 30
