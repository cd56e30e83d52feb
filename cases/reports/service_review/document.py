"""A service review as it is read: only what its kept figures say, and what was written for the customer.

The page that a customer opens and the one that a supervisor prepares show the same document. It knows no
table: the figures are its only source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cases.queries.words import span
from cases.reports.service_review.chart import HEIGHT, STEP, Bar, bars
from cases.reports.table import told_percent
from cases.reports.tally import Tally

FORMULA = "Kept, in percent = kept ÷ (kept + missed + open and late)"


@dataclass(frozen=True, slots=True)
class Line:
    """How many promises were kept: of one milestone with one promised time, or of a month."""

    name: str
    kept: Tally
    within: str = ""

    @property
    def percent(self) -> str:
        return _percent(self.kept)


@dataclass(frozen=True, slots=True)
class Missed:
    """`what_happened` follows from the dates; `why` was written for the customer. `key` is for the form."""

    key: int
    case: str
    subject: str
    milestone: str
    within: str
    due: str
    is_open: bool
    what_happened: str
    why: str


@dataclass(frozen=True, slots=True)
class Document:
    account: str
    period: str
    as_of: str
    zone: str
    agreed_percent: float | None
    entitlements: Sequence[str]
    opened: int
    closed: int
    promises: Sequence[Line]
    total: Line
    extended: int
    months: Sequence[Line]
    bars: Sequence[Bar]
    missed: Sequence[Missed]
    remarks: str

    @property
    def formula(self) -> str:
        return FORMULA

    @property
    def agreed(self) -> str:
        """What the contract says is to be kept; empty where it says nothing."""
        return "" if self.agreed_percent is None else f"{self.agreed_percent:g} %"

    @property
    def is_below(self) -> bool:
        """Whether less was kept than was agreed."""
        share = self.total.kept.compliance
        return share is not None and self.agreed_percent is not None and share < self.agreed_percent

    @property
    def agreed_y(self) -> float:
        """The height of its line in the chart."""
        return HEIGHT - (self.agreed_percent or 0)

    @property
    def chart_width(self) -> int:
        return STEP * len(self.bars)

    @property
    def missed_beyond(self) -> int:
        """How many more were missed than are listed."""
        return self.total.kept.missed + self.total.kept.open_late - len(self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a document is made of."""

    account: str
    first_day: date
    last_day: date
    zone: ZoneInfo
    figures: Mapping[str, Any]
    figures_at: datetime
    hidden: Iterable[str] = ()
    remarks: str = ""
    explanations: Mapping[str, str]


def document_of(source: Source) -> Document:
    figures, hidden, zone = source.figures, set(source.hidden), source.zone
    shown = [one for one in figures["milestones"] if one["name"] not in hidden]
    rows = [(one["name"], row) for one in shown for row in one["promises"]]
    promises = [Line(name, _kept(row), _within(row["minutes"])) for name, row in rows]
    months = _months(shown)
    return Document(
        account=source.account,
        period=period_in_words(source.first_day, source.last_day),
        as_of=_instant(source.figures_at, zone),
        zone=zone.key,
        agreed_percent=figures.get("agreed_percent"),
        entitlements=[_entitlement(one) for one in figures["entitlements"]],
        opened=figures["cases"]["opened"],
        closed=figures["cases"]["closed"],
        promises=promises,
        total=Line("Together", sum((promise.kept for promise in promises), Tally())),
        extended=sum(row["extended"] for _, row in rows),
        months=months,
        bars=bars([(month.name, month.kept.met, month.kept.decided) for month in months]),
        missed=[
            _missed(one, source.explanations, zone)
            for one in figures["missed"]
            if one["milestone"] not in hidden
        ],
        remarks=source.remarks,
    )


def period_in_words(first: date, last: date) -> str:
    """“October 2026” for a whole month, else “1 October to 31 December 2026”."""
    next_day = last + timedelta(days=1)
    if first.day == 1 and next_day.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%B}{year} to {last.day} {last:%B} {last.year}"


def _percent(kept: Tally) -> str:
    share = kept.compliance
    return "–" if share is None else told_percent(share)


def _kept(row: Mapping[str, int]) -> Tally:
    return Tally(**{one.name: row.get(one.name, 0) for one in fields(Tally)})


def _months(milestones: Iterable[Mapping[str, Any]]) -> list[Line]:
    found: dict[str, Tally] = {}
    for one in milestones:
        for row in one["months"]:
            found[row["month"]] = found.get(row["month"], Tally()) + _kept(row)
    return [Line(f"{date.fromisoformat(f'{key}-01'):%b %Y}", kept) for key, kept in sorted(found.items())]


def _missed(one: Mapping[str, Any], explanations: Mapping[str, str], zone: ZoneInfo) -> Missed:
    number = f" {one['number']}" if one["number"] else ""
    return Missed(
        key=one["key"],
        case=one["case"],
        subject=one["subject"],
        milestone=f"{one['milestone']}{number}",
        within=_within(one["minutes"]),
        due=_instant(datetime.fromisoformat(one["due"]), zone),
        is_open=one["end"] == "open",
        what_happened=_what_happened(one, zone),
        why=explanations.get(str(one["key"]), ""),
    )


def _what_happened(one: Mapping[str, Any], zone: ZoneInfo) -> str:
    over = span(timedelta(seconds=one["over_seconds"]), days=False)
    said = {
        "open": f"Still open, {over} late",
        "done": f"Done {over} late",
        "ended": f"Ended without it, {over} late",
    }[one["end"]]
    if one["ended"]:
        said = f"{said}, on {_instant(datetime.fromisoformat(one['ended']), zone)}"
    if one["waited_seconds"] >= 60:
        said = f"{said}; {span(timedelta(seconds=one['waited_seconds']), days=False)} of waiting not counted"
    return f"{said}."


def _within(minutes: int | None) -> str:
    return "–" if minutes is None else span(timedelta(minutes=minutes), days=False)


def _entitlement(one: Mapping[str, Any]) -> str:
    since = f"since {_day(date.fromisoformat(one['from']))}"
    return f"{one['name']}, {since}" + (f" until {_day(date.fromisoformat(one['to']))}" if one["to"] else "")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _instant(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M}"
