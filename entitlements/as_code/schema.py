"""The shape of a configuration file, said once. That of a scenario builds upon it (`scenario_schema`)."""

from __future__ import annotations

from entitlements.as_code.schema_escalation import ESCALATION_LADDER, ESCALATION_RULE, LADDER, ROTA
from entitlements.as_code.schema_mail import MAILBOX
from entitlements.as_code.shapes import Anything, Either, Entries, Key, Keys, Named, Nothing, Shape
from entitlements.as_code.value_shapes import (
    DAY,
    LOCAL_TIME,
    Choice,
    Criteria,
    Duration,
    Flag,
    Percent,
    Reference,
    Text,
    Whole,
)
from entitlements.core.definition import LONGEST_TARGET, LONGEST_TERM, CompletedBy, OnReentry, Recurrence
from entitlements.core.expressions import CUSTOM_TYPES, Kind, Scope
from entitlements.core.outbound import OutboundEvent

LONG_TEXT = Text(may_be_empty=True)
HOURS = Reference("business_hours", "business hours")
HOURS_OR_CASE = Reference("business_hours", "business hours", also=("case", "24/7"))
MILESTONE = Reference("milestones", "a milestone")
STATUS = Reference("statuses", "a status")
QUEUE = Reference("queues", "a queue")
RECIPIENTS = Either(
    (Entries(Text(what="owner, queue, team, on_duty, supervisors, contact, a user or an address")), Text())
)
DATE_FIELD = Text(longest=60, what="a date-time field of the case")


ACTIVE = Key(Flag(), "Inactive ones are no longer offered. Default: true.")


def _name(longest: int) -> Key:
    return Key(Text(longest, what="a name"), "The name, by which other entries refer to this one.", True)


def _criteria(about: str, scope: Scope = Scope.CASE) -> Key:
    return Key(Criteria(Kind.CONDITION, scope), about)


def _list(of: Shape, about: str, *, needed: bool = False) -> Key:
    return Key(Entries(of), about, needed)


STATUS_KEYS = Keys(
    "status",
    {
        "name": _name(60),
        "default": Key(Flag(), "New cases start here."),
        "closed": Key(Flag(), "A case with this status is closed."),
        "stops_clock": Key(Flag(), "Milestones stand still, where pausing is allowed."),
        "on_customer_message": Key(STATUS, "Where a customer's message moves the case."),
    },
)

SETTINGS = Keys(
    "settings",
    {
        "allow_pausing": Key(Flag(), "Allow pausing of case milestones. Default: false."),
        "at_risk_percent": Key(Whole(51, 99), "At risk from this share of the target's time. Default: 75."),
        "compliance_percent": Key(Percent(), "The share of milestones that is to be kept. Default: 95."),
        "milestone_feed_items": Key(Flag(), "Milestones in the timelines of cases. Default: true."),
        "warning_hours": Key(HOURS, "Warnings are mailed within these hours. Default: at any time."),
        "digest_minutes": Key(Whole(0, 1440), "Minutes for which warnings are collected. Default: 0."),
        "statuses": _list(STATUS_KEYS, "Default: New, Working, Waiting on Customer, Closed."),
        "stages": _list(Text(60, what="a name"), "Stages of work, in order."),
        "priorities": _list(Text(60, what="a name"), "From the least to the most urgent."),
    },
)

CUSTOM_FIELD = Keys(
    "custom_field",
    {
        "key": Key(
            Text(40, pattern="[a-z][a-z0-9_]*", what="a small letter, then small letters, digits and _"),
            "Expressions call it case.custom.<key>.",
            True,
        ),
        "label": Key(Text(80), "What people read. Default: the key."),
        "type": Key(Choice(tuple(CUSTOM_TYPES)), "What it holds. Default: text."),
    },
)

HOLIDAY = Keys(
    "holiday",
    {
        "name": _name(100),
        "date": Key(DAY, "The whole local day. Instead of from and to."),
        "from": Key(LOCAL_TIME, "From this local time …"),
        "to": Key(LOCAL_TIME, "… until before this one."),
        "repeats": Key(Text(300, what="a rule such as FREQ=YEARLY"), "An RFC 5545 rule. Default: once."),
    },
)

BUSINESS_HOURS = Keys(
    "business_hours",
    {
        "name": _name(100),
        "time_zone": Key(Text(64, what="a time zone such as Europe/Berlin"), "An IANA name. Default: UTC."),
        "open": Key(
            Named(Text(what="times such as 09:00-13:00, 14:00-18:00")),
            "Days (mon, mon-fri, or mon,wed) with their times.",
            True,
        ),
        "holidays": _list(Reference("holidays", "a holiday"), "Holidays by name, closed in this zone."),
        "public_holidays": Key(Text(12, what="a country or region such as DE or DE-BY"), "By ISO 3166."),
        "default": Key(Flag(), "The organisation's own hours."),
        "active": ACTIVE,
    },
)

MILESTONE_KEYS = Keys(
    "milestone",
    {
        "name": _name(100),
        "description": Key(LONG_TEXT),
        "recurrence": Key(Choice(tuple(Recurrence)), "How often it comes. Default: none."),
        "active": ACTIVE,
    },
)

ACTION = Keys(
    "action",
    {
        "email": Key(
            Keys(
                "email",
                {
                    "to": Key(
                        RECIPIENTS,
                        "owner, queue, team, on_duty, supervisors, contact, a user, or an address.",
                    ),
                    "template": Key(Reference("email_templates", "an email template")),
                },
            )
        ),
        "task": Key(
            Keys(
                "task",
                {
                    "subject": Key(Text(), "What is to be done.", True),
                    "assign_to": Key(Text(), "owner, or a user. Default: owner."),
                    "due": Key(Duration(), "So long after the trigger."),
                },
            )
        ),
        "set": Key(Named(Anything()), "Fields of the case with their new values."),
        "assign": Key(
            Keys("assign", {"queue": Key(QUEUE, "To this queue."), "user": Key(Text(), "To this user.")})
        ),
        "escalate": Key(
            Keys(
                "escalate",
                {
                    "level": Key(Whole(1), "To this level at least. Default: 1."),
                    "ladder": Key(LADDER, "This ladder is climbed until somebody acknowledges."),
                },
            )
        ),
        "notify": Key(
            Keys(
                "notify",
                {
                    "to": Key(RECIPIENTS, "owner, queue, team, on_duty, supervisors, or a user."),
                    "text": Key(Text(), "What it says."),
                },
            )
        ),
        "webhook": Key(
            Keys("webhook", {"endpoint": Key(Reference("webhook_endpoints", "a webhook endpoint"), "", True)})
        ),
    },
)

TRIGGER = Keys(
    "trigger",
    {
        "warning": Key(
            Duration(percent=True, most_minutes=LONGEST_TARGET),
            "At a share of the target's time (75%), or so long before the target (10m, 2h).",
        ),
        "violation": Key(Duration(most_minutes=LONGEST_TARGET), "0m or more after the target."),
        "success": Key(Either((Nothing(), Flag())), "At the completion."),
        "actions": _list(ACTION, "What then happens, in order."),
    },
)

COMPLETION = Keys(
    "completion",
    {"when": Key(Criteria(scope=Scope.MILESTONE), "Completed when this turns true.", True)},
)
_COMPLETED_BY = Choice(
    tuple(str(way) for way in CompletedBy if way is not CompletedBy.CRITERIA),
    otherwise=", or criteria: {when: EXPRESSION}",
)

PROCESS_MILESTONE = Keys(
    "process_milestone",
    {
        "milestone": Key(MILESTONE, "Which milestone. Several entries of one are its tiers.", True),
        "minutes": Key(Whole(1, LONGEST_TARGET), "The target's time. Instead of formula."),
        "formula": Key(Criteria(Kind.MINUTES, Scope.MILESTONE), "Minutes from an expression."),
        "start": Key(DATE_FIELD, "entry (default), criteria, or a date-time field of the case."),
        "when": _criteria("Criteria; the first tier whose criteria hold counts. Default: always."),
        "complete_on": Key(Either((_COMPLETED_BY, COMPLETION)), "Default: manual."),
        "pause_when": _criteria("The clock of this milestone stands still meanwhile.", Scope.MILESTONE),
        "cancel_when_criteria_end": Key(Flag(), "Default: true, for independent ones false."),
        "business_hours": Key(HOURS_OR_CASE, "Default: those of the process."),
        "triggers": _list(TRIGGER, "Warnings, violations and success, with actions."),
    },
)

PROCESS = Keys(
    "entitlement_process",
    {
        "name": _name(100),
        "description": Key(LONG_TEXT),
        "active": Key(Flag(), "Cases enter only active processes. Default: true."),
        "business_hours": Key(HOURS_OR_CASE, "A name, case (the case's own), or 24/7. Default: 24/7."),
        "enter_at": Key(DATE_FIELD, "When a case enters. Default: created_at."),
        "exit_when": _criteria("When a case leaves. Default: case.is_closed."),
        "on_reentry": Key(Choice(tuple(OnReentry)), "What a case that comes back finds. Default: keep."),
        "milestones": _list(PROCESS_MILESTONE, "In order; tiers too.", needed=True),
    },
)

QUEUE_KEYS = Keys(
    "queue",
    {
        "name": _name(80),
        "restricted": Key(Flag(), "Only members, owners and supervisors see its cases."),
        "active": ACTIVE,
        "members": _list(Text(150, what="a user's name"), "Users."),
    },
)

EMAIL_TEMPLATE = Keys(
    "email_template",
    {
        "name": Key(
            Text(80, pattern="[-a-zA-Z0-9_]+", what="letters, digits, - and _"),
            "What actions refer to.",
            True,
        ),
        "subject": Key(Text(200), "With {{names}} such as {{case.number}}.", True),
        "body": Key(LONG_TEXT, "With {{names}} such as {{milestone.target_date}}.", True),
        "html": Key(LONG_TEXT, "The same as HTML. Default: plain text alone."),
        "active": ACTIVE,
    },
)

WEBHOOK_ENDPOINT = Keys(
    "webhook_endpoint",
    {
        "name": _name(80),
        "url": Key(Text(500, what="a URL such as https://example.com/hook"), "Where messages go.", True),
        "active": Key(Flag(), "Default: true."),
        "events": _list(Choice(tuple(OutboundEvent)), "What it hears of, beside the actions that name it."),
    },
)

CANNED_REPLY = Keys(
    "canned_reply",
    {
        "name": _name(80),
        "keywords": Key(Text(200), "Other words by which people look for it."),
        "queue": Key(QUEUE, "For the cases of this queue alone. Default: for every case."),
        "body": Key(LONG_TEXT, "Markdown, with {{names}} such as {{contact.first_name}}.", True),
    },
)

ACCOUNT = Keys(
    "account",
    {
        "name": _name(150),
        "tier": Key(Text(50), "Criteria call it account.tier."),
        "region": Key(Text(50), "Criteria call it account.region."),
        "business_hours": Key(HOURS, "Those of its cases, where a process says “case”."),
        "mail_domains": _list(Text(253, what="a mail domain"), "Who writes from there belongs to it."),
    },
)

CONTACT = Keys(
    "contact",
    {
        "account": Key(Reference("accounts", "an account"), "Whose contact.", True),
        "name": _name(150),
        "email": Key(Text(254, pattern=r"[^@\s]+@[^@\s]+", what="an address such as ann@example.com")),
    },
)

PRODUCT = Keys("product", {"name": _name(150)})

PROCESS_NAME = Reference("entitlement_processes", "an entitlement process")
TEMPLATE = Reference("entitlement_templates", "an entitlement template")

ENTITLEMENT_TEMPLATE = Keys(
    "entitlement_template",
    {
        "name": _name(150),
        "process": Key(PROCESS_NAME, "", True),
        "type": Key(Text(50), "Criteria call it entitlement.type."),
        "term_days": Key(Whole(1, LONGEST_TERM), "How many days it holds. Default: without end."),
        "business_hours": Key(HOURS, "Those of its cases, where a process says “case”."),
        "products": _list(Reference("products", "a product"), "For cases about these. Default: about any."),
        "active": Key(Flag(), "Only active ones make entitlements. Default: true."),
    },
)

CUSTOMER_S_OWN = Keys(
    "customer_s_own",
    {
        "process": Key(PROCESS_NAME, "Only one with this process."),
        "type": Key(Text(50), "Only one of this type."),
    },
)

AUTO_APPLY = Keys(
    "auto_apply_rule",
    {
        "name": _name(100),
        "active": Key(Flag(), "Default: true."),
        "when": _criteria("Criteria; the first rule that fits and has something to give. Default: always."),
        "entitlement": Key(
            Either((Choice(("any", "none")), CUSTOMER_S_OWN)),
            "An active one that the customer has (any, or narrowed down), or none. Default: any.",
        ),
        "template": Key(TEMPLATE, "One made from this template. Instead of entitlement."),
    },
)

ENTITLEMENT = Keys(
    "entitlement",
    {
        "name": _name(150),
        "account": Key(Reference("accounts", "an account"), "To whom it is promised.", True),
        "contact": Key(Text(150), "To this contact of the account alone."),
        "product": Key(Reference("products", "a product"), "For cases about this product."),
        "type": Key(Text(50), "Criteria call it entitlement.type."),
        "process": Key(PROCESS_NAME, "", True),
        "business_hours": Key(HOURS, "Those of its cases, where a process says “case”."),
        "template": Key(TEMPLATE, "From which it was made."),
        "compliance_percent": Key(
            Percent(), "The share of milestones that is to be kept. Default: settings."
        ),
        "start_date": Key(DAY, "The first day, in UTC.", True),
        "end_date": Key(DAY, "The last day. Default: without end."),
    },
)

CONFIGURATION = Keys(
    "configuration",
    {
        "settings": Key(SETTINGS, "Entitlement settings."),
        "custom_fields": _list(CUSTOM_FIELD, "Fields of cases of the organisation's own."),
        "queues": _list(QUEUE_KEYS, "Where cases wait, and who works them."),
        "email_templates": _list(EMAIL_TEMPLATE, "The words of email alerts."),
        "webhook_endpoints": _list(WEBHOOK_ENDPOINT, "Where outbound messages go. Their secrets stay here."),
        "canned_replies": _list(CANNED_REPLY, "Texts that agents send again and again."),
        "holidays": _list(HOLIDAY, "Closed times; business hours name theirs."),
        "business_hours": _list(BUSINESS_HOURS, "Weekly windows in a time zone, minus holidays."),
        "milestones": _list(MILESTONE_KEYS, "Names, and how often each comes."),
        "entitlement_processes": _list(PROCESS, "What is promised, milestone by milestone."),
        "products": _list(PRODUCT, "What promises may be about."),
        "accounts": _list(ACCOUNT, "Customers."),
        "mailboxes": _list(MAILBOX, "Mailboxes that are read, without their passwords."),
        "contacts": _list(CONTACT, "People at customers."),
        "entitlement_templates": _list(ENTITLEMENT_TEMPLATE, "The terms of entitlements made alike."),
        "entitlements": _list(ENTITLEMENT, "Who was promised which process, and for how long."),
        "auto_apply": _list(AUTO_APPLY, "Which entitlement a new case takes, in order."),
        "rotas": _list(ROTA, "Who is on duty for a queue."),
        "escalation_ladders": _list(ESCALATION_LADDER, "Who is told when, until somebody acknowledges."),
        "escalation_rules": _list(ESCALATION_RULE, "What happens when a case gets too old."),
    },
)
