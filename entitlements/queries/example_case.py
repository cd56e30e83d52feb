"""The case of an example: the fields about which a milestone asks, with values that fit its criteria."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from entitlements.core.criteria import FieldType, Value
from entitlements.core.criteria_reading import read_criteria
from entitlements.core.criteria_sample import sample_for
from entitlements.core.definition import Process
from entitlements.core.definition import ProcessMilestone as RowValue
from entitlements.core.expressions import Names, missing_values
from entitlements.core.state import CaseState, Promise
from entitlements.models.compiled import Compiled
from entitlements.queries.case_fields import CaseField, with_choices

EVER = datetime(1970, 1, 2, tzinfo=UTC)
BY_STATUS = ("case.is_closed", "case.is_stopped")


@dataclass(frozen=True, slots=True)
class Sampled:
    """A field that the example's case has a value for; `given` says that somebody chose it."""

    field: CaseField
    value: str
    given: bool


def sample_of(
    process: Process,
    row: RowValue,
    fields: Mapping[str, CaseField],
    given: Mapping[str, str],
    desk: Compiled,
) -> list[Sampled]:
    """The fields about which the milestone asks, with what was chosen, else with what its criteria want."""
    asked = with_choices(fields, _fields_asked(process, row, desk))
    wanted = _wanted(row, fields)
    wanted.setdefault("case.status", desk.organisation.default_status)
    sample = []
    for name, field in asked.items():
        if field.type is not FieldType.DATE:
            chosen = given.get(name, "")
            sample.append(Sampled(field, chosen or _plain(wanted.get(name)), bool(chosen)))
    return sample


def _fields_asked(process: Process, row: RowValue, desk: Compiled) -> list[str]:
    tiers = process.milestones[row.milestone]
    expressions = [one for tier in tiers for one in (tier.when, tier.formula)]
    expressions += [row.pause_when, row.completion, process.exit_when]
    names = Names(missing_values(), ())
    custom = [f"case.custom.{key}" for key, _ in desk.custom_fields]
    spoken = [name for one in expressions if one is not None for name in names.used_by(one)]
    spoken += [name for name in custom if any(one and name in one.text for one in expressions)]
    if any(name in BY_STATUS for name in spoken):
        spoken.append("case.status")
    return [name for name in dict.fromkeys(spoken) if name not in BY_STATUS]


def _wanted(row: RowValue, fields: Mapping[str, CaseField]) -> dict[str, Value]:
    types = {name: field.type for name, field in fields.items()}
    criteria = read_criteria(row.when.text, types) if row.when else None
    return sample_for(criteria) if criteria else {}


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def case_of(
    sample: list[Sampled], at: datetime, process: Process, row: RowValue, desk: Compiled
) -> CaseState:
    """The case as it is created; a custom date from which it counts is that moment."""
    texts = {"status": desk.organisation.default_status}
    state = CaseState(at, texts=texts, promise=Promise(EVER), case_hours=desk.default_hours)
    for one in sample:
        _put(state, one.field, one.value)
    for name in (process.enter_at, row.start):
        if name.startswith("custom."):
            state.custom[name.removeprefix("custom.")] = at
    return state


def _put(state: CaseState, field: CaseField, value: str) -> None:
    owner, _, name = field.name.partition(".")
    typed = _typed(field.type, value)
    if typed is None:
        return
    if name.startswith("custom."):
        state.custom[name.removeprefix("custom.")] = typed
    elif owner != "case":
        state.related[field.name] = value
    elif field.type is FieldType.TEXT:
        state.texts[name] = value
    elif name in ("is_escalated", "awaiting_reply", "escalation_level", "reopen_count"):
        setattr(state, name, typed)


def _typed(kind: FieldType, value: str) -> Value:
    if kind is FieldType.FLAG:
        return {"yes": True, "no": False}.get(value)
    if kind is FieldType.WHOLE:
        return int(value) if re.fullmatch(r"-?[0-9]{1,9}", value) else None
    if kind is FieldType.NUMBER:
        return float(value) if re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", value) else None
    return value or None
