"""Lint of the live configuration: the rules of `sla check`, held against Setup as it is, drafts included."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.db.models import Model

from entitlements.as_code.check import check_entries
from entitlements.as_code.live import LiveConfiguration
from entitlements.as_code.places import Mistake
from entitlements.models import (
    BusinessHours,
    CaseStatus,
    ConfigurationRevision,
    EntitlementSettings,
    Holiday,
    ProcessMilestone,
    ProcessVersion,
    Trigger,
)
from entitlements.queries import in_words
from entitlements.queries.setup_pages import page_of


class Severity(StrEnum):
    """An error does not work; a warning works, and perhaps not as it was meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: what is wrong, what to do, and the thing with its page in Setup."""

    severity: Severity
    words: str
    advice: str
    kind: str
    name: str
    address: str
    version_id: int | None = None
    hours_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Looked:
    token: uuid.UUID | None
    year: int
    findings: tuple[Finding, ...]


_latest: _Looked | None = None


def findings(now: datetime) -> tuple[Finding, ...]:
    """Of the whole desk, errors first. One small query; more after a change of Setup or in a new year."""
    global _latest
    token, year = ConfigurationRevision.current(), now.astimezone(UTC).year
    looked = _latest
    if looked is None or token is None or (looked.token, looked.year) != (token, year):
        looked = _latest = _Looked(token, year, tuple(_look(year)))
    return looked.findings


def findings_of_version(version: ProcessVersion, now: datetime) -> tuple[Finding, ...]:
    """Those about a draft or a published version, and about the business hours that it names."""
    hours = {version.business_hours_id, *version.rows.values_list("business_hours_id", flat=True)} - {None}
    return tuple(one for one in findings(now) if one.version_id == version.pk or one.hours_id in hours)


def _look(year: int) -> list[Finding]:
    live = LiveConfiguration()
    found = {*live.unwritten, *check_entries(live.config, live.config.place, year)}
    ordered = sorted(found, key=lambda one: (one.is_warning, one))
    return [_finding(one, live.thing_at(one.place)) for one in ordered]


def _finding(mistake: Mistake, thing: Model) -> Finding:
    severity = Severity.WARNING if mistake.is_warning else Severity.ERROR
    kind, name = _called(thing)
    return Finding(
        severity=severity,
        words=_sentence(mistake.what),
        advice=_sentence(mistake.in_setup) if mistake.in_setup else "",
        kind=kind,
        name=name,
        address=page_of(thing),
        version_id=_version_of(thing),
        hours_id=thing.pk if isinstance(thing, BusinessHours) else None,
    )


def _called(thing: Model) -> tuple[str, str]:
    """The kind of a thing, and its name with those of the things above it."""
    match thing:
        case ProcessVersion():
            return "Entitlement process", f"{thing.process.name}, version {thing.number} ({thing.state})"
        case ProcessMilestone():
            return "Milestone", f"{thing.milestone} in {_called(thing.version)[1]}"
        case Trigger():
            return "Trigger", f"{in_words.moment(thing)}, {_called(thing.row)[1]}"
        case CaseStatus():
            return "Status", thing.name
        case EntitlementSettings():
            return "Setup", str(thing)
        case BusinessHours() | Holiday():
            return str(thing._meta.verbose_name).capitalize(), thing.name
    return str(thing._meta.verbose_name).capitalize(), str(thing)


def _version_of(thing: Model) -> int | None:
    match thing:
        case ProcessVersion():
            return thing.pk
        case ProcessMilestone():
            return thing.version_id
        case Trigger():
            return thing.row.version_id
    return None


# What files call by a key, and pages by a label.
_LABELS = {
    "when": "Criteria",
    "exit_when": "Exit",
    "pause_when": "Stands still while",
    "formula": "Formula",
    "minutes": "Time trigger",
    "complete_on": "Completion",
    "enter_at": "Entry",
    "to": "To",
    "template": "Email template",
    "queue": "Queue",
    "endpoint": "Webhook endpoint",
}
_QUOTED_KEY = re.compile(f"“({'|'.join(_LABELS)})”")
_SECTION = re.compile(r"(?<=” in )[a-z]+(_[a-z]+)*")


def _sentence(words: str) -> str:
    said = _QUOTED_KEY.sub(lambda key: f"“{_LABELS[key[1]]}”", words)
    said = _SECTION.sub(lambda section: section[0].replace("_", " ").title(), said)
    return said[:1].upper() + said[1:]
