"""When a holiday falls: once, by a rule (RFC 5545), or as a region's public holiday (§2.2)."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from holidays import country_holidays, list_supported_countries

from entitlements.core.hours import Holiday, HoursError

FIRST_YEAR, LAST_YEAR = 1900, 2200

_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_BY_DAY = {"BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY", "BYSETPOS"}
_VALUE = re.compile(r"[A-Z0-9,+-]+")
_RULE_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"} | _BY_DAY

# A rule that never falls ("30 February") is searched by dateutil up to the year 9999, whatever its
# UNTIL. The calendar repeats itself, weekdays and all, every 400 years: moved this far, the same
# rule has at most five centuries left to search.
_MOVED_YEARS = 7600

Occurrence = tuple[datetime, datetime]


class Falls:
    """The occurrences of one holiday in the wall-clock time of one zone. Raises HoursError."""

    def __init__(self, holiday: Holiday, zone: ZoneInfo) -> None:
        if not FIRST_YEAR <= holiday.starts.year <= holiday.ends.year <= LAST_YEAR:
            raise HoursError(f'The holiday "{holiday.name}" is not in the years {FIRST_YEAR} to {LAST_YEAR}.')
        self.holiday = holiday
        self._length = holiday.ends - holiday.starts
        self._rule = _recurrence(holiday, zone) if holiday.rule else None

    def between(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        """Every occurrence that touches ``[start, end)``, as naive wall-clock times."""
        if self._rule is None:
            if self.holiday.starts < end and start < self.holiday.ends:
                yield self.holiday.starts, self.holiday.ends
            return
        earliest = max(start - self._length, datetime(FIRST_YEAR, 1, 1))
        for moved in self._rule.between(_moved(earliest), _moved(end), inc=True):
            starts = moved.replace(year=moved.year - _MOVED_YEARS)
            yield starts, starts + self._length


def public_holidays(region: str, year: int) -> dict[date, str]:
    """The public holidays of a country or subdivision in one year, with their English names.

    Raises HoursError for a region that is not known.
    """
    return dict(_public_holidays(region, year))


@lru_cache(maxsize=4096)
def _public_holidays(region: str, year: int) -> tuple[tuple[date, str], ...]:
    country, _, subdivision = region.partition("-")
    known = list_supported_countries()
    if country not in known:
        raise HoursError(f'"{region}" is not a country with known public holidays, such as "US".')
    if subdivision and subdivision not in known[country]:
        raise HoursError(
            f'"{subdivision}" is not a subdivision of {country} with public holidays of its own '
            f"(there are {', '.join(known[country]) or 'none'})."
        )
    # The language is given because it would else be the one of the server's environment.
    days = country_holidays(country, subdiv=subdivision or None, years=year, expand=False, language="en_US")
    return tuple(sorted(days.items()))


def _recurrence(holiday: Holiday, zone: ZoneInfo) -> rrule:
    parts = _rule_parts(holiday)
    until = parts.pop("UNTIL", "")
    try:
        rule = rrulestr(
            ";".join(f"{key}={value}" for key, value in parts.items()),
            dtstart=_moved(holiday.starts),
            cache=True,
        )
        assert isinstance(rule, rrule), "one rule without dates beside it is no set"
        last = _until(until, zone) if until else datetime.max
        if last.year <= LAST_YEAR:
            rule = rule.replace(until=_moved(last))
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise _bad_rule(holiday, str(error) or "it cannot be read") from None
    if next(iter(rule), None) is None:
        raise _bad_rule(holiday, "it never falls")
    return rule


def _rule_parts(holiday: Holiday) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in holiday.rule.upper().removeprefix("RRULE:").strip(";").split(";"):
        key, _, value = (word.strip() for word in part.partition("="))
        if key not in _RULE_PARTS or not _VALUE.fullmatch(value):
            raise _bad_rule(holiday, f"{part.strip() or 'nothing'} has no place in it")
        if key in parts:
            raise _bad_rule(holiday, f"{key} is there twice")
        parts[key] = value
    if parts.get("FREQ") not in _FREQUENCIES:
        raise _bad_rule(holiday, "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY")
    if "COUNT" in parts and "UNTIL" in parts:
        raise _bad_rule(holiday, "COUNT and UNTIL exclude one another")
    for key in ("INTERVAL", "COUNT"):
        value = parts.get(key, "1")
        if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 9999):
            raise _bad_rule(holiday, f"{key} is a whole number from 1 to 9999")
    return parts


def _until(text: str, zone: ZoneInfo) -> datetime:
    """UNTIL as local wall clock: a date includes that whole day, a UTC time is converted."""
    if "T" not in text:
        return datetime.combine(datetime.strptime(text, "%Y%m%d"), time.max)
    if not text.endswith("Z"):
        return datetime.strptime(text, "%Y%m%dT%H%M%S")
    instant = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return instant.astimezone(zone).replace(tzinfo=None)


def _moved(wall: datetime) -> datetime:
    return wall.replace(year=wall.year + _MOVED_YEARS)


def _bad_rule(holiday: Holiday, why: str) -> HoursError:
    return HoursError(f'The rule "{holiday.rule}" of the holiday "{holiday.name}" is not valid: {why}.')
