"""{{field}} substitution: all that email templates, canned replies and notifications can do.

No logic, no filters: a name is replaced by its value, or it stays as it is for somebody to notice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

CASE_FIELDS: Mapping[str, str] = {
    "case.number": "C-000123",
    "case.subject": "The case's subject",
    "case.status": "Its status",
    "case.stage": "Its stage",
    "case.priority": "Its priority",
    "case.type": "Its type",
    "case.queue": "Its queue",
    "case.created_at": "When it was opened",
    "case.link": "The address of its page in the desk",
    "owner.name": "Its owner's full name",
    "owner.email": "Its owner's mail address",
    "account.name": "The customer",
    "account.tier": "The customer's tier",
    "account.region": "The customer's region",
    "contact.name": "The contact's full name",
    "contact.first_name": "The first word of the contact's name",
    "contact.email": "The contact's mail address",
    "entitlement.name": "What the customer was promised",
    "product.name": "The product",
}
"""What every case has, and what it stands for. Beside these: case.custom.<key> for each custom field."""

MILESTONE_FIELDS: Mapping[str, str] = {
    "milestone.name": "First Response",
    "milestone.news": "due soon, late or completed",
    "milestone.occurrence": "The number of the occurrence",
    "milestone.start_date": "When its clock started",
    "milestone.target_date": "When it is due",
}
"""What the case's milestone adds, where a trigger of it has fired."""

ESCALATION_FIELDS: Mapping[str, str] = {
    "escalation.reason": "Why it was escalated",
    "escalation.level": "The number of the level",
    "escalation.ladder": "The ladder, or the rule",
    "escalation.acknowledge": "The link by which the reader takes it up",
}
"""What a level of an escalation ladder, or an action of the escalation rule, adds."""

AGENT_FIELDS: Mapping[str, str] = {
    "agent.name": "The full name of who writes",
    "agent.email": "The mail address of who writes",
}
"""What the agent adds who writes a reply."""

_FIELD = re.compile(r"\{\{([^{}]{1,100})\}\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each {{name}} replaced. An unknown name stays as it is, for somebody to notice."""
    return _FIELD.sub(lambda found: values.get(found.group(1).strip(), found.group(0)), text)


def unknown_fields(text: str, known: Collection[str]) -> list[str]:
    """The names between braces that stand for nothing, each once, in their order."""
    names = (found.strip() for found in _FIELD.findall(text))
    return list(dict.fromkeys(name for name in names if name not in known))
