"""The shape of a scenario file, said once."""

from __future__ import annotations

from typing import Any

from entitlements.as_code.schema import CONFIGURATION, HOURS, MILESTONE
from entitlements.as_code.shapes import Anything, Either, Entries, Key, Keys, Named, Nothing, Shape
from entitlements.as_code.timeline import VERBS
from entitlements.as_code.value_shapes import INSTANT, Choice, Duration, Flag, Number, Reference, Text, Whole
from entitlements.core.changes import Outcome
from entitlements.core.definition import TriggerKind
from entitlements.core.state import State


def _or_null(shape: Shape, about: str) -> Key:
    return Key(Either((shape, Nothing())), about)


OCCURRENCE = Whole(1)
_OF_A_SCENARIO = frozenset({"scenario", "timeline", "process", "expect"})


def is_scenario(given: Any) -> bool:
    """A document with a key that only scenarios have."""
    return isinstance(given, dict) and not _OF_A_SCENARIO.isdisjoint(given)


EVENT = Keys(
    "event",
    {
        "at": Key(INSTANT, "Without a zone it is in UTC.", True),
        "do": Key(Choice(tuple(VERBS)), "What happens. Instead of set."),
        "set": Key(Named(Anything()), "Fields of the case with their new values."),
        "reason": _or_null(Text(may_be_empty=True), "Of a stop."),
        "until_customer_answers": Key(Flag(), "A stop that a customer's message ends."),
        "milestone": Key(MILESTONE, "What is completed."),
        "occurrence": _or_null(OCCURRENCE, "Which one is completed. Default: the first that runs."),
    },
)

EXPECTED_MILESTONE = Keys(
    "expected_milestone",
    {
        "milestone": Key(MILESTONE, "Which milestone."),
        "occurrence": Key(OCCURRENCE, "Its number, from 1."),
        "tier": Key(Whole(1), "Which of its entries in the process, from 1."),
        "state": Key(Choice(tuple(State))),
        "violated": Key(Flag(), "Whether it was late at some time."),
        "start_date": _or_null(INSTANT, "When its clock started, or is to start."),
        "target_date": _or_null(INSTANT, "null while stopped."),
        "completion_date": _or_null(INSTANT, "null when it is not completed."),
        "cancelled_at": _or_null(INSTANT, "null when it is not cancelled."),
        "reason": _or_null(Text(may_be_empty=True), "Why it was cancelled."),
        "elapsed": _or_null(Duration(signed=True), "From the start to the end, with stops."),
        "stopped": _or_null(Duration(signed=True), "Stopped time within that."),
        "remaining": _or_null(Duration(signed=True), "Negative when late, null when finished."),
        "elapsed_s": _or_null(Number(), "The same in seconds."),
        "stopped_s": _or_null(Number(), "The same in seconds."),
        "remaining_s": _or_null(Number(), "The same in seconds."),
    },
)

EXPECTED_TRIGGER = Keys(
    "expected_trigger",
    {
        "milestone": Key(MILESTONE, "Which milestone."),
        "occurrence": Key(OCCURRENCE, "Its number, from 1."),
        "kind": Key(Choice(tuple(TriggerKind))),
        "offset": _or_null(Duration(percent=True), "As the process writes it; null for success."),
        "due": _or_null(INSTANT, "When it was due."),
        "fired": _or_null(INSTANT, "When it fired; null when it was skipped."),
        "outcome": Key(Choice(tuple(Outcome))),
    },
)

SCENARIO = Keys(
    "scenario",
    {
        "scenario": Key(Text(what="a name"), "What it shows, in a sentence.", True),
        "config": Key(
            Either((CONFIGURATION, Text(what="the path of a configuration"))),
            "A configuration, or the path of one from this file.",
            True,
        ),
        "process": Key(
            Reference("entitlement_processes", "an entitlement process"), "What the case was promised.", True
        ),
        "start_of_entitlement": _or_null(INSTANT, "Default: long ago."),
        "end_of_entitlement": _or_null(INSTANT, "Default: never."),
        "business_hours": Key(HOURS, "The case's own. Default: those marked default, else 24/7."),
        "case": Key(Named(Anything()), "Fields of the case with their values as it is created."),
        "timeline": Key(Entries(EVENT), "What happens to it; first do: create.", True),
        "until": _or_null(INSTANT, "Look at the end state then. Default: after the last entry."),
        "expect": Key(Entries(EXPECTED_MILESTONE), "Occurrences; compares only what it names."),
        "expect_count": Key(Named(Whole()), "How many occurrences of a milestone there are in all."),
        "expect_triggers": Key(Entries(EXPECTED_TRIGGER), "Triggers that fired or were skipped."),
        "expect_trigger_count": _or_null(Whole(), "How many triggers fired or were skipped in all."),
    },
)
