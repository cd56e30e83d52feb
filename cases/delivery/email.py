"""Email alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from cases.delivery.one_copy import OneCopy, hand_over, one_line
from cases.delivery.outcome import CannotArrive, Send
from cases.engine.merge_values import values_of_case, values_of_milestone
from cases.engine.recipients import Directory
from cases.mail.outgoing import domain_of, mailbox_of, thread_id
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
    return lambda: hand_over(message)


def _meant_now(delivery: Delivery, directory: Directory) -> list[str]:
    """Of an alert that named nobody when its trigger fired: somebody may have come since."""
    if delivery.action is None or delivery.case is None:
        return []
    return directory.addresses(delivery.action.parameters.get("to", ()), delivery.case)


def message_for(delivery: Delivery, to: list[str]) -> OneCopy:
    """The mail of one delivery: as its row words it, else by its action's template."""
    parameters = delivery.action.parameters if delivery.action else {}
    template = EmailTemplate.objects.filter(pk=parameters.get("template", "")).first()
    values = delivery.payload.get("values") or values_for(delivery)
    words = worded(template or USUAL, values)
    given = delivery.payload
    message = OneCopy(
        subject=one_line(given.get("subject") or words.subject)[:250],
        body=given.get("body") or words.body,
        to=to,
        headers=_headers(delivery, values),
    )
    if words.html and not given.get("body"):
        message.attach_alternative(words.html, "text/html")
    return message


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says. `html` may be empty."""

    subject: str
    body: str
    html: str = ""


USUAL = Words(DEFAULT_SUBJECT, DEFAULT_BODY)


def worded(template: EmailTemplate | Words, values: Mapping[str, str]) -> Words:
    """A template with its fields replaced. In HTML a value is text: it cannot bring tags along."""
    escaped = {name: escape(value) for name, value in values.items()}
    return Words(
        filled(template.subject, values),
        filled(template.body, values),
        filled(template.html, escaped),
    )


def _headers(delivery: Delivery, values: Mapping[str, str]) -> dict[str, str]:
    """All mails about a case refer to one id, so that mail programs keep them together."""
    case = delivery.case
    mailbox = mailbox_of(case) if case is not None else None
    thread = {} if case is None else {"References": thread_id(case, mailbox)}
    answers = {} if mailbox is None else {"Reply-To": mailbox.address}
    return {
        "Message-ID": f"<{delivery.token}@{domain_of(None)}>",
        "Auto-Submitted": "auto-generated",
        "X-Servicedesk-Case": one_line(values.get("case.number", "")),
        **thread,
        **answers,
    }


def values_for(delivery: Delivery) -> dict[str, str]:
    """What {{names}} in templates stand for, where the row does not say what they stood for."""
    fired = delivery.fired_trigger
    if fired is None:
        return values_of_case(delivery.case) if delivery.case else {}
    milestone, kind = fired.case_milestone, fired.kind
    of_milestone = values_of_milestone(milestone.milestone.name, milestone, kind)
    return {**values_of_case(milestone.case), **of_milestone}
