"""What the {{fields}} of `entitlements.core.merge_fields` stand for on a case."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.models import User

from cases.models import Case, CaseMilestone

NEWS = {"warning": "due soon", "violation": "late", "success": "completed"}


def values_of_case(case: Case) -> dict[str, str]:
    """Every field of the case by its name; empty where the case has none."""
    owner, product, entitlement = case.owner, case.product, case.entitlement
    return {
        "case.number": case.number,
        "case.subject": case.subject,
        "case.status": case.status_id,
        "case.stage": case.stage_id or "",
        "case.priority": case.priority_id or "",
        "case.type": case.type,
        "case.queue": case.queue_id or "",
        "case.created_at": instant(case.created_at),
        "case.link": link_to(case),
        "owner.name": full_name(owner),
        "owner.email": owner.email if owner else "",
        "product.name": product.name if product else "",
        "entitlement.name": entitlement.name if entitlement else "",
        **_of_customer(case),
        **{f"case.custom.{key}": _plain(value) for key, value in case.custom.items()},
    }


def values_of_milestone(name: str, milestone: CaseMilestone, trigger_kind: str) -> dict[str, str]:
    """What a fired trigger (warning, violation, success) adds to its case's fields."""
    return {
        "milestone.name": name,
        "milestone.news": NEWS[trigger_kind],
        "milestone.occurrence": str(milestone.number),
        "milestone.start_date": instant(milestone.start_date),
        "milestone.target_date": instant(milestone.target_date) if milestone.target_date else "none",
    }


def values_of_agent(agent: User) -> dict[str, str]:
    """What the agent who writes a reply adds to its case's fields."""
    return {"agent.name": full_name(agent), "agent.email": agent.email}


def link_to(case: Case) -> str:
    """The address of the case's page in the desk."""
    return f"{settings.SITE_URL}/cases/{case.number}/"


def full_name(user: User | None) -> str:
    """As people call the user; empty for nobody."""
    return (user.get_full_name() or user.get_username()) if user else ""


def instant(at: datetime) -> str:
    return f"{at.astimezone(UTC).isoformat(' ', 'minutes')[:16]} UTC"


def _of_customer(case: Case) -> dict[str, str]:
    account, contact = case.account, case.contact
    return {
        "account.name": account.name if account else "",
        "account.tier": account.tier if account else "",
        "account.region": account.region if account else "",
        "contact.name": contact.name if contact else "",
        "contact.first_name": contact.name.partition(" ")[0] if contact else "",
        "contact.email": contact.email if contact else "",
    }


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
