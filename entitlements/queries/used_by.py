"""Where a thing of Setup is used: what is used is not deleted, and its page says by whom.

Cases are asked for by the names of their relations: this app never imports theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from django.db.models import Count, Model, Q, QuerySet

from entitlements.models import (
    Account,
    Action,
    ActionKind,
    AutoApplyRule,
    BusinessHours,
    CannedReply,
    CasePriority,
    CaseStage,
    CaseStatus,
    Contact,
    CustomField,
    EmailTemplate,
    Entitlement,
    EntitlementProcess,
    EntitlementTemplate,
    EscalationLadder,
    Holiday,
    Milestone,
    ProcessMilestone,
    ProcessVersion,
    Product,
    Queue,
    Rota,
    RuleEntry,
    VersionState,
    WebhookEndpoint,
)
from entitlements.queries.setup_pages import page_of

SHOWN = 20
CASE = "cases.Case"


class Use(str):
    """One user in words; `address` is that of its page in Setup, where it has one."""

    address: str

    def __new__(cls, words: str, address: str = "") -> Use:
        use = super().__new__(cls, words)
        use.address = address
        return use


@singledispatch
def used_by(thing: Model) -> list[str]:
    """In words, one entry a user, at most `SHOWN` of a kind. An entry may be a `Use`. Empty: nobody."""
    return []


@used_by.register
def _milestone(thing: Milestone) -> list[str]:
    versions = ProcessVersion.objects.filter(rows__milestone=thing).select_related("process").distinct()
    return _listed("Entitlement process", versions)


@used_by.register
def _process(thing: EntitlementProcess) -> list[str]:
    published = thing.versions.exclude(state=VersionState.DRAFT).select_related("process")
    return [
        *_listed("Entitlement", thing.entitlements.all()),
        *_listed("Entitlement template", thing.templates.all()),
        *_listed("Auto-apply rule", AutoApplyRule.objects.filter(process=thing)),
        *_cases_of_process(thing),
        *_listed("Published once, and so kept", published),
    ]


@used_by.register
def _hours(thing: BusinessHours) -> list[str]:
    rows = ProcessMilestone.objects.filter(business_hours=thing).select_related(
        "milestone", "version__process"
    )
    versions = ProcessVersion.objects.filter(business_hours=thing).select_related("process")
    return [
        *_listed("Entitlement process", versions),
        *_listed("Milestone", rows),
        *_listed("Entitlement", Entitlement.objects.filter(business_hours=thing)),
        *_listed("Entitlement template", EntitlementTemplate.objects.filter(business_hours=thing)),
        *_listed("Account", Account.objects.filter(business_hours=thing)),
        *_listed("Escalation ladder", EscalationLadder.objects.filter(business_hours=thing)),
        *_listed("Escalation rule entry", RuleEntry.objects.filter(business_hours=thing)),
        *_listed("Rota", Rota.objects.filter(covered=thing)),
        *(["The organisation's default"] if thing.is_default else []),
    ]


@used_by.register
def _ladder(thing: EscalationLadder) -> list[str]:
    """By name, as actions do it."""
    starts = {
        "triggers__actions__kind": ActionKind.ESCALATE,
        "triggers__actions__parameters__ladder": thing.name,
    }
    rows = ProcessMilestone.objects.filter(**starts).select_related("milestone", "version__process")
    entries = RuleEntry.objects.filter(actions__parts__escalate__ladder=thing.name).distinct()
    return [
        *_listed("Milestone", rows.distinct()),
        *_listed("Escalation rule entry", entries.select_related("rule")),
    ]


@used_by.register
def _holiday(thing: Holiday) -> list[str]:
    return _listed("Business hours", thing.business_hours.all())


@used_by.register
def _entitlement_template(thing: EntitlementTemplate) -> list[str]:
    return [*_listed("Auto-apply rule", thing.rules.all()), *_listed("Entitlement", thing.entitlements.all())]


@used_by.register
def _entitlement(thing: Entitlement) -> list[str]:
    return _cases(thing)


@used_by.register
def _account(thing: Account) -> list[str]:
    return _cases(thing)


@used_by.register
def _contact(thing: Contact) -> list[str]:
    return [*_listed("Entitlement", thing.entitlements.all()), *_cases(thing)]


@used_by.register
def _product(thing: Product) -> list[str]:
    return [
        *_listed("Entitlement", Entitlement.objects.filter(product=thing)),
        *_listed("Entitlement template", thing.entitlement_templates.all()),
        *_cases(thing),
    ]


@used_by.register
def _queue(thing: Queue) -> list[str]:
    return [
        *_cases(thing),
        *_actions(ActionKind.ASSIGN, "queue", thing.pk),
        *_listed("Canned reply", CannedReply.objects.filter(queue=thing)),
        *_expressions(f'"{thing.pk}"'),
    ]


@used_by.register
def _status(thing: CaseStatus) -> list[str]:
    leading = CaseStatus.objects.filter(on_customer_message=thing).exclude(pk=thing.pk)
    return [
        *_cases(thing),
        *_listed("Status", leading),
        *_actions(ActionKind.SET, "status", thing.pk),
        *_expressions(f'"{thing.pk}"'),
    ]


@used_by.register
def _stage(thing: CaseStage) -> list[str]:
    return [*_cases(thing), *_actions(ActionKind.SET, "stage", thing.pk), *_expressions(f'"{thing.pk}"')]


@used_by.register
def _priority(thing: CasePriority) -> list[str]:
    return [*_cases(thing), *_actions(ActionKind.SET, "priority", thing.pk), *_expressions(f'"{thing.pk}"')]


@used_by.register
def _template(thing: EmailTemplate) -> list[str]:
    return _actions(ActionKind.EMAIL, "template", thing.pk)


@used_by.register
def _endpoint(thing: WebhookEndpoint) -> list[str]:
    return _actions(ActionKind.WEBHOOK, "endpoint", thing.pk)


@used_by.register
def _custom_field(thing: CustomField) -> list[str]:
    name = f"custom.{thing.pk}"
    fields = (
        ProcessVersion.objects.filter(Q(enter_at=name) | Q(rows__start=name))
        .select_related("process")
        .distinct()
    )
    return [*_listed("Entitlement process", fields), *_expressions(f"case.{name}")]


def _listed(kind: str, users: Iterable[Model] | QuerySet[Model]) -> list[str]:
    found = list(users[: SHOWN + 1] if isinstance(users, QuerySet) else users)
    shown: list[str] = [Use(f"{kind}: {user}", page_of(user)) for user in found[:SHOWN]]
    return [*shown, f"{kind}: and more"] if len(found) > SHOWN else shown


def _cases(thing: Model) -> list[str]:
    """How many cases name it."""
    counts = [
        relation.related_model._default_manager.filter(**{relation.field.name: thing}).count()
        for relation in thing._meta.related_objects
        if relation.related_model._meta.label == CASE
    ]
    return _some_cases(sum(counts))


def _cases_of_process(process: EntitlementProcess) -> list[str]:
    counted = process.versions.aggregate(cases=Count("cases"))["cases"]
    return _some_cases(counted)


def _some_cases(number: int) -> list[str]:
    return [f"{number} case{'' if number == 1 else 's'}"] if number else []


def _actions(kind: str, parameter: str, name: str) -> list[str]:
    """Processes with an action that names it."""
    found = Action.objects.filter(kind=kind).select_related("trigger__row__version__process")
    named = [action for action in found if action.parameters.get(parameter) == name]
    return _of_processes("Action of", (action.trigger.row.version for action in named))


def _expressions(words: str) -> list[str]:
    """Processes with an expression that speaks of it."""
    speaks = Q(exit_when__contains=words)
    for field in ("formula", "when", "completion", "pause_when"):
        speaks |= Q(**{f"rows__{field}__contains": words})
    versions = ProcessVersion.objects.filter(speaks).select_related("process").distinct()
    rules = AutoApplyRule.objects.filter(when__contains=words)
    return [*_listed("Expression in", versions), *_listed("Auto-apply rule", rules)]


def _of_processes(kind: str, versions: Iterable[ProcessVersion]) -> list[str]:
    return _listed(kind, list({version.pk: version for version in versions}.values()))
