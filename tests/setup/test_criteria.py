"""Criteria in Setup: rows or an expression, edited with and without script, counted over the open cases."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.urls import reverse

from cases.engine.load import load_cases
from cases.models import Case
from cases.operations import receive_customer_message, reply_to_case, stop_case
from cases.queries import criteria as counting
from entitlements.core.criteria import literal
from entitlements.core.evaluation import names_of
from entitlements.core.expressions import Expression, Kind, Scope, compile_expression
from entitlements.models import CustomField, ProcessMilestone, ProcessVersion, Product
from entitlements.models.settings import CustomFieldType
from tests.factory import (
    NOON,
    make_account,
    make_case,
    make_contact,
    make_entitlement,
    make_process,
    make_user,
)
from tests.setup.administrator import Setup, errors, page_of
from tests.setup.steps import PLAIN_ROW, new_process, new_row

TEXT = 'case.priority == "High" && account.tier in ["Premium", "Gold"]'


def rows(
    name: str, *given: tuple[str, str, str | list[str]], join: str = "all", logic: str = ""
) -> dict[str, Any]:
    """The form of some rows: field, operator, value."""
    form: dict[str, Any] = {f"{name}-as": "rows", f"{name}-rows": str(len(given)), name: ""}
    form |= {f"{name}-join": join, f"{name}-logic": logic}
    for number, (field, operator, value) in enumerate(given):
        form |= {f"{name}-{number}-field": field, f"{name}-{number}-operator": operator}
        form[f"{name}-{number}-value"] = value
    return form


@pytest.fixture
def version(setup: Setup) -> ProcessVersion:
    make_account(tier="Premium")
    make_account(tier="Gold")
    return new_process(setup)


class TestRows:
    def test_are_kept_as_an_expression(self, setup: Setup, version: ProcessVersion) -> None:
        form = rows(
            "when",
            ("case.priority", "equals", "High"),
            ("account.tier", "one_of", ["Premium", "Gold"]),
            ("case.is_closed", "equals", "no"),
            join="custom",
            logic="1 and (2 or 3)",
        )
        assert new_row(setup, version, **form).when == (
            'case.priority == "High" && (account.tier in ["Premium", "Gold"] || !case.is_closed)'
        )

    def test_without_a_field_are_left_out(self, setup: Setup, version: ProcessVersion) -> None:
        form = rows("when", ("", "", ""), ("case.reopen_count", "at_least", "2"))
        assert new_row(setup, version, **form).when == "case.reopen_count >= 2"

    def test_show_an_expression_that_they_can_show(self, setup: Setup, version: ProcessVersion) -> None:
        row = new_row(setup, version, when=TEXT)
        text = setup.get(page_of(row)).content.decode()
        assert 'name="when-as" value="rows"' in text
        assert re.search(r'id="id_when-1-value-\d" value="Gold" checked', text)
        assert 'name="pause_when-as" value="rows"' in text

    def test_leave_the_expression_as_it_was_written_when_nothing_changes(
        self, setup: Setup, version: ProcessVersion
    ) -> None:
        written = "case.priority=='High'"
        row = new_row(setup, version, when=written)
        form = rows("when", ("case.priority", "equals", "High")) | {"when": written}
        setup.change(row, **PLAIN_ROW, milestone=str(row.milestone_id), **form)
        row.refresh_from_db()
        assert row.when == written

    def test_say_exit_criteria_too(self, setup: Setup, version: ProcessVersion) -> None:
        form = rows("exit_when", ("case.status", "equals", "Closed"), ("case.stage", "empty", ""), join="any")
        setup.change(version, enter_at="created_at", on_reentry="keep", hours_from="inherited", **form)
        version.refresh_from_db()
        assert version.exit_when == 'case.status == "Closed" || case.stage == ""'

    def test_know_the_types_of_own_fields(self, setup: Setup, version: ProcessVersion) -> None:
        CustomField.objects.create(key="amount", label="Claimed", type=CustomFieldType.NUMBER)
        CustomField.objects.create(key="due", label="Due", type=CustomFieldType.DATE)
        form = rows(
            "when", ("case.custom.amount", "more", "1e3"), ("case.custom.due", "less", "2026-03-02T09:30")
        )
        assert new_row(setup, version, **form).when == (
            'case.custom.amount > 1000.0 && case.custom.due < timestamp("2026-03-02T09:30:00Z")'
        )

    def test_say_what_is_wrong_with_which(self, setup: Setup, version: ProcessVersion) -> None:
        wrong: list[tuple[tuple[str, str, Any], str]] = [
            (("case.prority", "equals", "High"), "no field “case.prority”"),
            (("case.priority", "", "High"), "choose how"),
            (("case.priority", "less", "High"), "choose how"),
            (("case.priority", "equals", " "), "give a value"),
            (("account.tier", "one_of", []), "at least one value"),
            (("case.subject", "contains", "x" * 251), "250 characters at most"),
            (("case.subject", "contains", "a\0b"), "cannot be seen"),
            (("case.reopen_count", "more", "two"), "a whole number"),
            (("case.reopen_count", "more", "9" * 40), "a whole number"),
            (("case.is_closed", "equals", "perhaps"), "yes or no"),
            (("case.created_at", "less", "2026-02-30T10:00"), "no such date"),
            (("case.created_at", "less", "soon"), "a date and a time"),
            (("case.created_at", "less_than_field", "case.subject"), "the other field"),
        ]
        good = ("case.is_stopped", "equals", "no")
        answer = add(setup, version, **rows("when", good, *(given for given, _ in wrong)))
        said = answer.context["adminform"].form.errors["when"]
        assert len(said) == len(wrong)
        for number, (line, (_, says)) in enumerate(zip(said, wrong, strict=True), start=2):
            assert line.startswith(f"Row {number}: ")
            assert says in line
        assert answer.content.decode().count("criteria-wrong") == len(wrong)
        assert not version.rows.exists()

    @pytest.mark.parametrize("logic", ["", "1 and 3", "().__class__", "(" * 10_000])
    def test_are_joined_in_a_way_that_can_be(self, setup: Setup, version: ProcessVersion, logic: str) -> None:
        two = (("case.is_stopped", "equals", "no"), ("case.is_closed", "equals", "no"))
        assert errors(add(setup, version, **rows("when", *two, join="custom", logic=logic)), "when")
        assert not version.rows.exists()

    def test_are_twenty_at_most(self, setup: Setup, version: ProcessVersion) -> None:
        many = [("case.type", "equals", str(number)) for number in range(30)]
        assert "20 rows at most" in errors(add(setup, version, **rows("when", *many)), "when")


def add(setup: Setup, version: ProcessVersion, **given: Any) -> Any:
    milestone = new_milestone()
    form = PLAIN_ROW | {"milestone": str(milestone.pk)} | given
    return setup.add("processmilestone", f"?version={version.pk}", **form)


def new_milestone() -> Any:
    return ProcessMilestone._meta.get_field("milestone").related_model._default_manager.get_or_create(
        name="First Response"
    )[0]


class TestWithoutScript:
    def test_a_button_adds_a_row_and_saves_nothing(self, setup: Setup, version: ProcessVersion) -> None:
        form = rows("when", ("case.priority", "equals", "High")) | {"when-do": "add", "minutes": "soon"}
        answer = add(setup, version, **form)
        text = answer.content.decode()
        assert 'name="when-1-field"' in text
        assert 'value="soon"' in text
        assert "errornote" not in text
        assert not version.rows.exists()

    def test_a_button_removes_a_row(self, setup: Setup, version: ProcessVersion) -> None:
        two = (("case.priority", "equals", "High"), ("case.queue", "equals", "Claims"))
        text = add(setup, version, **rows("when", *two), **{"when-do": "remove-0"}).content.decode()
        assert '<option value="Claims" selected>' in text
        assert 'name="when-1-field"' not in text

    def test_rows_turn_into_an_expression_and_back(self, setup: Setup, version: ProcessVersion) -> None:
        form = rows("when", ("case.priority", "equals", "High")) | {"when-do": "expression"}
        assert "case.priority == &quot;High&quot;</textarea>" in add(setup, version, **form).content.decode()
        form = {"when": TEXT, "when-as": "expression", "when-do": "rows"}
        assert 'name="when-1-field"' in add(setup, version, **form).content.decode()

    def test_an_expression_that_says_more_stays_one(self, setup: Setup, version: ProcessVersion) -> None:
        form = {"when": "case.reopen_count + 1 > 2", "when-as": "expression", "when-do": "rows"}
        text = add(setup, version, **form).content.decode()
        assert "says more than rows can show" in text
        assert "case.reopen_count + 1 &gt; 2</textarea>" in text

    @pytest.mark.parametrize("verb", ["remove-9", "remove-²", "fly"])
    def test_an_unknown_button_does_nothing(self, setup: Setup, version: ProcessVersion, verb: str) -> None:
        form = rows("when", ("case.priority", "equals", "High")) | {"when-do": verb}
        assert 'name="when-0-field"' in add(setup, version, **form).content.decode()
        assert not version.rows.exists()


class TestThePlaceOfAMistake:
    def test_is_marked_in_the_expression(self, setup: Setup, version: ProcessVersion) -> None:
        text = add(setup, version, when='case.is_closed || case.prority == "High"').content.decode()
        assert "case.is_closed || <mark>case.prority</mark> == &quot;High&quot;" in text

    @pytest.mark.parametrize(
        "text",
        ["().__class__", "(" * 10_000 + "true" + ")" * 10_000, "true || " * 130_000 + "true", "[" * 900],
        ids=["class", "brackets", "a megabyte", "unclosed"],
    )
    def test_hostile_expressions_are_refused_at_once(
        self, setup: Setup, version: ProcessVersion, text: str
    ) -> None:
        fields = ("when", "formula", "completion", "pause_when")[: 2 if len(text) > 10**6 else 4]
        begun = time.process_time()
        form = {"completed_by": "criteria", "completion": "true", "minutes": ""}
        answer = add(setup, version, **form | dict.fromkeys(fields, text))
        assert time.process_time() - begun < 1
        assert all(errors(answer, field) for field in fields)
        assert not version.rows.exists()


class TestTheFieldAlone:
    def fragment(self, setup: Setup, name: str, view: str = "criteria", **given: Any) -> Any:
        return setup.client.post(f"{reverse(f'admin:{view}')}?name={name}", given)

    def test_is_drawn_anew_with_the_operators_of_its_field(self, setup: Setup) -> None:
        text = self.fragment(setup, "when", **rows("when", ("case.is_closed", "equals", ""))).content.decode()
        assert text.lstrip().startswith('<div class="criteria" id="criteria-when"')
        assert '<option value="yes">' in text

    def test_is_one_that_there_is(self, setup: Setup) -> None:
        assert self.fragment(setup, "what").status_code == 404
        assert setup.client.get(f"{reverse('admin:criteria')}?name=when").status_code == 405

    @pytest.mark.parametrize("view", ["criteria", "criteria_count"])
    def test_is_for_administrators(self, setup: Setup, view: str) -> None:
        agent = Setup(make_user("bob"))
        assert self.fragment(agent, "when", view).status_code == 403

    @pytest.mark.parametrize("count", ["-1", "999", "²"])
    def test_survives_a_wrong_number_of_rows(self, setup: Setup, count: str) -> None:
        form = rows("when", ("case.priority", "equals", "High")) | {"when-rows": count}
        assert self.fragment(setup, "when", **form).status_code == 200


OWN = {"amount": "number", "due": "date", "insured": "flag", "word": "text", "pieces": "whole"}


def expression(text: str) -> Expression:
    return compile_expression(text, Kind.CONDITION, Scope.CASE, tuple(sorted(OWN.items())))


def full_case() -> Case:
    """A case that has a value for everything about which criteria may ask."""
    account = make_account(name="Aurora", tier="Gold", region="North")
    entitlement = make_entitlement(account, make_process("Premium"), type="Phone")
    case = make_case(
        account=account,
        contact=make_contact(account),
        product=Product.objects.create(name="Boiler"),
        entitlement=entitlement,
        owner=make_user("bob"),
        now=NOON,
        priority="High",
        stage="Intake",
        type="Claim",
        origin="Phone",
        queue="Claims",
        custom={"amount": 2.5, "due": NOON.isoformat(), "insured": True, "word": "x", "pieces": 3},
    )
    receive_customer_message(case.pk, body="Where is it?", now=NOON)
    reply_to_case(case.pk, body="Here.", by=make_user("cleo"), now=NOON)
    stop_case(case.pk, reason="a part is missing", by=make_user("dan"), now=NOON)
    Case.objects.filter(pk=case.pk).update(
        is_escalated=True, escalation_level=2, reopen_count=1, awaiting_reply=True, closed_at=NOON
    )
    return case


class TestTheCount:
    @pytest.fixture
    def cases(self, setup: Setup) -> None:
        account = make_account(tier="Premium")
        for priority in ("High", "High", "Low"):
            make_case(account=account, now=NOON, priority=priority)
        make_case(account=account, now=NOON, priority="High", status="Closed")

    def count(self, setup: Setup, name: str = "when", **form: Any) -> str:
        answer = setup.client.post(f"{reverse('admin:criteria_count')}?name={name}", form)
        return " ".join(re.sub(r"<[^>]+>", "", answer.content.decode()).split())

    def test_is_of_the_open_cases(self, setup: Setup, cases: None) -> None:
        form = rows("when", ("case.priority", "equals", "High"), ("account.tier", "equals", "Premium"))
        assert self.count(setup, **form) == "Matches 2 of 3 open cases."

    def test_says_the_expression_in_words(self, setup: Setup, cases: None) -> None:
        said = self.count(setup, when='case.priority == "Low" && !case.is_closed')
        assert said == "Matches 1 of 3 open cases. In words: Priority equals Low and Closed is no"

    def test_is_of_the_newest_where_there_are_many(
        self, setup: Setup, cases: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(counting, "MOST_CASES", 2)
        assert self.count(setup, when='case.priority == "High"').startswith(
            "Matches 1 of the newest 2 open cases (3 are open; older ones are not counted)"
        )

    def test_says_on_how_many_it_fails(self, setup: Setup, cases: None) -> None:
        assert "on 3 it fails" in self.count(setup, when="1 / case.reopen_count > 1")

    def test_leaves_out_what_asks_about_the_milestone(self, setup: Setup, cases: None) -> None:
        said = self.count(setup, "completion", completion="milestone.occurrence > 1")
        assert "no cases are counted" in said

    def test_of_nothing_is_nothing(self, setup: Setup) -> None:
        assert self.count(setup, when="") == ""

    def test_says_what_is_wrong(self, setup: Setup) -> None:
        assert "did you mean “case.priority”" in self.count(setup, when="case.prority == 'x'")
        assert "choose how" in self.count(setup, **rows("when", ("case.priority", "fly", "x")))

    def test_leads_to_the_cases(self, setup: Setup, cases: None) -> None:
        answer = setup.get(reverse("admin:criteria_cases"), expression='case.priority == "Low"')
        (case,) = answer.context["matching"].cases
        assert case.priority_id == "Low"
        assert case.number in answer.content.decode()

    @pytest.mark.parametrize("text", ["", "case.prority", "milestone.occurrence > 1", "x" * 5000, "<script>"])
    def test_of_a_wrong_expression_lists_nothing(self, setup: Setup, text: str) -> None:
        answer = setup.get(reverse("admin:criteria_cases"), expression=text)
        assert answer.status_code == 422
        assert "<script>" not in answer.content.decode().replace("<script src", "")

    def test_sees_of_a_case_what_the_engine_sees(self, setup: Setup) -> None:
        for key, kind in OWN.items():
            CustomField.objects.create(key=key, label=key, type=kind)
        names = [*counting.COLUMNS, *(f"case.custom.{key}" for key in OWN)]
        for case in (full_case(), make_case(account=None, now=NOON)):
            work = load_cases([case.pk])[case.pk]
            seen = names_of(work.state, work.definition)
            for name in names:
                value = seen.used_by(expression(f"{name} == {name}"))[name]
                asked = expression(f"{name} == {literal(value)}")
                assert case in counting.matching(asked, 2).cases, name

    def test_costs_a_handful_of_queries(
        self, setup: Setup, cases: None, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(12):
            self.count(setup, when='case.priority == "High"')
