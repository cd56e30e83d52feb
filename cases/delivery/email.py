"""Email alerts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from cases.engine.recipients import Directory
from cases.models import Case, CaseMilestone, Delivery
from entitlements.models import EmailTemplate

DEFAULT_SUBJECT = "{{case.number}}: {{milestone.name}} — {{milestone.news}}"
DEFAULT_BODY = """{{milestone.name}} of case {{case.number}} “{{case.subject}}”: {{milestone.news}}.

Account: {{account.name}}
Target: {{milestone.target_date}}
{{case.link}}
"""
NEWS = {"warning": "due soon", "violation": "late", "success": "completed"}


class NobodyToWriteTo(Exception):
    """None of the recipients that the action names has an address."""


def send(delivery: Delivery, directory: Directory) -> dict[str, object]:
    """Send it, with the same Message-ID at every attempt. Raises NobodyToWriteTo, OSError, SMTPException."""
    case = delivery.fired_trigger.case_milestone.case
    to = directory.addresses(delivery.action.parameters.get("to", ()), case)
    if not to:
        raise NobodyToWriteTo("None of the recipients has an address.")
    message = message_for(delivery, to)
    message.send()
    return {"to": to, "subject": message.subject}


def message_for(delivery: Delivery, to: list[str]) -> EmailMessage:
    """The mail of one delivery."""
    template = EmailTemplate.objects.filter(pk=delivery.action.parameters.get("template", "")).first()
    values = values_for(delivery)
    subject = filled(template.subject if template else DEFAULT_SUBJECT, values)
    return EmailMessage(
        subject=" ".join(subject.split())[:250],
        body=filled(template.body if template else DEFAULT_BODY, values),
        to=to,
        headers={
            "Message-ID": f"<{delivery.token}@{_domain()}>",
            "Auto-Submitted": "auto-generated",
            "X-Servicedesk-Case": values["case.number"],
        },
    )


def _domain() -> str:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or "localhost"


def values_for(delivery: Delivery) -> dict[str, str]:
    """What {{names}} in templates stand for."""
    milestone = delivery.fired_trigger.case_milestone
    return {
        **_of_case(milestone.case),
        **_of_milestone(milestone),
        "milestone.news": NEWS[delivery.fired_trigger.kind],
    }


def _of_case(case: Case) -> dict[str, str]:
    return {
        "case.number": case.number,
        "case.subject": case.subject,
        "case.status": case.status_id,
        "case.stage": case.stage_id or "",
        "case.priority": case.priority_id or "",
        "case.queue": case.queue_id or "",
        "case.link": f"{settings.SITE_URL}/cases/{case.number}/",
        "owner.name": (case.owner.get_full_name() or case.owner.get_username()) if case.owner else "",
        "account.name": case.account.name if case.account else "",
        "account.tier": case.account.tier if case.account else "",
        "contact.name": case.contact.name if case.contact else "",
    }


def _of_milestone(milestone: CaseMilestone) -> dict[str, str]:
    target = milestone.target_date
    return {
        "milestone.name": milestone.milestone.name,
        "milestone.occurrence": str(milestone.number),
        "milestone.start_date": f"{milestone.start_date:%Y-%m-%d %H:%M} UTC",
        "milestone.target_date": f"{target:%Y-%m-%d %H:%M} UTC" if target else "none",
    }


_FIELD = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each {{name}} replaced. An unknown name stays as it is, for somebody to notice."""
    return _FIELD.sub(lambda found: values.get(found.group(1), found.group(0)), text)
