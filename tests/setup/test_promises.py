"""Entitlement templates and auto-apply rules in Setup."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from entitlements.models import Account, AutoApplyRule, Entitlement, EntitlementProcess, EntitlementTemplate
from tests.factory import make_account, make_case, make_process
from tests.setup.administrator import Setup, errors, page, page_of

RULE: dict[str, Any] = {"name": "Gold customers", "takes": "promised", "is_active": "on"}


@pytest.fixture
def process(desk: None) -> EntitlementProcess:
    return make_process("Premium")


@pytest.fixture
def gold(process: EntitlementProcess) -> EntitlementTemplate:
    return EntitlementTemplate.objects.create(name="Gold", process=process, term_days=365, type="Gold")


def make(
    setup: Setup, template: EntitlementTemplate, *accounts: Account, first_day: str = "2026-11-26"
) -> Any:
    keys = [account.pk for account in accounts]
    return setup.post(page_of(template, "make"), accounts=keys, first_day=first_day)


class TestATemplate:
    def test_is_made_with_its_terms(self, setup: Setup, process: EntitlementProcess) -> None:
        setup.add("entitlementtemplate", name="Gold", process=process.pk, term_days="365", is_active="on")
        assert EntitlementTemplate.objects.get().term_days == 365

    @pytest.mark.parametrize("term", ["0", "-1", "40000", "a year", "1.5"])
    def test_with_a_wrong_term_is_refused_at_the_field(
        self, setup: Setup, process: EntitlementProcess, term: str
    ) -> None:
        answer = setup.add("entitlementtemplate", name="Gold", process=process.pk, term_days=term)
        assert "1 to 36,525 days" in errors(answer) or errors(answer, "term_days")
        assert not EntitlementTemplate.objects.exists()

    def test_makes_entitlements_for_several_accounts(self, setup: Setup, gold: EntitlementTemplate) -> None:
        acme, globex = make_account("Acme"), make_account("Globex")
        make(setup, gold, acme, globex)
        made = Entitlement.objects.filter(template=gold)
        assert {(one.account, one.start_date, one.end_date) for one in made} == {
            (account, date(2026, 11, 26), date(2027, 11, 25)) for account in (acme, globex)
        }

    def test_wants_an_account_and_a_sound_day(self, setup: Setup, gold: EntitlementTemplate) -> None:
        answer = make(setup, gold)
        assert answer.status_code == 422
        assert "Choose one account or several" in answer.content.decode()
        assert make(setup, gold, make_account(), first_day="1066-10-14").status_code == 422
        assert make(setup, gold, make_account(), first_day="tomorrow").status_code == 422
        assert not Entitlement.objects.exists()

    def test_that_is_not_active_makes_none(self, setup: Setup, gold: EntitlementTemplate) -> None:
        EntitlementTemplate.objects.update(is_active=False)
        assert "is not active" in make(setup, gold, make_account()).content.decode()
        assert not Entitlement.objects.exists()

    def test_in_use_is_not_deleted_and_says_who_uses_it(
        self, setup: Setup, gold: EntitlementTemplate
    ) -> None:
        rule = AutoApplyRule.objects.create(name="Gold rule", takes="template", template=gold)
        text = setup.delete(gold).content.decode()
        assert f'<a href="{page_of(rule)}">Auto-apply rule: Gold rule</a>' in text
        assert EntitlementTemplate.objects.exists()


class TestARule:
    def test_is_added_behind_the_others(self, setup: Setup) -> None:
        setup.add("autoapplyrule", **RULE)
        setup.add("autoapplyrule", **RULE | {"name": "Others"})
        assert list(AutoApplyRule.objects.values_list("name", "position")) == [
            ("Gold customers", 1),
            ("Others", 2),
        ]

    @pytest.mark.parametrize(
        ("when", "said"),
        [
            ('case.priorty == "High"', "priorty"),
            ("account.tier", "true or false"),
            ('entitlement.type == "Gold"', "cannot ask about it"),
            ("().__class__", "1"),
            ("(" * 400 + "true" + ")" * 400, ""),
        ],
    )
    def test_with_wrong_criteria_is_refused_at_the_field(self, setup: Setup, when: str, said: str) -> None:
        answer = setup.add("autoapplyrule", **RULE | {"when": when})
        assert said in errors(answer, "when")
        assert errors(answer, "when")
        assert not AutoApplyRule.objects.exists()

    def test_that_makes_one_needs_its_template(self, setup: Setup) -> None:
        answer = setup.add("autoapplyrule", **RULE | {"takes": "template"})
        assert errors(answer, "template") == "Choose the template."

    def test_keeps_only_what_belongs_to_what_it_gives(self, setup: Setup, gold: EntitlementTemplate) -> None:
        given: dict[str, Any] = {"template": gold.pk, "type": "Phone", "process": gold.process.pk}
        setup.add("autoapplyrule", **RULE | given | {"takes": "template"})
        rule = AutoApplyRule.objects.get()
        assert (rule.template, rule.type, rule.process) == (gold, "", None)
        setup.change(rule, **RULE | given | {"takes": "none"})
        rule.refresh_from_db()
        assert (rule.takes, rule.template) == ("none", None)

    def test_does_not_offer_templates_that_are_off(self, setup: Setup, gold: EntitlementTemplate) -> None:
        EntitlementTemplate.objects.update(is_active=False)
        answer = setup.add("autoapplyrule", **RULE | {"takes": "template", "template": gold.pk})
        assert errors(answer, "template")

    def test_moves_up_and_down(self, setup: Setup) -> None:
        for number, name in enumerate("ABC"):
            AutoApplyRule.objects.create(name=name, position=number)
        rule = AutoApplyRule.objects.get(name="C")
        for way, order in (("up", "ACB"), ("up", "CAB"), ("up", "CAB"), ("down", "ACB")):
            setup.post(page_of(rule, "move"), way=way)
            assert "".join(AutoApplyRule.objects.values_list("name", flat=True)) == order
        assert setup.post(page_of(rule, "move"), way="sideways").status_code == 404

    def test_is_shown_in_words(self, setup: Setup, gold: EntitlementTemplate) -> None:
        AutoApplyRule.objects.create(name="A", takes="template", template=gold, when="case.is_closed")
        AutoApplyRule.objects.create(name="B", type="Phone", process=gold.process)
        text = setup.get(page("autoapplyrule")).content.decode()
        assert "One made from the template “Gold”" in text
        assert "of the type “Phone” with the process “Premium”" in text
        assert "The first rule that fits" in text


class TestTryingTheRules:
    def test_says_what_a_case_would_take_and_changes_nothing(
        self, setup: Setup, gold: EntitlementTemplate
    ) -> None:
        case = make_case(account=make_account("Acme"))
        AutoApplyRule.objects.create(name="Gold customers", takes="template", template=gold)
        text = setup.get("/setup/entitlements/autoapplyrule/try/", number=case.number).content.decode()
        assert "Rule “Gold customers” fits: “Gold” is made for Acme" in text
        assert not Entitlement.objects.exists()

    def test_of_a_case_that_is_not_there_says_so(self, setup: Setup) -> None:
        answer = setup.get("/setup/entitlements/autoapplyrule/try/", number="C-999999")
        assert answer.status_code == 422
        assert "There is no case of this number" in answer.content.decode()
