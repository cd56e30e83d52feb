"""The criteria that there are in Setup: what each is called, of what it may speak, what empty means."""

from __future__ import annotations

from entitlements.core.expressions import Kind, Scope
from entitlements.forms.criteria import CriteriaField

CLOSED = "Without rows: when the case is closed."
ALWAYS = "Without rows: for every case."
NEVER = "Without rows: never."
BY_OTHER_MEANS = "Only for “Its completion criteria turn true”."

KNOWN: dict[str, tuple[Scope, str, str, Kind]] = {
    "exit_when": (Scope.CASE, "Exit criteria", CLOSED, Kind.CONDITION),
    "when": (Scope.CASE, "Criteria", ALWAYS, Kind.CONDITION),
    "completion": (Scope.MILESTONE, "Completion criteria", BY_OTHER_MEANS, Kind.CONDITION),
    "pause_when": (Scope.MILESTONE, "Stands still while", NEVER, Kind.CONDITION),
    "formula": (Scope.MILESTONE, "Formula", "", Kind.MINUTES),
}


def criteria_field(name: str, help_text: str = "") -> CriteriaField:
    """A field of that name, for a form. KeyError: there are no such criteria."""
    scope, label, empty, kind = KNOWN[name]
    return CriteriaField(scope, label=label, empty=empty, kind=kind, help_text=help_text)
