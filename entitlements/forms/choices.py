"""Lists to choose from: time zones, date-time fields of the case."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

from entitlements.as_code.near_names import nearest
from entitlements.models import CustomField
from entitlements.models.settings import CustomFieldType
from entitlements.queries.in_words import DATE_FIELDS


@cache
def known_zones() -> frozenset[str]:
    """Every IANA name."""
    return frozenset(available_timezones())


@cache
def offered_zones() -> list[str]:
    """The names that people choose from, UTC first."""
    places = re.compile(r"(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/")
    return ["UTC", *sorted(filter(places.match, known_zones()))]


def zone_meant(text: str) -> str:
    """The zone of that name, or of that city; empty when there is none."""
    if text in known_zones():
        return text
    city = text.strip().replace(" ", "_").lower()
    found = [name for name in offered_zones() if city in (name.lower(), name.rpartition("/")[2].lower())]
    return found[0] if len(found) == 1 else ""


def zone_nearest_to(text: str) -> str:
    """The zone whose name or city somebody may have meant; empty when none is near."""
    cities = {name.rpartition("/")[2].replace("_", " "): name for name in offered_zones()}
    return nearest(text, offered_zones()) or cities.get(nearest(text, cities), "")


def date_fields() -> list[tuple[str, str]]:
    """The date-time fields of a case, the organisation's own last."""
    own = CustomField.objects.filter(type=CustomFieldType.DATE).values_list("key", "label")
    return [*DATE_FIELDS.items(), *((f"custom.{key}", label) for key, label in own)]
