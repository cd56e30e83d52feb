"""The mail of a step of an escalation: worded when the step is taken, one for each address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from cases.engine.acknowledge_link import Invitation, link_for
from cases.engine.escalation_told import Telling
from cases.engine.merge_values import values_of_case
from cases.engine.outbox import Parcel
from cases.models import DeliveryKind
from entitlements.core.merge_fields import filled
from entitlements.models import EmailTemplate

EVENT = "case.escalated"
SUBJECT = "{{case.number}}: {{escalation.reason}} (level {{escalation.level}})"
BODY = """{{escalation.reason}}: case {{case.number}} “{{case.subject}}”.
This is level {{escalation.level}} of “{{escalation.ladder}}”.

I take it up, tell nobody else:
{{escalation.acknowledge}}

The case: {{case.link}}
Account: {{account.name}}
Owner: {{owner.name}}
"""
SUBJECT_OF_RULE = "{{case.number}}: {{escalation.reason}}"
BODY_OF_RULE = """{{escalation.reason}}: case {{case.number}} “{{case.subject}}”.

The case: {{case.link}}
Account: {{account.name}}
Owner: {{owner.name}}
"""


def mails_of(tellings: Iterable[Telling], now: datetime) -> Iterator[Parcel]:
    """What is to be put into the outbox with the steps."""
    writing = [one for one in tellings if one.addresses]
    names = {one.template for one in writing if one.template}
    templates = EmailTemplate.objects.in_bulk(names) if names else {}
    for one in writing:
        for address in one.addresses:
            yield _mail(one, address, templates.get(one.template), now)


def _mail(one: Telling, address: str, template: EmailTemplate | None, now: datetime) -> Parcel:
    values = {**values_of_case(one.case), **_values(one, address, now)}
    subject, body = (SUBJECT, BODY) if one.escalation else (SUBJECT_OF_RULE, BODY_OF_RULE)
    if template is not None:
        subject, body = template.subject, template.body
    return Parcel(
        key=f"escalation:{one.step.pk}:{address}",
        kind=DeliveryKind.EMAIL,
        event=EVENT,
        case=one.case.pk,
        recipient=address,
        payload={"subject": filled(subject, values), "body": filled(body, values), "values": values},
    )


def _values(one: Telling, address: str, now: datetime) -> Mapping[str, str]:
    escalation, step = one.escalation, one.step
    user = next((user.pk for user in one.users if user.email == address), None)
    link = link_for(Invitation(escalation.pk, address, user), now) if escalation else ""
    return {
        "escalation.reason": escalation.reason if escalation else f"{step.entry} ({step.rule})",
        "escalation.level": str(step.level),
        "escalation.ladder": escalation.ladder if escalation else step.rule,
        "escalation.acknowledge": link,
    }
