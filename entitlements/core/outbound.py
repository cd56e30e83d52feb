"""The events that outbound messages tell of; the values are their `type` (docs/webhooks.md)."""

from enum import StrEnum


class OutboundEvent(StrEnum):
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
