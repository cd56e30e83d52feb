"""Lists to choose from: time zones, public holidays, date-time fields of the case."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

from holidays import list_supported_countries
from holidays.registry import COUNTRIES

from entitlements.models import CustomField
from entitlements.models.settings import CustomFieldType
from entitlements.queries.in_words import DATE_FIELDS

Choices = list[tuple[str, object]]


@cache
def time_zones() -> Choices:
    """IANA names, grouped by continent; UTC first."""
    names = sorted(
        name for name in available_timezones() if re.match(r"(Af|Am|An|Arc|As|At|Au|Eu|In|Pa)\w*/", name)
    )
    grouped = groupby(names, key=lambda name: name.partition("/")[0])
    return [("UTC", "UTC"), *((area, [(name, name) for name in group]) for area, group in grouped)]


@cache
def public_holidays() -> Choices:
    """Countries with their regions, by the country's English name."""
    names = {codes[1]: _spaced(codes[0]) for codes in COUNTRIES.values()}
    regions = list_supported_countries()
    countries = sorted((names.get(code, code), code) for code in regions)
    return [("", "None"), *((name, _of_country(name, code, regions[code])) for name, code in countries)]


def _of_country(name: str, code: str, regions: list[str]) -> list[tuple[str, str]]:
    return [
        (code, f"{name} ({code})"),
        *((f"{code}-{region}", f"{name}: {code}-{region}") for region in regions),
    ]


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def date_fields() -> list[tuple[str, str]]:
    """The date-time fields of a case, the organisation's own last."""
    own = CustomField.objects.filter(type=CustomFieldType.DATE).values_list("key", "label")
    return [*DATE_FIELDS.items(), *((f"custom.{key}", label) for key, label in own)]
