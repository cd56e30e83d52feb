"""The desk: settings, statuses, stages, priorities, queues, email templates, hours."""

from __future__ import annotations

from datetime import date, time

from django.contrib.auth.models import User

from cases.demonstration.people import PEOPLE
from entitlements.models import (
    BusinessHours,
    BusinessHoursWindow,
    CannedReply,
    CasePriority,
    CaseStage,
    CaseStatus,
    EmailTemplate,
    EntitlementSettings,
    Holiday,
    Mailbox,
    Queue,
)

QUEUES = ("Claims", "Motor", "Policies", "Escalations")
STAGES = ("Intake", "Triaged", "In Progress", "Resolved")
PRIORITIES = ("Low", "Medium", "High", "Critical")
LONDON = "London office"
NIGHT = "Night desk"


def add_desk() -> None:
    EntitlementSettings.objects.create(pk=1, allow_pausing=True)
    _add_statuses()
    for position, name in enumerate(STAGES):
        CaseStage.objects.create(name=name, position=position)
    for position, name in enumerate(PRIORITIES):
        CasePriority.objects.create(name=name, position=position)
    for name in QUEUES:
        usernames = [person.username for person in PEOPLE if name in person.queues]
        Queue.objects.create(name=name).members.set(User.objects.filter(username__in=usernames))
    for name, subject, body in TEMPLATES:
        EmailTemplate.objects.create(name=name, subject=subject, body=body)
    for name, keywords, body in CANNED_REPLIES:
        CannedReply.objects.create(name=name, keywords=keywords, body=body)
    _add_hours()
    _add_mailbox()


def _add_mailbox() -> None:
    """Nobody reads it, there is no server; but replies leave from it, as files in the embedded desk."""
    Mailbox.objects.create(
        name="Stormhaven Service",
        address="service@stormhaven.example",
        host="imap.stormhaven.example",
        is_active=False,
    )


def _add_statuses() -> None:
    CaseStatus.objects.create(name="New", position=0, is_default=True)
    working = CaseStatus.objects.create(name="Working", position=10)
    CaseStatus.objects.create(
        name="Waiting on Customer", position=20, stops_clock=True, on_customer_message=working
    )
    CaseStatus.objects.create(name="Closed", position=90, is_closed=True)


def _add_hours() -> None:
    """At any moment one of the two is closed: there is always a clock outside its hours to be seen."""
    london = BusinessHours.objects.create(
        name=LONDON, time_zone="Europe/London", public_holidays="GB-ENG", is_default=True
    )
    night = BusinessHours.objects.create(name=NIGHT, time_zone="Europe/London")
    for weekday in range(5):
        _add_window(london, weekday, time(9), time(17))
    for weekday in range(7):
        _add_window(night, weekday, time(20), time(6))
    closing = Holiday(
        name="Year-end closing",
        start_date=date(2024, 12, 31),
        start_time=time(13),
        rule="FREQ=YEARLY",
    )
    closing.full_clean()
    closing.save()
    london.holidays.add(closing)


def _add_window(hours: BusinessHours, weekday: int, opens: time, closes: time) -> None:
    BusinessHoursWindow.objects.create(
        business_hours=hours, weekday=weekday, opens_at=opens, closes_at=closes
    )


TEMPLATES = (
    (
        "milestone_warning",
        "{{case.number}}: {{milestone.name}} is due soon",
        "Hello {{owner.name}},\n\n{{milestone.name}} of “{{case.subject}}” for {{account.name}} "
        "is due at {{milestone.target_date}}.\n\n{{case.link}}\n",
    ),
    (
        "milestone_violation",
        "{{case.number}}: {{milestone.name}} is late",
        "{{milestone.name}} of “{{case.subject}}” for {{account.name}} ({{account.tier}}) was due "
        "at {{milestone.target_date}} and is late.\n\nOwner: {{owner.name}}\nQueue: {{case.queue}}\n"
        "{{case.link}}\n",
    ),
    (
        "callback_due",
        "{{case.number}}: call {{contact.name}} back",
        "{{contact.name}} of {{account.name}} was promised a call before "
        "{{milestone.target_date}}.\n\n{{case.link}}\n",
    ),
)

CANNED_REPLIES = (
    (
        "We are on it",
        "thanks received first",
        "Hello {{contact.first_name}},\n\nthank you for writing. **{{case.number}}** is with me now. "
        "You hear from me as soon as I know more.\n\nKind regards\n{{agent.name}}",
    ),
    (
        "Ask for photographs",
        "pictures damage evidence",
        "Hello {{contact.first_name}},\n\nto go on with “{{case.subject}}” we need:\n\n"
        "- two photographs of the damage\n- the date on which it happened\n\n"
        "A reply to this mail is enough.\n\nKind regards\n{{agent.name}}",
    ),
    (
        "Settled",
        "closing done paid",
        "Hello {{contact.first_name}},\n\nthis is settled. If anything is missing, reply to this mail "
        "and the case is opened again.\n\nKind regards\n{{agent.name}}",
    ),
)
