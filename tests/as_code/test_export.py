"""The live configuration as a file: export, apply, export again is byte for byte the same."""

from __future__ import annotations

from datetime import date, time

import pytest

from cases.demonstration.desk import add_desk
from cases.demonstration.promises import add_promises
from entitlements.as_code.export import export, left_out
from entitlements.models import (
    Account,
    Contact,
    CustomField,
    EmailTemplate,
    EntitlementProcess,
    Holiday,
    Milestone,
    ProcessVersion,
    Product,
    Queue,
)
from entitlements.operations.versions import new_draft, retire_version
from tests.as_code.desks import NOW, clear, put, read
from tests.factory import (
    first_response,
    make_account,
    make_contact,
    make_desk,
    make_entitlement,
    make_hours,
    make_process,
    make_user,
    resolution,
    success,
    violation,
    warning,
)

pytestmark = pytest.mark.django_db


def survives() -> str:
    """The export, which another desk and this one give back as it is."""
    written = export()
    put(written)
    assert export() == written
    clear()
    put(written)
    assert export() == written
    return written


def test_an_empty_desk() -> None:
    assert export() == "{}\n"
    assert put(export()).changes == []


def test_the_usual_settings_need_no_words() -> None:
    make_desk(allow_pausing=False)
    assert read(survives())["settings"] == {
        "stages": ["Intake", "Assessment", "Settlement"],
        "priorities": ["Low", "Medium", "High"],
    }


def test_settings_that_say_nothing_are_there_all_the_same() -> None:
    put({"settings": {}})
    assert survives() == "settings: {}\n"


def test_a_process_reads_well() -> None:
    mail = {"kind": "email", "to": "owner", "template": "late"}
    by_formula = {**resolution(), "minutes": None, "formula": 'case.priority == "High" ? 60 : 240'}
    process = make_process(
        "Premium",
        first_response(30, triggers=[warning(75, 0, mail), violation(90), success()]),
        by_formula | {"when": "!case.is_escalated"},
        hours=make_hours(),
    )
    assert process.description == ""
    assert survives().partition("entitlement_processes:\n")[2] == (
        "  - name: Premium\n"
        "    business_hours: Office\n"
        "    milestones:\n"
        "      - milestone: First Response\n"
        "        minutes: 30\n"
        "        complete_on: agent_reply\n"
        "        triggers:\n"
        "          - warning: 75%\n"
        "            actions:\n"
        "              - email:\n"
        "                  to: [owner]\n"
        "                  template: late\n"
        "          - violation: 1h 30m\n"
        "          - success:\n"
        "      - milestone: Resolution\n"
        "        formula: 'case.priority == \"High\" ? 60 : 240'\n"
        '        when: "!case.is_escalated"\n'
        "        complete_on: case_closed\n"
    )


def test_hours_are_written_by_days_alike() -> None:
    night = make_hours("Night", days=[0, 1, 2, 5], opens=time(20), closes=time(6))
    night.windows.create(weekday=6, opens_at=time(0), closes_at=time(0))
    night.holidays.add(
        Holiday.objects.create(name="Christmas", start_date=date(2026, 12, 25), rule="FREQ=YEARLY")
    )
    night.holidays.add(
        Holiday.objects.create(
            name="Closing", start_date=date(2026, 12, 31), start_time=time(20), end_date=date(2027, 1, 2)
        )
    )
    written = read(survives())
    assert written["business_hours"] == [
        {
            "name": "Night",
            "open": {"mon-wed,sat": "20:00-06:00", "sun": "00:00-24:00"},
            "holidays": ["Christmas", "Closing"],
        }
    ]
    assert written["holidays"][1] == {"name": "Closing", "from": "2026-12-31T20:00", "to": "2027-01-03T00:00"}


def test_the_demonstration() -> None:
    add_desk()
    add_promises(make_user(), NOW)
    survives()


def test_odd_names_and_texts() -> None:
    for name in (
        "Ünïcode 😀",
        "24/7!",
        "null",
        "- a: b",
        'He said "no"',
        "it's",
        "#1",
        "2026-01-01",
        "1e3",
        " x ",
    ):
        make_account(name, tier="yes", region="\\")
        Milestone.objects.create(name=name, description="Two lines\n  and more\n")
        Queue.objects.create(name=name)
    EmailTemplate.objects.create(name="a", subject="{{x}}: y", body="Hello,\r\n\r\n  you\t.\r\n")
    EmailTemplate.objects.create(name="b", subject=" ", body="One\n\n\n")
    survives()


def test_customers_with_the_same_name() -> None:
    account, process = make_account("Aurora"), make_process("P")
    for address in ("a@example.com", "b@example.com", ""):
        contact = make_contact(account, "Ada", email=address)
        make_entitlement(account, process, name="Support", contact=contact)
    make_entitlement(account, process, name="Support", product=Product.objects.create(name="Boat"))
    make_entitlement(account, process, name="Support", end_date=date(2030, 1, 1), type="Phone")
    survives()
    assert (
        set(Contact.objects.values_list("email", "entitlements__name"))
        == {
            ("a@example.com", "Support"),
            ("b@example.com", "Support"),
            ("", None),
        }
        or Contact.objects.count() == 3
    )


def test_custom_fields_and_start_fields() -> None:
    CustomField.objects.create(key="visit", label="Visit", type="date")
    make_process("P", first_response(start="custom.visit"), enter_at="custom.visit", on_reentry="restart")
    assert read(survives())["custom_fields"] == [{"key": "visit", "label": "Visit", "type": "date"}]


def test_drafts_and_what_was_retired_are_left_out() -> None:
    make_process("Draft", published=False)
    retired = make_process("Retired").published_version()
    assert retired
    retire_version(retired, None, NOW)
    make_entitlement(make_account("Aurora"), retired.process)
    published = make_process("Live")
    draft = new_draft(published)
    draft.rows.update(minutes=1)
    assert [one["name"] for one in read(survives())["entitlement_processes"]] == ["Live"]


def test_what_is_left_out_is_said() -> None:
    make_entitlement(make_account(), make_process("Draft", published=False))
    assert left_out() == [
        "the process “Draft”: no version of it is published",
        "entitlements to such processes: 1",
    ]


def test_people_are_left_out() -> None:
    Queue.objects.create(name="Claims").members.add(make_user("ada"))
    assert survives() == "queues:\n  - name: Claims\n"


def test_an_inactive_process_stays_so() -> None:
    make_process("Old")
    EntitlementProcess.objects.update(is_active=False, description="For those who still have it.")
    survives()
    assert not EntitlementProcess.objects.get().is_active


def test_versions_begin_anew_at_another_desk() -> None:
    make_process("P")
    ProcessVersion.objects.update(number=7)
    survives()
    assert ProcessVersion.objects.get().number == 1


def test_accounts_with_hours() -> None:
    Account.objects.create(name="Aurora", business_hours=make_hours("Night", is_default=True))
    survives()
