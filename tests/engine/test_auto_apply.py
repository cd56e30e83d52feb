"""Which entitlement a new case takes: by the first auto-apply rule that fits, else what was promised."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from cases.models import Case
from cases.operations import create_case, propose_entitlement
from entitlements.models import (
    Account,
    AutoApplyRule,
    Entitlement,
    EntitlementProcess,
    EntitlementTemplate,
    Product,
)
from tests.factory import NOON, make_account, make_contact, make_desk, make_entitlement, make_process

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def desk() -> None:
    make_desk()


@pytest.fixture
def acme() -> Account:
    return make_account("Acme", tier="Gold")


@pytest.fixture
def process() -> EntitlementProcess:
    return make_process("Premium")


def template(process: EntitlementProcess, name: str = "Gold support", **fields: Any) -> EntitlementTemplate:
    products = fields.pop("products", ())
    made = EntitlementTemplate.objects.create(name=name, process=process, **fields)
    made.products.set(products)
    return made


def rule(name: str, **fields: Any) -> AutoApplyRule:
    if "template" in fields:
        fields["takes"] = "template"
    fields.setdefault("position", AutoApplyRule.objects.count())
    return AutoApplyRule.objects.create(name=name, **fields)


def created(account: Account | None = None, **given: Any) -> Case:
    return create_case(subject="Water in the cellar", account=account, by=None, now=NOON, **given)


class TestWithoutRules:
    def test_the_account_s_entitlement_is_taken(self, acme: Account, process: EntitlementProcess) -> None:
        promised = make_entitlement(acme, process, name="Gold")
        case = created(acme)
        assert (case.entitlement, case.entitlement_reason) == (promised, "Acme has “Gold”")

    def test_the_contact_s_own_goes_before_the_account_s(
        self, acme: Account, process: EntitlementProcess
    ) -> None:
        ada = make_contact(acme, "Ada Byron")
        make_entitlement(acme, process, name="Gold")
        own = make_entitlement(acme, process, name="For Ada", contact=ada)
        case = created(contact=ada)
        assert (case.entitlement, case.entitlement_reason) == (own, "Ada Byron has “For Ada”")

    def test_one_about_the_case_s_product_goes_before_one_about_none(
        self, acme: Account, process: EntitlementProcess
    ) -> None:
        gateway, pump = Product.objects.create(name="Gateway"), Product.objects.create(name="Pump")
        general = make_entitlement(acme, process, name="General")
        about = make_entitlement(acme, process, name="For gateways", product=gateway)
        assert created(acme, product=gateway).entitlement == about
        assert created(acme, product=pump).entitlement == general
        assert created(acme).entitlement == general

    def test_one_about_another_product_is_none(self, acme: Account, process: EntitlementProcess) -> None:
        gateway, pump = Product.objects.create(name="Gateway"), Product.objects.create(name="Pump")
        make_entitlement(acme, process, name="For gateways", product=gateway)
        case = created(acme, product=pump)
        assert (case.entitlement, case.entitlement_reason) == (None, "Acme has no active entitlement")

    def test_nothing_is_promised_to_nobody(self) -> None:
        assert created().entitlement_reason == "The case has neither account nor contact"

    def test_what_was_chosen_by_hand_is_taken(self, acme: Account, process: EntitlementProcess) -> None:
        make_entitlement(acme, process, name="Gold")
        chosen = make_entitlement(acme, process, name="Silver")
        case = created(acme, entitlement=chosen)
        assert (case.entitlement, case.entitlement_reason) == (chosen, "Chosen when the case was created")


class TestARule:
    def test_chooses_among_what_the_customer_has(self, acme: Account, process: EntitlementProcess) -> None:
        make_entitlement(acme, process, name="Web", type="Web")
        phone = make_entitlement(acme, process, name="Phone", type="Phone")
        rule("Callers", when='case.origin == "Phone"', type="Phone")
        case = created(acme, origin="Phone")
        assert (case.entitlement, case.entitlement_reason) == (phone, "Rule “Callers” fits: Acme has “Phone”")
        other = created(acme, origin="Web")
        assert other.entitlement_reason == "No auto-apply rule fits, and Acme has “Web”"

    def test_may_give_nothing(self, acme: Account, process: EntitlementProcess) -> None:
        make_entitlement(acme, process)
        rule("Spam", when='case.type == "Spam"', takes="none")
        case = created(acme, type="Spam")
        assert case.entitlement is None
        assert case.entitlement_reason == "Rule “Spam” fits: it gives no entitlement"

    def test_with_nothing_to_give_leaves_it_to_the_next(
        self, acme: Account, process: EntitlementProcess
    ) -> None:
        general = make_entitlement(acme, process, name="General")
        rule("Phone first", type="Phone", process=process)
        rule("Then any")
        case = created(acme)
        assert case.entitlement == general
        assert case.entitlement_reason == (
            "Rule “Phone first” fits, but Acme has no active entitlement of the type “Phone” "
            "with the process “Premium”; rule “Then any” fits: Acme has “General”"
        )

    def test_that_is_first_in_order_decides(self, acme: Account, process: EntitlementProcess) -> None:
        make_entitlement(acme, process)
        rule("Second", position=2)
        rule("First", position=1, takes="none")
        assert created(acme).entitlement is None

    def test_that_is_not_active_is_passed_over(self, acme: Account, process: EntitlementProcess) -> None:
        promised = make_entitlement(acme, process)
        rule("Off", takes="none", is_active=False)
        assert created(acme).entitlement == promised

    @pytest.mark.parametrize(
        "when",
        [
            'account.tier == "Gold"',
            'case.account == "Acme"',
            'contact.email == "ada@example.com"',
            'product.name == "Gateway"',
            'case.priority == "High" && case.queue == "Claims"',
            'case.created_at > timestamp("2020-01-01T00:00:00Z")',
        ],
    )
    def test_may_ask_about_case_account_contact_and_product(self, acme: Account, when: str) -> None:
        rule("Asks", when=when, takes="none")
        rule("Otherwise", takes="none")
        given: dict[str, Any] = {
            "contact": make_contact(acme),
            "product": Product.objects.create(name="Gateway"),
            "priority": "High",
            "queue": "Claims",
        }
        assert created(acme, **given).entitlement_reason.startswith("Rule “Asks” fits")
        assert created(make_account("B", tier="")).entitlement_reason.startswith("Rule “") is True


class TestATemplate:
    def test_makes_the_entitlement_with_the_first_case(
        self, acme: Account, process: EntitlementProcess
    ) -> None:
        gold = template(process, term_days=365, type="Gold")
        rule("Gold customers", when='account.tier == "Gold"', template=gold)
        case = created(acme)
        made = Entitlement.objects.get()
        assert case.entitlement == made
        assert (made.name, made.type, made.process, made.template) == ("Gold support", "Gold", process, gold)
        assert (made.start_date, made.end_date) == (TODAY, TODAY + timedelta(days=364))
        last = TODAY + timedelta(days=364)
        assert case.entitlement_reason == (
            f"Rule “Gold customers” fits: “Gold support” is made for Acme, until {last.day} {last:%B %Y}"
        )
        assert case.process_version == process.published_version()
        assert case.milestones.count() == 2

    def test_makes_one_for_an_account_not_one_a_case(
        self, acme: Account, process: EntitlementProcess
    ) -> None:
        rule("Gold customers", template=template(process))
        first, second = created(acme), created(acme)
        assert first.entitlement == second.entitlement
        assert second.entitlement_reason == (
            "Rule “Gold customers” fits: Acme has “Gold support”, made from this template"
        )
        assert created(make_account("Other")).entitlement != first.entitlement

    def test_makes_another_when_the_term_is_over(self, acme: Account, process: EntitlementProcess) -> None:
        rule("Gold customers", template=template(process, term_days=30))
        first = created(acme)
        later = create_case(subject="Again", account=acme, by=None, now=NOON + timedelta(days=30))
        assert later.entitlement != first.entitlement
        assert Entitlement.objects.count() == 2

    def test_with_products_is_for_cases_about_these(self, acme: Account, process: EntitlementProcess) -> None:
        gateway, pump = Product.objects.create(name="Gateway"), Product.objects.create(name="Pump")
        rule("Gateways", template=template(process, products=[gateway]))
        assert created(acme, product=gateway).entitlement.product == gateway  # type: ignore[union-attr]
        case = created(acme, product=pump)
        assert case.entitlement is None
        assert case.entitlement_reason == (
            "Rule “Gateways” fits, but the template “Gold support” is for other products; "
            "Acme has no active entitlement"
        )

    @pytest.mark.parametrize("off", ["template", "process", "account"])
    def test_that_cannot_make_one_says_why(
        self, acme: Account, process: EntitlementProcess, off: str
    ) -> None:
        rule("Gold customers", template=template(process, is_active=off != "template"))
        if off == "process":
            process.is_active = False
            process.save()
        case = created(None if off == "account" else acme)
        assert case.entitlement is None
        said = {
            "template": "the template “Gold support” is not active",
            "process": "the process “Premium” is not active",
            "account": "the case has no account for which an entitlement could be made",
        }
        assert case.entitlement_reason.startswith(f"Rule “Gold customers” fits, but {said[off]}")

    def test_without_a_term_is_without_end(self, process: EntitlementProcess) -> None:
        assert template(process).last_day(date(2026, 1, 1)) is None


class TestAProposal:
    def test_says_what_a_new_case_would_get_and_makes_nothing(
        self, acme: Account, process: EntitlementProcess
    ) -> None:
        gold = template(process, term_days=1)
        rule("Gold customers", when='case.priority == "High"', template=gold)
        proposed = propose_entitlement(now=NOON, account=acme, priority="High")
        assert (proposed.entitlement, proposed.template, proposed.name) == (None, gold, "Gold support")
        assert proposed.process == process
        assert not Entitlement.objects.exists()
        assert propose_entitlement(now=NOON, account=acme).name == ""

    def test_costs_no_query_for_the_rules_once_they_are_known(
        self, acme: Account, django_assert_max_num_queries: Any
    ) -> None:
        rule("Spam", when='case.type == "Spam"', takes="none")
        propose_entitlement(now=NOON, account=acme, type="Spam")
        with django_assert_max_num_queries(4):
            propose_entitlement(now=NOON, account=acme, type="Spam")


def test_a_formula_that_cannot_be_told_is_passed_over_and_said(acme: Account) -> None:
    rule("Broken", when="int(case.subject) > 3", takes="none")
    assert created(acme).entitlement_reason.startswith("Rule “Broken” cannot be told")
