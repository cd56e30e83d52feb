"""Shapes of single values: texts, numbers, names of other entries, expressions, durations, times."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from entitlements.as_code.near_names import not_among
from entitlements.as_code.shapes import Known, Shape
from entitlements.core.durations import seconds_of
from entitlements.core.expressions import ExpressionError, Scope, compile_expression
from entitlements.core.expressions import Kind as Yields
from entitlements.core.holidays import FIRST_YEAR, LAST_YEAR


@dataclass(frozen=True)
class Flag(Shape):
    wanted = "true or false"

    def takes(self, value: Any) -> bool:
        return isinstance(value, bool)


@dataclass(frozen=True)
class Whole(Shape):
    least: int = 0
    most: int | None = None

    @property
    def wanted(self) -> str:
        return f"a whole number, {self.least} " + (f"to {self.most:,}" if self.most else "or more")

    def takes(self, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    def problem(self, value: Any, known: Known) -> str:
        is_within = self.least <= value and (self.most is None or value <= self.most)
        return "" if is_within else f"{value} is not {self.wanted}"


@dataclass(frozen=True)
class Number(Shape):
    wanted = "a number"

    def takes(self, value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Percent(Shape):
    """A share, with two places at most."""

    wanted = "a percentage above 0, 100 at most, with two decimal places at most"

    def takes(self, value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool)

    def problem(self, value: Any, known: Known) -> str:
        return "" if 0 < value <= 100 and round(value, 2) == value else f"{value} is not {self.wanted}"


@dataclass(frozen=True)
class Text(Shape):
    """`pattern` must match as a whole; `what` says so in words."""

    longest: int | None = None
    may_be_empty: bool = False
    pattern: str = ""
    what: str = "a text"

    @property
    def wanted(self) -> str:
        return self.what

    def takes(self, value: Any) -> bool:
        return isinstance(value, str)

    def problem(self, value: Any, known: Known) -> str:
        if not (value.strip() or self.may_be_empty):
            return f"this is empty; {self.what} is wanted"
        if self.longest and len(value) > self.longest:
            return f"this has {len(value):,} characters; {self.longest:,} are the most"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"“{value[:40]}” is not {self.what}"
        return ""


@dataclass(frozen=True)
class Choice(Shape):
    """`otherwise` says what else may stand in its place."""

    choices: tuple[str, ...]
    otherwise: str = ""

    @property
    def wanted(self) -> str:
        return f"one of {', '.join(self.choices)}" + self.otherwise

    def takes(self, value: Any) -> bool:
        return isinstance(value, str)

    def problem(self, value: Any, known: Known) -> str:
        return "" if value in self.choices else f"“{value[:40]}” is not {self.wanted}"


@dataclass(frozen=True)
class Reference(Shape):
    """The name of something that a section of the same file defines, or one of the words in `also`."""

    section: str
    one: str
    also: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        return f"the name of {self.one}" + "".join(f" or “{word}”" for word in self.also)

    def takes(self, value: Any) -> bool:
        return isinstance(value, str)

    def problem(self, value: Any, known: Known) -> str:
        names = known.names.get(self.section)
        if names is None or value in names or value in self.also:
            return ""
        return not_among(f"there is no “{value[:60]}” in {self.section}", value, [*names, *self.also])


_STRING = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""")


@dataclass(frozen=True)
class Criteria(Shape):
    """An expression. YAML may have read `true` and `30` as such."""

    yields: Yields = Yields.CONDITION
    scope: Scope = Scope.CASE

    @property
    def wanted(self) -> str:
        return f"an expression that yields {self.yields.value}"

    def takes(self, value: Any) -> bool:
        return isinstance(value, str | (bool if self.yields is Yields.CONDITION else int))

    def problem(self, value: Any, known: Known) -> str:
        written = str(value).lower() if isinstance(value, bool) else str(value)
        try:
            compile_expression(written, self.yields, self.scope, known.custom)
        except ExpressionError as fault:
            compares_wrongly = re.search(r"[^=!<>]=[^=]", _STRING.sub("", written))
            return f"{fault}; to compare, write ==" if compares_wrongly else str(fault)
        return ""


@dataclass(frozen=True)
class Duration(Shape):
    """Minutes, or "30m", "4h", "1d 4h"; as a warning also "75%"; where a sign may stand also "-30m"."""

    percent: bool = False
    signed: bool = False
    most_minutes: int | None = None

    @property
    def wanted(self) -> str:
        return "a duration such as 30m, 4h or 1d 4h" + (", or 1% to 99%" if self.percent else "")

    def takes(self, value: Any) -> bool:
        return isinstance(value, str | int) and not isinstance(value, bool)

    def problem(self, value: Any, known: Known) -> str:
        text = str(value).strip()
        if self.percent and text.endswith("%"):
            is_share = re.fullmatch("[0-9]{1,2}%|100%", text)
            return "" if is_share else f"“{text[:20]}” is not a share of the target's time: write 1% to 99%"
        try:
            seconds = seconds_of(text.removeprefix("-") if self.signed else text)
        except ValueError:
            return f"“{text[:40]}” is not {self.wanted}"
        if self.most_minutes is None:
            return ""
        if seconds % 60:
            return f"“{text[:40]}” is not a whole number of minutes; write 1m or 2m, not 90s"
        return "" if seconds // 60 <= self.most_minutes else f"“{text[:40]}” is further away than ten years"


@dataclass(frozen=True)
class When(Shape):
    """A day, a local time or an instant, in ISO 8601."""

    what: str
    read: Callable[[str], date]
    zone: bool = False

    @property
    def wanted(self) -> str:
        return self.what

    def takes(self, value: Any) -> bool:
        return isinstance(value, str)

    def problem(self, value: Any, known: Known) -> str:
        try:
            found = self.read(value)
        except ValueError:
            return f"“{value[:40]}” is not {self.what}"
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            return f"“{value[:40]}” is not in the years {FIRST_YEAR} to {LAST_YEAR}"
        if isinstance(found, datetime) and found.tzinfo and not self.zone:
            return f"“{value[:40]}” names a zone; this is a local time: write it without"
        return ""


DAY = When("a day such as 2026-12-25", date.fromisoformat)
LOCAL_TIME = When("a local time such as 2026-12-31T20:00", datetime.fromisoformat)
INSTANT = When("an instant such as 2026-03-02T09:00+01:00", datetime.fromisoformat, zone=True)
