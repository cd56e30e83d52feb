"""What reports can be narrowed to and grouped by: everything that has a name at this desk, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim

from cases.models import Case
from entitlements.models import (
    Account,
    CasePriority,
    EntitlementProcess,
    Milestone,
    ProcessVersion,
    Queue,
)

TEXT = CharField()


@dataclass(frozen=True, slots=True)
class Name:
    """`value` stands for it in an address, `label` is what people read; `key` is its key in the database."""

    key: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Known:
    """By the name of the filter: milestone, queue, owner, process, version, priority; accounts asked for.

    `has_imported` says whether there are cases that came from another system's log.
    """

    names: Mapping[str, list[Name]]
    has_imported: bool

    def of(self, what: str) -> list[Name]:
        return self.names.get(what, [])

    def keys(self, what: str, values: Iterable[str]) -> list[str]:
        """The keys of those that the values of an address mean."""
        wanted = set(values)
        return [name.key for name in self.of(what) if name.value in wanted]


def read_known(accounts: Iterable[str]) -> Known:
    """`accounts` are the names of those that an address speaks of: of them there can be too many to read."""
    found: dict[str, list[Name]] = defaultdict(list)
    for what, key, value, label in _milestones().union(*_others(list(accounts)), all=True):
        found[what].append(Name(key, value, label))
    names = {what: sorted(rows, key=lambda name: name.label.casefold()) for what, rows in found.items()}
    names["priority"] = sorted(found["priority"], key=lambda name: -int(name.label))
    names["priority"] = [Name(name.key, name.value, name.value) for name in names["priority"]]
    return Known(names, bool(found["imported"]))


def account_names(keys: Iterable[int]) -> list[Name]:
    """The accounts with these keys."""
    found = Account.objects.filter(pk__in=list(keys)).values_list("pk", "name")
    return [Name(str(key), name, name) for key, name in found]


def _milestones() -> QuerySet:
    return _rows(Milestone.objects.all(), "milestone", Cast("pk", TEXT), F("name"), F("name"))


def _others(accounts: list[str]) -> list[QuerySet]:
    person = Coalesce(NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value("")), F("username"))
    version = Concat(F("process__name"), Value(" v"), Cast("number", TEXT))
    imported = Case.objects.filter(Q(is_imported=True)).order_by("pk")[:1]
    return [
        _rows(Queue.objects.all(), "queue", F("name"), F("name"), F("name")),
        _rows(User.objects.all(), "owner", Cast("pk", TEXT), F("username"), person),
        _rows(Account.objects.filter(name__in=accounts), "account", Cast("pk", TEXT), F("name"), F("name")),
        _rows(EntitlementProcess.objects.all(), "process", Cast("pk", TEXT), F("name"), F("name")),
        _rows(ProcessVersion.objects.all(), "version", Cast("pk", TEXT), Cast("pk", TEXT), version),
        _rows(CasePriority.objects.all(), "priority", F("name"), F("name"), Cast("position", TEXT)),
        _rows(Case.objects.filter(pk__in=imported.values("pk")), "imported", Value(""), Value(""), Value("")),
    ]


def _rows(rows: QuerySet, kind: str, key: Combinable, value: Combinable, label: Combinable) -> QuerySet:
    return rows.order_by().values_list(Value(kind, TEXT), key, value, label)
