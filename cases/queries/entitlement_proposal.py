"""Which entitlement a new case takes, and why: the first auto-apply rule that fits and has something to give.

Where no rule fits it is what the customer was promised: the contact's own before the account's, one about the
case's product before one about none (§3.6).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from cases.engine.case_state import state_of
from cases.models import Case
from entitlements.core.evaluation import names_of
from entitlements.core.expressions import EvaluationError, Kind, Names, Scope, compile_expression
from entitlements.models import (
    AutoApplyRule,
    Entitlement,
    EntitlementProcess,
    EntitlementTemplate,
    Takes,
)
from entitlements.models.compiled import compiled


@dataclass(frozen=True, slots=True)
class EntitlementProposal:
    """`template` is set where the entitlement would have to be made from it first.

    `reason` says why in words, a sentence without its full stop. `rule` is the one that decided, if any.
    """

    entitlement: Entitlement | None
    template: EntitlementTemplate | None
    reason: str
    rule: AutoApplyRule | None = None

    @property
    def name(self) -> str:
        """What the entitlement is or will be called; empty where there is none."""
        return str(self.entitlement or self.template or "")

    @property
    def process(self) -> EntitlementProcess | None:
        promise = self.entitlement or self.template
        return promise.process if promise else None


def proposed_for(case: Case, now: datetime) -> EntitlementProposal:
    """For a case that need not have been saved yet. Writes nothing."""
    return _Search(case, now).proposal()


@dataclass
class _Search:
    case: Case
    now: datetime
    passed: list[str] = field(default_factory=list)

    def proposal(self) -> EntitlementProposal:
        rules = compiled().auto_apply
        for rule in rules:
            if self._fits(rule) and (found := self._given_by(rule)) is not None:
                return found
        return self._promised(any_rules=bool(rules))

    @cached_property
    def _names(self) -> Names:
        configuration = compiled()
        definition = configuration.no_process
        return names_of(state_of(self.case, definition, configuration), definition)

    def _fits(self, rule: AutoApplyRule) -> bool:
        if not rule.when:
            return True
        try:
            criteria = compile_expression(rule.when, Kind.CONDITION, Scope.CASE, compiled().custom_fields)
            return bool(criteria.value(self._names))
        except EvaluationError as fault:
            self.passed.append(f"rule “{rule}” cannot be told: {fault}")
            return False

    def _given_by(self, rule: AutoApplyRule) -> EntitlementProposal | None:
        """What a rule that fits has to give; None, and why, where it has nothing."""
        fits = f"rule “{rule}” fits"
        if rule.takes == Takes.NOTHING:
            return EntitlementProposal(None, None, self._reason(f"{fits}: it gives no entitlement"), rule)
        if rule.takes == Takes.TEMPLATE and rule.template is not None:
            return self._from_template(rule, rule.template, fits)
        meant = [one for one in self._candidates if _is_meant(rule, one)]
        if meant:
            return EntitlementProposal(meant[0], None, self._reason(f"{fits}: {_whose(meant[0])}"), rule)
        self.passed.append(f"{fits}, but {self._who} has no active entitlement{_narrowed(rule)}")
        return None

    def _from_template(
        self, rule: AutoApplyRule, template: EntitlementTemplate, fits: str
    ) -> EntitlementProposal | None:
        if (lacks := self._why_not_made(template)) is not None:
            self.passed.append(f"{fits}, but {lacks}")
            return None
        made = next((one for one in self._candidates if self._was_made(one, template)), None)
        if made is not None:
            said = f"{fits}: {made.account} has “{made}”, made from this template"
            return EntitlementProposal(made, None, self._reason(said), rule)
        last = template.last_day(self.now.astimezone(UTC).date())
        until = f"until {last.day} {last:%B %Y}" if last else "without end"
        said = f"{fits}: “{template}” is made for {self.case.account}, {until}"
        return EntitlementProposal(None, template, self._reason(said), rule)

    def _why_not_made(self, template: EntitlementTemplate) -> str | None:
        if self.case.account is None:
            return "the case has no account for which an entitlement could be made"
        if not template.is_active:
            return f"the template “{template}” is not active"
        if not template.process.is_active:
            return f"the process “{template.process}” is not active"
        products = {product.pk for product in template.products.all()}
        if products and self.case.product_id not in products:
            return f"the template “{template}” is for other products"
        return None

    def _was_made(self, one: Entitlement, template: EntitlementTemplate) -> bool:
        about = self.case.product_id if template.products.all() else None
        return one.template_id == template.pk and one.contact_id is None and one.product_id == about

    def _promised(self, *, any_rules: bool) -> EntitlementProposal:
        before = "no auto-apply rule fits" if any_rules and not self.passed else ""
        if self._candidates:
            said = _whose(self._candidates[0])
            return EntitlementProposal(
                self._candidates[0], None, self._reason(", and ".join(filter(None, (before, said))))
            )
        if self.case.account is None and self.case.contact is None:
            said = "the case has neither account nor contact"
        else:
            said = f"{self._who} has no active entitlement"
        return EntitlementProposal(None, None, self._reason(", and ".join(filter(None, (before, said)))))

    @cached_property
    def _candidates(self) -> list[Entitlement]:
        """What holds now for the customer and the case's product, the most fitting first."""
        case = self.case
        promised = Entitlement.objects.active(self.now).promised_to(case.account_id, case.contact_id)
        found = promised.filter(process__is_active=True).select_related("account", "contact", "process")
        about = [one for one in found if not case.product_id or one.product_id in (None, case.product_id)]
        return sorted(about, key=lambda one: (one.contact_id is None, one.product_id != case.product_id))

    @property
    def _who(self) -> str:
        return str(self.case.account or self.case.contact or "nobody")

    def _reason(self, said: str) -> str:
        return _sentence("; ".join([*self.passed, said]))


def _is_meant(rule: AutoApplyRule, one: Entitlement) -> bool:
    return rule.process_id in (None, one.process_id) and rule.type in ("", one.type)


def _whose(one: Entitlement) -> str:
    return f"{one.contact or one.account} has “{one}”"


def _narrowed(rule: AutoApplyRule) -> str:
    of_type = f" of the type “{rule.type}”" if rule.type else ""
    return of_type + (f" with the process “{rule.process}”" if rule.process else "")


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]
