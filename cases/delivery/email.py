"""Email alerts."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from cases.delivery.outcome import CannotArrive, Receipt, Send
from cases.engine.merge_values import values_of_case, values_of_milestone
from cases.engine.recipients import Directory
from cases.models import Delivery
from entitlements.core.merge_fields import filled
from entitlements.models import EmailTemplate

DEFAULT_SUBJECT = "{{case.number}}: {{milestone.name}} — {{milestone.news}}"
DEFAULT_BODY = """{{milestone.name}} of case {{case.number}} “{{case.subject}}”: {{milestone.news}}.

Account: {{account.name}}
Target: {{milestone.target_date}}
{{case.link}}
"""


def prepare(delivery: Delivery, directory: Directory) -> Send:
    """The attempt, with the same Message-ID each time. Raises CannotArrive."""
    to = [delivery.recipient] if delivery.recipient else _meant_now(delivery, directory)
    if not to:
        raise CannotArrive("None of the recipients has an address.")
    message = message_for(delivery, to)
    return lambda: _send(message)


def _send(message: EmailMessage) -> Receipt:
    """Raises OSError, SMTPException."""
    message.send()
    return Receipt({"to": message.to, "subject": message.subject})


def _meant_now(delivery: Delivery, directory: Directory) -> list[str]:
    """Of an alert that named nobody when its trigger fired: somebody may have come since."""
    if delivery.action is None or delivery.case is None:
        return []
    return directory.addresses(delivery.action.parameters.get("to", ()), delivery.case)


def message_for(delivery: Delivery, to: list[str]) -> EmailMessage:
    """The mail of one delivery: as its row words it, else by its action's template."""
    parameters = delivery.action.parameters if delivery.action else {}
    template = EmailTemplate.objects.filter(pk=parameters.get("template", "")).first()
    values = delivery.payload.get("values") or values_for(delivery)
    given = delivery.payload
    subject = given.get("subject") or filled(template.subject if template else DEFAULT_SUBJECT, values)
    return EmailMessage(
        subject=" ".join(subject.split())[:250],
        body=given.get("body") or filled(template.body if template else DEFAULT_BODY, values),
        to=to,
        headers={
            "Message-ID": f"<{delivery.token}@{_domain()}>",
            "Auto-Submitted": "auto-generated",
            "X-Servicedesk-Case": values.get("case.number", ""),
        },
    )


def _domain() -> str:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or "localhost"


def values_for(delivery: Delivery) -> dict[str, str]:
    """What {{names}} in templates stand for, where the row does not say what they stood for."""
    fired = delivery.fired_trigger
    if fired is None:
        return values_of_case(delivery.case) if delivery.case else {}
    milestone, kind = fired.case_milestone, fired.kind
    of_milestone = values_of_milestone(milestone.milestone.name, milestone, kind)
    return {**values_of_case(milestone.case), **of_milestone}
