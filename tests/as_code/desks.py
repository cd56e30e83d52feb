"""Desks in the database, and files that describe them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from entitlements.as_code.document import parse_documents
from entitlements.as_code.normal import normal
from entitlements.models import (
    Account,
    AutoApplyRule,
    BusinessHours,
    CannedReply,
    CasePriority,
    CaseStage,
    CaseStatus,
    ConfigurationRevision,
    CustomField,
    EmailTemplate,
    Entitlement,
    EntitlementProcess,
    EntitlementSettings,
    EntitlementTemplate,
    EscalationLadder,
    EscalationRule,
    Holiday,
    Milestone,
    ProcessVersion,
    Product,
    Queue,
    Rota,
)
from entitlements.operations.apply_configuration import Applied, apply_configuration

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def read(text: str) -> Any:
    (document,), twice = parse_documents(text, "desk.yaml")
    assert not twice
    return document.value


def put(document: Any, now: datetime = NOW) -> Applied:
    """Apply a configuration: its text, or what it says."""
    return apply_configuration(normal(read(document) if isinstance(document, str) else document), None, now)


FIRST = {"milestone": "First Response", "minutes": 60, "complete_on": "agent_reply"}
RESOLUTION = {"milestone": "Resolution", "minutes": 480, "complete_on": "case_closed"}


def process(*milestones: dict[str, Any], name: str = "P", **fields: Any) -> dict[str, Any]:
    """A file with one process, and the milestones that it speaks of."""
    names = dict.fromkeys(one["milestone"] for one in milestones)
    return {
        "milestones": [{"name": name} for name in names],
        "entitlement_processes": [{"name": name, "milestones": list(milestones), **fields}],
    }


def clear() -> None:
    """An empty desk."""
    CaseStatus.objects.update(on_customer_message=None)
    for model in (
        *(Rota, EscalationLadder, EscalationRule),
        *(AutoApplyRule, Entitlement, EntitlementTemplate, Account, Product),
        *(ProcessVersion, EntitlementProcess, Milestone, BusinessHours),
        *(Holiday, EmailTemplate, CannedReply, Queue, CustomField, CaseStatus, CaseStage, CasePriority),
        *(EntitlementSettings, ConfigurationRevision),
    ):
        model._default_manager.all().delete()
