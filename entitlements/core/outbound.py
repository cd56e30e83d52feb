"""Outbound messages: the events that they tell of, and the headers that are the desk's own."""

from enum import StrEnum

OWN_HEADERS = frozenset(
    "host content-type content-length connection transfer-encoding user-agent "
    "webhook-id webhook-timestamp webhook-signature".split()
)
"""By small letters. An endpoint's own headers replace none of them."""


class OutboundEvent(StrEnum):
    """The values are the `type` of the messages (docs/webhooks.md)."""

    CASE_CREATED = "case.created"
    CASE_CHANGED = "case.changed"
    CASE_ESCALATED = "case.escalated"
    CASE_CLOSED = "case.closed"
    CASE_REOPENED = "case.reopened"
    MILESTONE_STARTED = "milestone.started"
    MILESTONE_WARNED = "milestone.warned"
    MILESTONE_VIOLATED = "milestone.violated"
    MILESTONE_COMPLETED = "milestone.completed"
    MILESTONE_CANCELLED = "milestone.cancelled"
    MILESTONE_STOPPED = "milestone.stopped"
    MILESTONE_RESUMED = "milestone.resumed"

    @property
    def label(self) -> str:
        """As people read it: “Milestone violated”."""
        return self.value.replace(".", " ").capitalize()
