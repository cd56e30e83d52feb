"""Countries and regions whose public holidays are known, and when these come (§2.2)."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from itertools import islice

from holidays import country_holidays, list_supported_countries
from holidays.registry import COUNTRIES

from entitlements.core.holidays import LAST_YEAR, public_holidays
from entitlements.core.hours import HoursError

SHOWN = 14


@cache
def countries() -> list[tuple[str, str]]:
    """Codes and English names, by name."""
    names = {codes[1]: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", codes[0]) for codes in COUNTRIES.values()}
    return sorted(
        ((code, names.get(code, code)) for code in list_supported_countries()), key=lambda one: one[1]
    )


@cache
def subdivisions(country: str) -> list[tuple[str, str]]:
    """Codes and names of the regions of a country, by name; none for a country that is not known."""
    codes = list_supported_countries().get(country, [])
    if not codes:
        return []
    aliases = country_holidays(country).get_subdivision_aliases()
    named = [(code, f"{names[0]} ({code})" if (names := aliases.get(code)) else code) for code in codes]
    return sorted(named, key=lambda one: one[1])


def coming_public_holidays(region: str, today: date, shown: int = SHOWN) -> list[tuple[date, str]]:
    """The next ones with their names; none for a region that is not known."""
    try:
        years = range(today.year, min(today.year + 2, LAST_YEAR) + 1)
        days = (day for year in years for day in sorted(public_holidays(region, year).items()))
        return list(islice((day for day in days if day[0] >= today), shown))
    except HoursError:
        return []
