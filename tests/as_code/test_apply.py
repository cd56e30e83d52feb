"""A file becomes the live configuration: in one transaction, once, and only what differs."""

from __future__ import annotations

from datetime import date, time

import pytest

from entitlements.as_code.difference import Kind, differences
from entitlements.as_code.export import live
from entitlements.as_code.normal import normal
from entitlements.models import (
    Account,
    AutoApplyRule,
    BusinessHours,
    CasePriority,
    CaseStatus,
    ConfigurationRevision,
    CustomField,
    EmailTemplate,
    Entitlement,
    EntitlementProcess,
    EntitlementSettings,
    EntitlementTemplate,
    Holiday,
    Milestone,
    ProcessMilestone,
    ProcessVersion,
    Queue,
)
from entitlements.operations.versions import new_draft
from tests.as_code.desks import FIRST, NOW, RESOLUTION, process, put
from tests.factory import (
    first_response,
    make_account,
    make_case,
    make_desk,
    make_hours,
    make_process,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_the_same_file_again_changes_nothing() -> None:
    document = process(FIRST, RESOLUTION) | {"settings": {"priorities": ["Low", "High"]}}
    assert len(put(document).changes) == 4
    before = ConfigurationRevision.current()
    assert (put(document).changes, put(document).versions) == ([], [])
    assert ConfigurationRevision.current() == before


def test_a_changed_process_becomes_a_new_version_and_the_old_one_is_retired() -> None:
    make_process("P")
    (version,) = put(process(FIRST | {"minutes": 30}, RESOLUTION)).versions
    assert (version.number, version.state, version.published_at) == (2, "published", NOW)
    assert dict(ProcessVersion.objects.values_list("number", "state")) == {1: "retired", 2: "published"}
    assert list(version.rows.values_list("minutes", flat=True)) == [30, 480]


def test_a_process_of_which_only_the_description_differs_keeps_its_version() -> None:
    make_process("P")
    assert put(process(FIRST, RESOLUTION, description="For all.", active=False)).versions == []
    one = EntitlementProcess.objects.get()
    assert (one.description, one.is_active) == ("For all.", False)


def test_a_draft_stays_a_draft() -> None:
    draft = new_draft(make_process("P"))
    (version,) = put(process(FIRST | {"minutes": 30}, RESOLUTION)).versions
    draft.refresh_from_db()
    assert (draft.state, version.number) == ("draft", 3)


def test_an_unpublished_process_gets_published() -> None:
    make_process("P", published=False)
    (version,) = put(process(FIRST)).versions
    assert (version.number, version.process.name) == (2, "P")


def test_triggers_and_actions_come_in_their_order() -> None:
    actions = [{"assign": {"queue": "Tier 2"}}, {"task": {"subject": "Call", "due": "30m"}}]
    triggers = [
        {"warning": "75%"},
        {"violation": "2h", "actions": actions},
        {"success": None},
    ]
    (version,) = put(process(FIRST | {"triggers": triggers})).versions
    row = version.definition().rows[0]
    assert [(one.kind, one.minutes, one.percent) for one in row.triggers] == [
        ("warning", 0, 75),
        ("violation", 120, None),
        ("success", 0, None),
    ]
    assert [one.kind for one in row.triggers[1].actions] == ["assign", "task"]


def test_tiers_and_their_hours() -> None:
    make_hours("Office")
    tiers = (
        FIRST | {"when": "case.is_escalated", "business_hours": "case"},
        FIRST | {"business_hours": "24/7"},
    )
    (version,) = put(process(*tiers, business_hours="Office")).versions
    assert list(version.rows.values_list("position", "hours_from")) == [(0, "case"), (1, "always")]
    assert (version.hours_from, version.business_hours) == ("named", BusinessHours.objects.get())


def test_hours_get_other_windows_and_holidays() -> None:
    make_hours("Office", is_default=True)
    put(
        {
            "holidays": [{"name": "Storm", "from": "2026-03-05T12:00", "to": "2026-03-06T00:00"}],
            "business_hours": [
                {"name": "Office", "open": {"mon": "20:00-06:00"}, "holidays": ["Storm"], "default": True}
            ],
        }
    )
    hours = BusinessHours.objects.get()
    assert list(hours.windows.values_list("weekday", "opens_at", "closes_at")) == [(0, time(20), time(6))]
    assert [str(one) for one in hours.holidays.all()] == ["Storm (05 Mar 2026)"]


def test_another_default_dethrones_the_one_that_is() -> None:
    make_hours("Office", is_default=True)
    put({"business_hours": [{"name": "Night", "open": {"mon": "20:00-06:00"}, "default": True}]})
    assert dict(BusinessHours.objects.values_list("name", "is_default")) == {"Office": False, "Night": True}


def test_lists_of_the_settings_are_whole() -> None:
    make_desk()
    put(
        {
            "settings": {
                "priorities": ["High", "Urgent"],
                "statuses": [{"name": "Neu"}, {"name": "Zu", "closed": True}],
            }
        }
    )
    assert list(CasePriority.objects.values_list("name", flat=True)) == ["High", "Urgent"]
    assert list(CaseStatus.objects.values_list("name", flat=True)) == ["Neu", "Zu"]
    assert not EntitlementSettings.objects.get().allow_pausing


def test_the_default_status_can_change_places() -> None:
    put({"settings": {"statuses": [{"name": "A", "default": True}, {"name": "B"}]}})
    put(
        {
            "settings": {
                "statuses": [{"name": "B", "default": True, "on_customer_message": "A"}, {"name": "A"}]
            }
        }
    )
    assert list(CaseStatus.objects.values_list("name", "is_default", "on_customer_message")) == [
        ("B", True, "A"),
        ("A", False, None),
    ]


def test_customers_and_promises() -> None:
    document = process(FIRST) | {
        "accounts": [{"name": "Aurora", "tier": "Gold"}],
        "contacts": [{"account": "Aurora", "name": "Ada", "email": "ada@example.com"}],
        "products": [{"name": "Boat"}],
        "entitlements": [
            {
                "name": "Support",
                "account": "Aurora",
                "contact": "Ada",
                "product": "Boat",
                "process": "P",
                "start_date": "2026-01-01",
            }
        ],
    }
    put(document)
    promised = Entitlement.objects.get()
    assert (promised.contact and promised.contact.email, promised.start_date) == (
        "ada@example.com",
        date(2026, 1, 1),
    )
    document["entitlements"][0]["end_date"] = "2026-12-31"
    document["contacts"][0]["email"] = "countess@example.com"
    assert len(put(document).changes) == 2
    assert Entitlement.objects.get().end_date == date(2026, 12, 31)


def rules(*names: str, **fields: object) -> list[dict[str, object]]:
    return [{"name": name, **fields} for name in names]


def test_templates_of_entitlements() -> None:
    template = {"name": "Gold", "process": "P", "term_days": 30, "products": ["Boat"], "active": False}
    document = process(FIRST) | {"products": [{"name": "Boat"}], "entitlement_templates": [template]}
    put(document)
    gold = EntitlementTemplate.objects.get()
    assert (gold.term_days, gold.is_active, [str(one) for one in gold.products.all()]) == (
        30,
        False,
        ["Boat"],
    )
    template.pop("products")
    (change,) = put(document).changes
    assert [line.about for line in change.lines()] == ["products"]
    assert not gold.products.exists()


def test_auto_apply_rules_keep_their_order() -> None:
    put({"auto_apply": rules("A", "B", "C", entitlement="none")})
    changes = put({"auto_apply": rules("C", "A", "B", entitlement="none")}).changes
    assert len(changes) == 3
    assert [rule.name for rule in AutoApplyRule.objects.all()] == ["C", "A", "B"]
    assert put({"auto_apply": rules("C", "A", "B", entitlement="none")}).changes == []


def test_auto_apply_rules_that_a_file_does_not_name_come_behind() -> None:
    put({"auto_apply": rules("A", "X", "B")})
    put({"auto_apply": rules("A", "B")})
    assert [rule.name for rule in AutoApplyRule.objects.all()] == ["A", "B", "X"]
    assert [one.kind for one in differences(live(), normal({"auto_apply": rules("A", "B")}))] == [
        Kind.NOT_IN_FILE
    ]


def test_auto_apply_rules_give_what_they_say() -> None:
    template = [{"name": "Gold", "process": "P"}]
    given = [
        {"name": "None", "entitlement": "none"},
        {"name": "Any", "entitlement": "any", "active": False},
        {"name": "Phone", "entitlement": {"type": "Phone", "process": "P"}},
        {"name": "Gold", "template": "Gold", "when": 'account.tier == "Gold"'},
    ]
    put(process(FIRST) | {"entitlement_templates": template, "auto_apply": given})
    said = AutoApplyRule.objects.values_list(
        "name", "takes", "process__name", "type", "template__name", "is_active"
    )
    assert list(said) == [
        ("None", "none", None, "", None, True),
        ("Any", "promised", None, "", None, False),
        ("Phone", "promised", "P", "Phone", None, True),
        ("Gold", "template", None, "", "Gold", True),
    ]


def test_members_of_queues_only_where_they_are_said() -> None:
    ada = make_user("ada")
    put({"queues": [{"name": "Claims", "members": ["ada"]}]})
    put({"queues": [{"name": "Claims"}]})
    assert list(Queue.objects.get().members.all()) == [ada]
    put({"queues": [{"name": "Claims", "members": []}]})
    assert not Queue.objects.get().members.exists()


def test_what_a_file_does_not_name_stays() -> None:
    make_process("Other")
    make_account("Aurora")
    put(process(FIRST) | {"accounts": [{"name": "Borealis"}]})
    assert EntitlementProcess.objects.count() == Account.objects.count() == 2


def test_a_process_that_cases_follow_is_removed_from_the_file() -> None:
    make_desk()
    case = make_case(now=NOW)
    put(process(FIRST, name="Another"))
    case.refresh_from_db()
    assert case.process_version and case.process_version.state == "published"


def test_a_renamed_milestone_is_another_one() -> None:
    make_process("P", first_response())
    (version,) = put(process({**FIRST, "milestone": "First Answer"})).versions
    assert [row.milestone.name for row in version.rows.all()] == ["First Answer"]
    assert Milestone.objects.filter(name="First Response").exists()


def test_custom_fields_come_before_those_who_speak_of_them() -> None:
    visit = {"custom_fields": [{"key": "visit", "type": "date"}]}
    put(visit | process(FIRST | {"start": "visit", "when": "case.custom.visit > case.created_at"}))
    assert (CustomField.objects.get().label, ProcessMilestone.objects.get().start) == (
        "visit",
        "custom.visit",
    )


def test_texts_of_templates() -> None:
    put({"email_templates": [{"name": "late", "subject": "Late", "body": "Hello\n"}]})
    put({"email_templates": [{"name": "late", "subject": "Late!", "body": "Hello\n"}]})
    assert EmailTemplate.objects.values_list("subject", "body").get() == ("Late!", "Hello\n")


def test_holidays_keep_their_whole_days() -> None:
    put({"holidays": [{"name": "Day", "date": "2026-12-25", "repeats": "FREQ=YEARLY"}]})
    day = Holiday.objects.get()
    assert (day.start_date, day.start_time, day.end_date, day.rule) == (
        date(2026, 12, 25),
        None,
        None,
        "FREQ=YEARLY",
    )
