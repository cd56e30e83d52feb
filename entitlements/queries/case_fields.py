"""The fields of a case of which criteria may speak: what they are called, what they hold, what there is to
choose from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from entitlements.core.criteria import FieldType, Operator, types_of
from entitlements.core.definition import Organisation
from entitlements.core.expressions import CustomFields, Scope
from entitlements.models import Account, CustomField, Entitlement, Product
from entitlements.models.compiled import compiled

MOST_CHOICES = 200

LABELS = {
    "case.number": "Case number",
    "case.is_closed": "Closed",
    "case.is_stopped": "Stopped",
    "case.is_escalated": "Escalated",
    "case.awaiting_reply": "Waits for our reply",
    "case.escalation_level": "Escalation level",
    "case.reopen_count": "Times reopened",
    "case.created_at": "Created at",
    "case.closed_at": "Closed at",
    "case.first_response_at": "First response at",
    "case.last_agent_reply_at": "Last agent reply at",
    "case.last_customer_message_at": "Last customer message at",
    "account.tier": "Account tier",
    "account.region": "Account region",
    "contact.email": "Contact's email",
    "entitlement.type": "Entitlement type",
    "product.name": "Product",
    "milestone.start_date": "This milestone's start",
    "milestone.occurrence": "This milestone's number",
}
FIRST = ("case.priority", "case.status", "case.stage", "case.queue", "case.type", "account.tier")


@dataclass(frozen=True, slots=True)
class CaseField:
    """`choices` are all values there are; without any the value is written freely."""

    name: str
    label: str
    type: FieldType
    group: str
    choices: tuple[str, ...] = ()


Fields = Mapping[str, CaseField]


def named_fields(scope: Scope) -> dict[str, CaseField]:
    """By name, the usual ones first, without what there is to choose from. One query at most."""
    custom = compiled().custom_fields
    labels = dict(CustomField.objects.values_list("key", "label")) if custom else {}
    types = types_of(scope, custom)
    ordered = sorted(types, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    return {name: CaseField(name, _label(name, labels), types[name], _group(name)) for name in ordered}


@lru_cache(maxsize=8)
def fields_by_key(scope: Scope, custom: CustomFields) -> Fields:
    """The same without a query: own fields are called by their keys."""
    types = types_of(scope, custom)
    return {name: CaseField(name, _label(name, {}), kind, _group(name)) for name, kind in types.items()}


def case_fields(scope: Scope) -> dict[str, CaseField]:
    """The same with choices, in a handful of queries."""
    fields = named_fields(scope)
    return fields | with_choices(fields, fields)


def with_choices(fields: Fields, names: Iterable[str]) -> dict[str, CaseField]:
    """Those of these names, with what there is to choose from; a query for each that needs one."""
    known = compiled().organisation
    return {name: replace(fields[name], choices=_choices(name, known)) for name in names if name in fields}


def _label(name: str, own: Mapping[str, str]) -> str:
    last = name.rpartition(".")[2]
    if name.startswith("case.custom."):
        return own.get(last, last)
    return LABELS.get(name) or last.replace("_", " ").capitalize()


def _group(name: str) -> str:
    if name.startswith("case.custom."):
        return "Own fields"
    groups = {"case": "Case", "milestone": "This milestone"}
    return groups.get(name.partition(".")[0], "Customer and promise")


def _choices(name: str, known: Organisation) -> tuple[str, ...]:
    if name in _OF_ORGANISATION:
        return _OF_ORGANISATION[name](known)
    query = _LISTS[name]() if name in _LISTS else None
    return () if query is None else _few(query.order_by().distinct()[: MOST_CHOICES + 1])


_OF_ORGANISATION: Mapping[str, Callable[[Organisation], tuple[str, ...]]] = {
    "case.status": lambda known: tuple(status.name for status in known.statuses),
    "case.stage": lambda known: known.stages,
    "case.priority": lambda known: known.priorities,
    "case.queue": lambda known: known.queues,
}
_LISTS: Mapping[str, Callable[[], QuerySet[Any, Any]]] = {
    "account.tier": lambda: Account.objects.values_list("tier", flat=True),
    "account.region": lambda: Account.objects.values_list("region", flat=True),
    "entitlement.type": lambda: Entitlement.objects.values_list("type", flat=True),
    "product.name": lambda: Product.objects.values_list("name", flat=True),
    "case.owner": lambda: User.objects.filter(is_active=True).values_list("username", flat=True),
}


def _few(values: object) -> tuple[str, ...]:
    """In order; none where there are too many to choose from."""
    known = sorted({str(value) for value in values if value})  # type: ignore[attr-defined]
    return tuple(known) if len(known) <= MOST_CHOICES else ()


_SAID = {
    Operator.EQUALS: "equals",
    Operator.NOT_EQUALS: "is not",
    Operator.ONE_OF: "is one of",
    Operator.NONE_OF: "is none of",
    Operator.CONTAINS: "contains",
    Operator.NOT_CONTAINS: "does not contain",
    Operator.STARTS_WITH: "starts with",
    Operator.ENDS_WITH: "ends with",
    Operator.EMPTY: "is empty",
    Operator.NOT_EMPTY: "is not empty",
    Operator.NO_DATE: "is empty",
    Operator.ANY_DATE: "is not empty",
    Operator.LESS: "is less than",
    Operator.AT_MOST: "is at most",
    Operator.MORE: "is more than",
    Operator.AT_LEAST: "is at least",
    Operator.LESS_THAN_FIELD: "is before the field",
    Operator.AT_MOST_FIELD: "is not after the field",
    Operator.MORE_THAN_FIELD: "is after the field",
    Operator.AT_LEAST_FIELD: "is not before the field",
}
_SAID_OF_DATES = {
    Operator.LESS: "is before",
    Operator.AT_MOST: "is not after",
    Operator.MORE: "is after",
    Operator.AT_LEAST: "is not before",
}


def operator_words(operator: Operator, kind: FieldType) -> str:
    """What an operator is called for a field of a type."""
    if kind is FieldType.FLAG:
        return "is"
    return (_SAID_OF_DATES.get(operator) if kind is FieldType.DATE else None) or _SAID[operator]
