"""What a report was asked for, as its address says it. What the address gets wrong is told and left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from urllib.parse import urlencode

from django.http import QueryDict

from cases.queries.address_reader import AddressReader
from cases.reports.basis import BASES, Basis
from cases.reports.known import Known
from cases.reports.period import PERIODS, Period, fault, named
from cases.reports.results import WORDS as RESULTS

NONE = "-"
"""Stands in an address for “has none”."""
Choices = Sequence[tuple[str, str]]
Value = str | Sequence[str]


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows every report; `nothing` is what a case without one is said to have."""

    name: str
    label: str
    what: str
    nothing: str = ""


FILTERS = (
    Filter("milestone", "Milestone", "a milestone"),
    Filter("queue", "Queue", "a queue", "No queue"),
    Filter("owner", "Agent", "a person of the desk", "Nobody"),
    Filter("account", "Account", "an account", "No account"),
    Filter("priority", "Priority", "a priority", "No priority"),
    Filter("process", "Process", "an entitlement process"),
    Filter("version", "Version", "a version of a process"),
)
RESULT = Filter("result", "Result", "a result")
RECORDED, IMPORTED = "recorded", "imported"
SOURCES: Choices = (
    (RECORDED, "Recorded at this desk"),
    (IMPORTED, "Replayed from an imported log"),
)


@dataclass(frozen=True, slots=True)
class Option:
    """What one report may be asked beside the filters; the first value is what it shows unasked.

    Without `values` any text will do that `reading` takes (it raises ValueError); `what` says what that is.
    A hidden one has no field: only numbers that were clicked on ask for it.
    """

    name: str
    label: str
    values: Choices = ()
    what: str = ""
    reading: Callable[[str], object] | None = None
    is_hidden: bool = False

    @property
    def default(self) -> str:
        return "" if self.is_hidden or not self.values else self.values[0][0]

    def told(self, value: str) -> str:
        return dict(self.values).get(value, value)


@dataclass(frozen=True, slots=True)
class Asked:
    """`filters` by name, as the address gives them; `options` are the report's own, all of them.

    `given` is the address in its shortest form, and `problems` what was left out of it.
    """

    period: Period
    basis: Basis
    compares: bool
    source: str
    filters: Mapping[str, tuple[str, ...]]
    results: tuple[str, ...]
    options: Mapping[str, str]
    zone: tzinfo
    known: Known
    given: Mapping[str, Value] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        return self.period.bounds(self.zone)

    @property
    def bounds_before(self) -> tuple[datetime, datetime]:
        return self.period.before.bounds(self.zone)

    def address(self, **changes: Value) -> str:
        """The query string that asks for the same but for these; an empty value takes a name away.

        `from_` stands for `from`. It is never empty: where nothing else is asked it says the period.
        """
        query = {**self.given}
        for name, value in changes.items():
            query.pop(name.rstrip("_"), None)
            if value:
                query[name.rstrip("_")] = value
        return urlencode(query, doseq=True) or urlencode({"period": self.period.key})

    def address_of_days(self, period: Period, **changes: Value) -> str:
        """The same for these days."""
        days = {"period": "", "from_": f"{period.first}", "to": f"{period.last}"}
        return self.address(**days, **changes)


def read_asked(
    query: QueryDict, options: Sequence[Option], default_period: str, known: Known, today: date, zone: tzinfo
) -> Asked:
    """From an address."""
    reader = AddressReader(query)
    period = _period(reader, default_period, today)
    basis = Basis(reader.one("basis", BASES, "a date that milestones have", default=Basis.DUE))
    filters = {one.name: values for one in FILTERS if (values := _several(reader, one, known))}
    results = reader.several("result", RESULTS, RESULT.what)
    chosen = {option.name: _option(reader, option) for option in options}
    compares = reader.one("compare", ("yes", "no"), "yes or no", default="yes") == "yes"
    sources = {RECORDED, *([IMPORTED] if known.has_imported else [])}
    source = reader.one("source", sources, "a source of results", default=RECORDED)
    given: dict[str, Value] = {
        **({"period": period.key} if period.key and period.key != default_period else {}),
        **({} if period.key else {"from": f"{period.first}", "to": f"{period.last}"}),
        **({"basis": basis.value} if basis is not Basis.DUE else {}),
        **({} if compares else {"compare": "no"}),
        **({"source": source} if source != RECORDED else {}),
        **filters,
        **({"result": results} if results else {}),
        **{option.name: chosen[option.name] for option in options if chosen[option.name] != option.default},
    }
    problems = tuple(reader.problems)
    return Asked(period, basis, compares, source, filters, results, chosen, zone, known, given, problems)


def _several(reader: AddressReader, one: Filter, known: Known) -> tuple[str, ...]:
    nothing = [NONE] if one.nothing else []
    return reader.several(one.name, {*nothing, *(name.value for name in known.of(one.name))}, one.what)


def _option(reader: AddressReader, option: Option) -> str:
    if option.values:
        return reader.one(option.name, dict(option.values), option.what or "a choice", option.default)
    if option.reading is None or reader.read(option.name, option.reading, option.what) is None:
        return ""
    return reader.text(option.name)


def _period(reader: AddressReader, default: str, today: date) -> Period:
    """Days of one's own come before a name."""
    first = reader.read("from", date.fromisoformat, "a date such as 2026-03-04")
    last = reader.read("to", date.fromisoformat, "a date such as 2026-03-04")
    if first or last:
        found = Period(first or min(last or today, today), last or max(first or today, today))
        why = fault(found.first, found.last)
        if not why:
            return found
        reader.problems.append(why)
    return named(reader.one("period", PERIODS, "a period", default), today)
