"""Lint of the live configuration: what `sla check` says of a file, said of the desk, with pages to go to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from entitlements.as_code.check import check_file
from entitlements.as_code.export import export
from entitlements.models import (
    Action,
    BusinessHours,
    CaseStatus,
    EmailTemplate,
    EntitlementProcess,
    EntitlementSettings,
    Holiday,
    ProcessVersion,
)
from entitlements.queries.lint import Finding, Severity, findings, findings_of_version
from tests.factory import first_response, make_hours, make_process, violation, warning
from tests.setup.administrator import Setup, page_of

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def healthy_desk(desk: None) -> None:
    """`make_desk` lets a status stop the clock, which pausing must allow."""
    EntitlementSettings.objects.update_or_create(pk=1, defaults={"allow_pausing": True})


def hours_with_holidays(name: str = "Office") -> BusinessHours:
    return make_hours(name, public_holidays="DE-BY")


def words(now: datetime = NOW) -> list[str]:
    return [one.words for one in findings(now)]


def only(now: datetime = NOW) -> Finding:
    (one,) = findings(now)
    return one


def draft_of(process: EntitlementProcess) -> ProcessVersion:
    return process.versions.get()


def process_with(*triggers: object, **row: object) -> EntitlementProcess:
    given = first_response(60, triggers=triggers, **row)
    return make_process("Premium", given, hours=hours_with_holidays())


class TestADesk:
    def test_that_is_as_it_should_be_has_no_findings(self) -> None:
        process_with(warning(75, 0, {"kind": "notify", "to": ["owner"]}), violation(30))
        assert findings(NOW) == ()

    def test_without_any_configuration_has_none_either(self) -> None:
        EntitlementSettings.objects.all().delete()
        CaseStatus.objects.all().delete()
        assert findings(NOW) == ()


class TestAFinding:
    def test_names_the_thing_and_leads_to_its_page(self) -> None:
        process = process_with(warning(None, 90))
        found, version = only(), draft_of(process)
        assert found.severity is Severity.WARNING
        assert found.words == "A warning 90 minutes before a target of 60 minutes comes at the very start"
        assert found.advice == "Warn later, for example at 75%"
        trigger = version.rows.get().triggers.get()
        assert (found.kind, found.address) == ("Trigger", page_of(trigger))
        assert found.name == (
            "Warning 1h 30m before the target, First Response in Premium, version 1 (published)"
        )

    def test_speaks_of_fields_as_the_pages_do(self) -> None:
        process_with(when='case.priority == "Hihg"')
        assert words()[-1].startswith("“Criteria” asks for a priority “Hihg”, which does not exist")

    def test_about_a_draft_is_found_like_one_about_a_published_version(self) -> None:
        process = make_process(
            "P", first_response(when="false"), hours=hours_with_holidays(), published=False
        )
        found = only()
        assert found.words == "First Response can never run: its criteria hold on no case; change “Criteria”"
        assert (found.name, found.version_id) == (
            "First Response in P, version 1 (draft)",
            draft_of(process).pk,
        )

    def test_about_a_retired_version_is_of_no_interest(self) -> None:
        process = process_with(warning(None, 90))
        process.versions.update(state="retired")
        EntitlementSettings.objects.get().save()
        assert findings(NOW) == ()


class TestThisIsFound:
    def test_a_process_without_hours(self) -> None:
        make_process("Night", first_response())
        assert words() == ["The process “Night” has no business hours: nights and weekends count"]

    def test_a_status_that_stops_no_clock(self) -> None:
        settings = EntitlementSettings.objects.get()
        settings.allow_pausing = False
        settings.save()
        found = only()
        assert (found.kind, found.name) == ("Status", "Waiting on Customer")
        assert found.address == page_of(CaseStatus.objects.get(stops_clock=True))

    def test_a_tier_that_can_never_run(self) -> None:
        hours = hours_with_holidays()
        make_process("P", first_response(30), first_response(60, when='case.priority == "High"'), hours=hours)
        assert words() == [
            "Tier 2 of First Response can never run: "
            "tier 1 before it has no criteria and is always taken; put it last"
        ]

    def test_a_priority_without_a_tier(self) -> None:
        process_with(when='case.priority == "High"')
        assert "no tier of first response covers the priority low, medium" in words()[0].lower()

    def test_hours_without_holidays_of_this_year(self) -> None:
        hours = make_hours()
        hours.holidays.add(Holiday.objects.create(name="Closing", start_date=date(2025, 12, 24)))
        hours.save()
        assert only().words == "The hours “Office” have no holidays in 2026: every weekday counts"
        assert findings(datetime(2025, 6, 1, tzinfo=UTC)) == ()

    def test_an_action_without_a_recipient(self) -> None:
        process = process_with(violation(0, {"kind": "notify", "to": ["owner"]}))
        action = Action.objects.get()
        action.parameters = {"to": []}
        action.save()
        assert only().words == "Notify has no recipient and tells nobody"
        assert only().address == page_of(draft_of(process).rows.get().triggers.get())

    def test_an_email_template_that_is_no_longer_there_is_an_error(self) -> None:
        process_with(violation(0, {"kind": "email", "to": ["owner"], "template": "late"}))
        EmailTemplate.objects.create(name="early", subject="s", body="b")
        assert only().severity is Severity.ERROR
        assert only().words.startswith("“Email template”: there is no “late” in Email Templates")

    def test_criteria_that_speak_of_a_field_which_is_gone_are_an_error(self) -> None:
        process_with(when='case.custom.region == "EU"')
        errors = [one for one in findings(NOW) if one.severity is Severity.ERROR]
        assert len(errors) == 1
        assert findings(NOW)[0] is errors[0]


class TestAVersion:
    def test_has_the_findings_of_its_own_and_of_its_hours(self) -> None:
        office = make_hours("Office")
        make_hours("Elsewhere")
        process = make_process("P", first_response(when="false"), hours=office)
        make_process("Q", first_response(when="false"), hours=office)
        found = findings_of_version(draft_of(process), NOW)
        assert [one.words.split(" ")[0] for one in found] == ["The", "First"]
        assert len(findings(NOW)) == 4


class TestFindings:
    def test_are_read_anew_only_after_a_change_of_setup(self, django_assert_num_queries: object) -> None:
        process_with(warning(None, 90))
        first = findings(NOW)
        with django_assert_num_queries(1):  # type: ignore[operator]
            assert findings(NOW) is first
        make_process("Night", first_response())
        assert len(findings(NOW)) == 2

    def test_are_read_anew_in_a_new_year(self) -> None:
        hours = make_hours()
        hours.holidays.add(Holiday.objects.create(name="Closing", start_date=date(2026, 12, 24)))
        hours.save()
        assert findings(NOW) == ()
        assert len(findings(datetime(2027, 1, 1, 9, tzinfo=UTC))) == 1


class TestThePage:
    def test_lists_what_was_found_with_a_link_to_each(self, setup: Setup) -> None:
        process = process_with(warning(None, 90))
        text = setup.get("/setup/lint/").content.decode()
        assert "A warning 90 minutes before a target of 60 minutes" in text
        assert f'href="{page_of(draft_of(process).rows.get().triggers.get())}"' in text

    def test_says_that_all_is_well(self, setup: Setup) -> None:
        assert "Nothing to mend" in setup.get("/setup/lint/").content.decode()

    def test_comes_first_on_the_home(self, setup: Setup) -> None:
        make_process("Night", first_response())
        text = setup.get("/setup/").content.decode()
        assert 0 < text.index("The process “Night” has no business hours") < text.index("What is missing")


def test_a_file_and_the_desk_are_held_against_one_set_of_rules(tmp_path: Path) -> None:
    """What the check says of the exported desk, lint says of the desk."""
    make_process("Night", first_response(30), first_response(60, when='case.priority == "High"'))
    make_hours()
    file = tmp_path / "desk.yaml"
    file.write_text(export())
    of_the_file = {one.what[:1].upper() + one.what[1:] for one in check_file(str(file), NOW.year)}
    assert len(of_the_file) == 3
    assert {one.words for one in findings(NOW)} == of_the_file
