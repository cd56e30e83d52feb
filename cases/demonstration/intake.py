"""What a new case is given, and who else hears of it: of use from now on, the story was played without."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model

from cases.demonstration.promises import STANDARD
from entitlements.core.outbound import OutboundEvent
from entitlements.models import (
    AutoApplyRule,
    EntitlementProcess,
    EntitlementTemplate,
    Takes,
    WebhookEndpoint,
)

Row = TypeVar("Row", bound=Model)

GOODWILL = "Goodwill, 30 days"
HEARD = (OutboundEvent.CASE_ESCALATED, OutboundEvent.MILESTONE_VIOLATED, OutboundEvent.CASE_CLOSED)


def add_intake(processes: dict[str, EntitlementProcess]) -> None:
    """Customers get what they were promised; former ones who report a claim a month of goodwill."""
    goodwill = _added(
        EntitlementTemplate(name=GOODWILL, process=processes[STANDARD], type="Goodwill", term_days=30)
    )
    _added(AutoApplyRule(name="What was promised", position=10))
    _added(
        AutoApplyRule(
            name="Goodwill for a claim after the cover has ended",
            position=20,
            when='case.type == "Claim" && account.tier == "Standard"',
            takes=Takes.TEMPLATE,
            template=goodwill,
        )
    )


def add_endpoint() -> None:
    """Nobody listens there: it is switched on when somebody does."""
    _added(
        WebhookEndpoint(
            name="Operations",
            url="https://hooks.stormhaven.example/servicedesk",
            is_active=False,
            events=[str(event) for event in HEARD],
        )
    )


def _added(row: Row) -> Row:
    row.full_clean()
    row.save()
    return row
