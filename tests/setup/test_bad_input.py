"""Wrong values: a message at the field, nothing saved, never an error of the server."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from entitlements.models import (
    CaseStatus,
    CustomField,
    EmailTemplate,
    Entitlement,
    EntitlementSettings,
    Milestone,
    ProcessMilestone,
    Queue,
    Trigger,
)
from entitlements.models.settings import CustomFieldType
from tests.factory import make_account, make_contact, make_process
from tests.setup.administrator import Setup, errors, page, page_of
from tests.setup.steps import PLAIN_ROW, actions, new_process, new_row, new_trigger

HOSTILE = '<script>alert(1)</script>"><img src=x>'


class TestAMilestone:
    @pytest.mark.parametrize("name", ["", " ", "x" * 101, "First Response", "a\0b"])
    def test_needs_a_name_of_its_own(self, setup: Setup, name: str) -> None:
        Milestone.objects.create(name="First Response")
        answer = setup.add("milestone", name=name, recurrence="none")
        assert errors(answer, "name")
        assert Milestone.objects.count() == 1

    def test_has_a_known_recurrence_type(self, setup: Setup) -> None:
        assert errors(setup.add("milestone", name="X", recurrence="often"), "recurrence")

    def test_with_a_hostile_name_is_shown_as_text_everywhere(self, setup: Setup) -> None:
        setup.add("milestone", name=HOSTILE, description=HOSTILE, recurrence="none")
        milestone = Milestone.objects.get()
        setup.add("entitlementprocess", name=HOSTILE, description=HOSTILE, is_active="on")
        row = new_row(setup, new_version(), milestone=str(milestone.pk))
        setup.add("queue", name=HOSTILE)
        trigger = new_trigger(setup, row, **actions({"kind": "assign", "queue": HOSTILE}))
        things = (milestone, row, row.version, row.version.process, trigger, Queue.objects.get(name=HOSTILE))
        addresses = [address for thing in things for address in (page_of(thing), page_of(thing, "delete"))]
        addresses += [
            page("milestone"),
            page("entitlementprocess"),
            page_of(row.version, "publish"),
            "/setup/",
        ]
        for address in (*addresses, "/setup/"):
            text = setup.get(address).content.decode()
            assert "<script>alert" not in text, address
            assert "<img src=x>" not in text, address


def new_version() -> Any:
    return ProcessMilestone._meta.get_field("version").related_model._default_manager.get()


class TestARow:
    @pytest.fixture
    def version(self, setup: Setup) -> Any:
        return new_process(setup)

    @pytest.mark.parametrize(
        ("minutes", "says"),
        [
            ("0", "1 minute or more"),
            ("-5", "not a duration"),
            ("30s", "not a whole number"),
            ("soon", "not a duration"),
            ("4h x", "not a duration"),
            ("4000d", "more than ten years"),
            ("99999999999999999999", "more than ten years"),
            ("9" * 41, "at most 40"),
            ("", "time trigger, or a formula"),
        ],
    )
    def test_needs_a_target_that_can_be(self, setup: Setup, version: Any, minutes: str, says: str) -> None:
        assert says in errors(self.add(setup, version, minutes=minutes), "minutes")
        assert not version.rows.exists()

    def test_has_a_time_trigger_or_a_formula_not_both(self, setup: Setup, version: Any) -> None:
        assert "only one of the two" in errors(self.add(setup, version, formula="30"), "formula")

    @pytest.mark.parametrize("field", ["when", "completion", "pause_when"])
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("case.prority == 'High'", "did you mean “case.priority”?"),
            ("case.priority", "must be true or false"),
            ("case.priority == ", "column"),
            ("().__class__", "column"),
            ("(" * 400 + "true" + ")" * 400, ""),
            ("x" * 1001, "at most 1000 characters"),
            ("true || " * 130_000 + "true", "at most 1000 characters"),
        ],
    )
    def test_expressions_are_checked_with_the_place_marked(
        self, setup: Setup, version: Any, field: str, text: str, says: str
    ) -> None:
        form = {"completed_by": "criteria", "completion": "true"} | {field: text}
        answer = self.add(setup, version, **form)
        assert answer.status_code == 200
        assert errors(answer, field)
        assert says in errors(answer, field)
        assert not version.rows.exists()

    @pytest.mark.parametrize("formula", ["case.priority", "1.5", "true", "case.created_at", "1/"])
    def test_formulas_give_whole_numbers(self, setup: Setup, version: Any, formula: str) -> None:
        assert errors(self.add(setup, version, minutes="", formula=formula), "formula")

    def test_expressions_may_ask_about_custom_fields(self, setup: Setup, version: Any) -> None:
        CustomField.objects.create(key="insured", label="Insured", type=CustomFieldType.FLAG)
        assert new_row(setup, version, when="case.custom.insured").when == "case.custom.insured"
        assert errors(self.add(setup, version, when="case.custom.other"), "when")

    def test_completed_by_criteria_needs_them(self, setup: Setup, version: Any) -> None:
        assert "Say what completes it" in errors(
            self.add(setup, version, completed_by="criteria"), "completion"
        )

    def test_in_named_hours_names_them(self, setup: Setup, version: Any) -> None:
        assert "Choose the business hours" in errors(
            self.add(setup, version, hours_from="named"), "business_hours"
        )

    @pytest.mark.parametrize(
        ("field", "value"),
        [("milestone", "999"), ("milestone", ""), ("start", "yesterday"), ("completed_by", "magic")],
    )
    def test_has_known_choices(self, setup: Setup, version: Any, field: str, value: str) -> None:
        assert errors(self.add(setup, version, **{field: value}), field)

    def add(self, setup: Setup, version: Any, **given: str) -> Any:
        milestone, _ = Milestone.objects.get_or_create(name="First Response")
        form = PLAIN_ROW | {"milestone": str(milestone.pk)} | given
        return setup.add("processmilestone", f"?version={version.pk}", **form)


class TestATrigger:
    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"kind": "warning"}, "minutes"),
            ({"kind": "warning", "percent": "0"}, "percent"),
            ({"kind": "warning", "percent": "100"}, "percent"),
            ({"kind": "warning", "percent": "-1"}, "percent"),
            ({"kind": "warning", "percent": "half"}, "percent"),
            ({"kind": "warning", "percent": "75", "minutes": "5m"}, "percent"),
            ({"kind": "violation", "percent": "75"}, "percent"),
            ({"kind": "success", "minutes": "5m"}, "minutes"),
            ({"kind": "violation", "minutes": "-5"}, "minutes"),
            ({"kind": "violation", "minutes": "4000d"}, "minutes"),
            ({"kind": "party"}, "kind"),
        ],
    )
    def test_has_a_moment_that_can_be(self, setup: Setup, given: dict[str, str], field: str) -> None:
        row = new_row(setup, new_process(setup))
        answer = setup.add("trigger", f"?row={row.pk}", **given, **actions())
        assert errors(answer, field)
        assert not row.triggers.exists()

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"kind": "email"}, "email_to"),
            ({"kind": "email", "email_to": "nobody-known"}, "email_to"),
            ({"kind": "email", "email_to": "a@b"}, "email_to"),
            ({"kind": "email", "email_to": "owner\r\nBcc: x@example.com"}, "email_to"),
            ({"kind": "email", "email_to": "owner", "template": "unknown"}, "template"),
            ({"kind": "task"}, "subject"),
            ({"kind": "task", "subject": "x" * 251}, "subject"),
            ({"kind": "task", "subject": "Call", "assign_to": "nobody"}, "assign_to"),
            ({"kind": "task", "subject": "Call", "assign_to": "owner, queue"}, "assign_to"),
            ({"kind": "task", "subject": "Call", "due": "tomorrow"}, "due"),
            ({"kind": "set"}, "set_status"),
            ({"kind": "set", "set_priority": "Enormous"}, "set_priority"),
            ({"kind": "set", "set_status": "Unknown"}, "set_status"),
            ({"kind": "assign"}, "queue"),
            ({"kind": "assign", "queue": "Unknown"}, "queue"),
            ({"kind": "assign", "user": "nobody"}, "user"),
            ({"kind": "escalate", "level": "0"}, "level"),
            ({"kind": "escalate", "level": "much"}, "level"),
            ({"kind": "notify"}, "notify_to"),
            ({"kind": "notify", "notify_to": "lead@example.com"}, "notify_to"),
            ({"kind": "notify", "notify_to": "owner", "text": "x" * 301}, "text"),
            ({"kind": "fax"}, "kind"),
            ({"kind": "", "subject": "Call"}, "kind"),
        ],
    )
    def test_actions_are_refused_at_their_field(
        self, setup: Setup, given: dict[str, str], field: str
    ) -> None:
        row = new_row(setup, new_process(setup))
        answer = setup.add("trigger", f"?row={row.pk}", kind="violation", **actions(given))
        assert answer.status_code == 200
        (rows,) = answer.context["inline_admin_formsets"]
        assert list(rows.formset.errors[0]) == [field]
        assert not Trigger.objects.exists()

    def test_what_stands_in_the_fields_of_other_kinds_does_not_matter(self, setup: Setup) -> None:
        row = new_row(setup, new_process(setup))
        given = actions({"kind": "escalate", "level": "1", "email_to": "nobody-known", "due": "tomorrow"})
        assert new_trigger(setup, row, **given).actions.get().parameters == {"level": 1}


class TestAnEntitlement:
    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("end_date", {"end_date": "2026-01-01"}),
            ("end_date", {"end_date": "9999-12-31"}),
            ("start_date", {"start_date": ""}),
            ("start_date", {"start_date": "0001-01-01"}),
            ("account", {"account": ""}),
            ("account", {"account": "999"}),
            ("process", {"process": "x"}),
            ("name", {"name": "x" * 151}),
        ],
    )
    def test_is_refused_at_the_field(self, setup: Setup, field: str, given: dict[str, str]) -> None:
        answer = self.add(setup, **given)
        assert errors(answer, field)
        assert not Entitlement.objects.exists()

    def test_of_a_contact_is_of_the_contacts_account(self, setup: Setup) -> None:
        stranger = make_contact(make_account())
        assert "another account" in errors(self.add(setup, contact=str(stranger.pk)), "contact")

    def test_is_saved(self, setup: Setup) -> None:
        self.add(setup, end_date="2027-12-31")
        assert Entitlement.objects.get().name == "Gold"
        assert "Gold" in setup.get(page("entitlement")).content.decode()

    def add(self, setup: Setup, **given: str) -> Any:
        account, process = make_account(), make_process()
        form = {"name": "Gold", "account": str(account.pk), "process": str(process.pk)}
        form["start_date"] = "2026-03-01"
        return setup.add("entitlement", **form | given)


class TestNamesThatAreKeys:
    @pytest.mark.parametrize("model", ["casestatus", "casestage", "casepriority", "queue"])
    @pytest.mark.parametrize("name", ["", "x" * 81, "a\0b"])
    def test_are_checked(self, setup: Setup, model: str, name: str) -> None:
        assert errors(setup.add(model, name=name, position="1"), "name")

    def test_differ_by_more_than_capital_letters(self, setup: Setup) -> None:
        assert "“New” is there already" in errors(setup.add("casestatus", name="new", position="1"), "name")
        assert errors(setup.add("queue", name="Claims"), "name")

    def test_stay(self, setup: Setup) -> None:
        setup.change(CaseStatus.objects.get(name="Working"), name="Doing", position="7")
        assert CaseStatus.objects.get(name="Working").position == 7
        assert not CaseStatus.objects.filter(name="Doing").exists()

    def test_may_contain_anything_that_can_be_written(self, setup: Setup) -> None:
        name = "Tier 2 / Überprüfung? “a_b” #1"
        setup.add("queue", name=name)
        queue = Queue.objects.get(pk=name)
        text = setup.get(page("queue")).content.decode()
        assert name in text
        from_list = next(row for row in text.split('"') if row.startswith("/setup/entitlements/queue/Tier"))
        assert setup.get(from_list).status_code == 200
        assert str(queue) == name

    @pytest.mark.parametrize("key", ["1st", "a-b", "in", "Große", "a b", "", "x" * 41, "true"])
    def test_of_custom_fields_fit_into_expressions(self, setup: Setup, key: str) -> None:
        assert errors(setup.add("customfield", key=key, label="X", type="text"), "key")
        assert not CustomField.objects.exists()


class TestSettings:
    def test_are_one_page(self, setup: Setup) -> None:
        setup.post(page("entitlementsettings"), allow_pausing="on", at_risk_percent="80")
        row = EntitlementSettings.objects.get()
        assert (row.allow_pausing, row.at_risk_percent) == (True, 80)

    @pytest.mark.parametrize("percent", ["50", "100", "0", "-1", "x", "", "999999999999"])
    def test_at_risk_lies_between_watch_and_late(self, setup: Setup, percent: str) -> None:
        answer = setup.post(page("entitlementsettings"), at_risk_percent=percent)
        assert errors(answer, "at_risk_percent")
        assert EntitlementSettings.objects.get().at_risk_percent == 75

    @pytest.mark.parametrize("percent", ["0", "-5", "100.01", "99.999", "most", "NaN", "1e9"])
    def test_a_compliance_that_is_no_share_is_refused(self, setup: Setup, percent: str) -> None:
        answer = setup.post(page("entitlementsettings"), at_risk_percent="75", compliance_percent=percent)
        assert errors(answer, "compliance_percent")
        assert EntitlementSettings.objects.get().compliance_percent == 95

    def test_without_a_compliance_it_is_the_usual_one(self, setup: Setup) -> None:
        setup.post(page("entitlementsettings"), at_risk_percent="75", compliance_percent="99.5")
        assert EntitlementSettings.objects.get().compliance_percent == Decimal("99.5")
        setup.post(page("entitlementsettings"), at_risk_percent="75", compliance_percent="")
        assert EntitlementSettings.objects.get().compliance_percent == 95

    def test_two_default_statuses_are_refused(self, setup: Setup) -> None:
        answer = setup.change(CaseStatus.objects.get(name="Working"), position="1", is_default="on")
        assert "“New” is the default already" in errors(answer, "is_default")

    def test_a_position_is_a_number_that_fits(self, setup: Setup) -> None:
        for position in ("-1", "99999999999", "x", ""):
            assert errors(setup.add("casestage", name="X", position=position), "position")

    def test_what_is_used_by_an_action_is_not_deleted(self, setup: Setup) -> None:
        EmailTemplate.objects.create(name="late", subject="x", body="y")
        given = actions(
            {"kind": "email", "email_to": "owner", "template": "late"}, {"kind": "assign", "queue": "Claims"}
        )
        new_trigger(setup, new_row(setup, new_process(setup)), **given)
        for thing in (EmailTemplate.objects.get(), Queue.objects.get()):
            assert "Action of: Premium v1" in setup.delete(thing).content.decode()
            thing.refresh_from_db()

    def test_a_status_named_in_an_expression_is_not_deleted(self, setup: Setup) -> None:
        new_row(setup, new_process(setup), when='case.status == "Working"')
        text = setup.delete(CaseStatus.objects.get(name="Working")).content.decode()
        assert "Expression in: Premium v1" in text


class TestOddAddresses:
    @pytest.mark.parametrize("key", ["0", "999999999999999999999999", "x", "-1", "_00", "%00", "²"])
    def test_lead_home_or_nowhere(self, setup: Setup, key: str) -> None:
        for model in ("milestone", "entitlementprocess", "processversion", "processmilestone", "trigger"):
            for view in ("change/", "delete/", "history/", "publish/", "retire/"):
                answer = setup.get(f"{page('milestone').replace('milestone', model)}{key}/{view}")
                assert answer.status_code in (200, 404, 405)

    @pytest.mark.parametrize(
        "query", ["q=%00", "q=" + "x" * 3000, "p=99999", "o=x", "e=1", "recurrence__exact=%27"]
    )
    def test_of_lists_are_answered(self, setup: Setup, query: str) -> None:
        assert setup.get(f"{page('milestone')}?{query}").status_code == 200
