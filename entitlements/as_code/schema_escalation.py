"""The shapes of rotas, escalation ladders and escalation rules in a configuration file."""

from __future__ import annotations

from datetime import datetime

from entitlements.as_code.shapes import Either, Entries, Key, Keys, Named
from entitlements.as_code.value_shapes import Choice, Criteria, Duration, Flag, Reference, Text, When, Whole
from entitlements.core.definition import LONGEST_TARGET
from entitlements.core.escalation_rule import Since
from entitlements.core.ladder import MOST_REPEATS

NAME = Key(Text(100, what="a name"), "The name, by which other entries refer to this one.", True)
DESCRIPTION = Key(Text(may_be_empty=True))
COUNTED = Key(
    Reference("business_hours", "business hours", also=("case", "24/7")),
    "In which hours it counts: a name, case (the case's own), or 24/7. Default: 24/7.",
)
LADDER = Reference("escalation_ladders", "an escalation ladder")
TOLD = Either(
    (Entries(Text(what="owner, queue, on_duty, supervisors, a user or an address")), Text(what="somebody"))
)
TEMPLATE = Key(Reference("email_templates", "an email template"), "The words of the mail.")
AFTER = Duration(most_minutes=LONGEST_TARGET)
LOCAL = When("a day, or a local time such as 2026-12-24T18:00", datetime.fromisoformat)
PERSON = Text(150, what="a user's name")

LEVEL = Keys(
    "escalation_level",
    {
        "after": Key(AFTER, "So long after the start, in the hours that count.", True),
        "to": Key(TOLD, "owner, queue, on_duty, supervisors, a user, or an address.", True),
        "template": TEMPLATE,
    },
)

ESCALATION_LADDER = Keys(
    "escalation_ladder",
    {
        "name": NAME,
        "description": DESCRIPTION,
        "business_hours": COUNTED,
        "levels": Key(Entries(LEVEL), "Whom to tell, the soonest first.", True),
        "repeat": Key(Whole(0, MOST_REPEATS), "How often it is climbed again. Default: 0."),
        "repeat_after": Key(AFTER, "So long after the last level it begins again."),
    },
)

AGE_ACTION = Keys(
    "age_action",
    {
        "after": Key(AFTER, "At this age, in the hours that count.", True),
        "assign": Key(
            Keys(
                "age_assign",
                {
                    "queue": Key(Reference("queues", "a queue"), "To this queue."),
                    "user": Key(PERSON, "To this user."),
                },
            )
        ),
        "escalate": Key(
            Keys(
                "age_escalate",
                {
                    "level": Key(Whole(1), "To this level at least. Default: 1."),
                    "ladder": Key(LADDER, "Start it."),
                },
            )
        ),
        "notify": Key(
            Keys("age_notify", {"to": Key(TOLD, "In the desk.", True), "text": Key(Text(), "What it says.")})
        ),
        "email": Key(Keys("age_email", {"to": Key(TOLD, "By mail.", True), "template": TEMPLATE})),
    },
)

RULE_ENTRY = Keys(
    "escalation_rule_entry",
    {
        "name": Key(Text(100, what="a name"), "How the desk remembers what it has done.", True),
        "when": Key(Criteria(), "Criteria; the first entry whose criteria hold counts. Default: always."),
        "business_hours": COUNTED,
        "since": Key(Choice(tuple(Since)), "From when the age is measured. Default: created."),
        "until_changed": Key(Flag(), "Disabled after the first change by an agent. Default: false."),
        "actions": Key(Entries(AGE_ACTION), "Up to five, each at an age of its own.", True),
    },
)

ESCALATION_RULE = Keys(
    "escalation_rule",
    {
        "name": NAME,
        "description": DESCRIPTION,
        "active": Key(Flag(), "One rule is active at a time. Default: false."),
        "entries": Key(Entries(RULE_ENTRY), "In order.", True),
    },
)

ROTA = Keys(
    "rota",
    {
        "queue": Key(Reference("queues", "a queue"), "For whose cases.", True),
        "time_zone": Key(Text(64, what="a time zone such as Europe/Berlin"), "An IANA name. Default: UTC."),
        "covered": Key(
            Reference("business_hours", "business hours"),
            "When somebody is to be on duty. Default: day and night.",
        ),
        "shifts": Key(
            Entries(
                Keys(
                    "shift",
                    {
                        "person": Key(PERSON, "Who.", True),
                        "open": Key(
                            Named(Text(what="times such as 08:00-18:00")),
                            "Days with their times, weekly.",
                            True,
                        ),
                    },
                )
            ),
            "Who is on duty, week by week.",
        ),
        "substitutions": Key(
            Entries(
                Keys(
                    "substitution",
                    {
                        "person": Key(PERSON, "Who is on duty …", True),
                        "instead_of": Key(PERSON, "… instead of whom. Default: of everybody."),
                        "from": Key(LOCAL, "From this day or local time …", True),
                        "to": Key(LOCAL, "… to the end of this day, or until before this time.", True),
                    },
                )
            ),
            "For some days. Of two for the same time the later one counts.",
        ),
    },
)
