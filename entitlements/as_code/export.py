"""The live configuration as a file: what new cases get, in the one way of writing.

Left out are drafts and retired versions, people (the members of queues, owners), and everything secret.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import F, Q, QuerySet

from entitlements.as_code.emit import as_yaml
from entitlements.as_code.export_escalation import written_ladders, written_rotas, written_rules
from entitlements.as_code.export_process import written_process
from entitlements.as_code.export_promises import written_rule, written_template
from entitlements.as_code.normal import ORDER, Entry, Normal, in_order, normal, weekly
from entitlements.as_code.normal_mail import written_mailboxes
from entitlements.as_code.normal_text import percent
from entitlements.models import (
    Account,
    AutoApplyRule,
    BusinessHours,
    CannedReply,
    CasePriority,
    CaseStage,
    CaseStatus,
    Contact,
    CustomField,
    EmailTemplate,
    Entitlement,
    EntitlementProcess,
    EntitlementSettings,
    EntitlementTemplate,
    Holiday,
    Milestone,
    ProcessVersion,
    Product,
    Queue,
    VersionState,
    WebhookEndpoint,
)


def export() -> str:
    """The text of the file; the same configuration gives the same text."""
    document = live()
    for queue in document.get("queues", ()):
        queue.pop("members", None)
    document = in_order(document)
    for rule in document.get("auto_apply", ()):
        del rule[ORDER]
    return as_yaml(document) or "{}\n"


def live() -> Normal:
    """The configuration as it stands, with the members of queues."""
    written = {
        "settings": written_settings(),
        "custom_fields": list(CustomField.objects.values("key", "label", "type")),
        "queues": [_queue(one) for one in Queue.objects.prefetch_related("members")],
        "canned_replies": list(CannedReply.objects.values("name", "keywords", "queue", "body")),
        "email_templates": list(
            EmailTemplate.objects.values("name", "subject", "body", "html", active=F("is_active"))
        ),
        "webhook_endpoints": [
            {"name": one.name, "url": one.url, "active": one.is_active, "events": one.events}
            for one in WebhookEndpoint.objects.all()
        ],
        "holidays": [written_holiday(one) for one in Holiday.objects.all()],
        "business_hours": [
            written_hours(one) for one in BusinessHours.objects.prefetch_related("windows", "holidays")
        ],
        "milestones": list(
            Milestone.objects.values("name", "description", "recurrence", active=F("is_active"))
        ),
        "entitlement_processes": [written_process(version) for version in published()],
        "products": list(Product.objects.values("name")),
        "accounts": [_account(one) for one in _accounts()],
        "contacts": [_contact(one) for one in Contact.objects.select_related("account")],
        "entitlement_templates": [written_template(one) for one in _templates()],
        "entitlements": _entitlements(),
        "auto_apply": [written_rule(one) for one in _rules()],
        "rotas": written_rotas(),
        "escalation_ladders": written_ladders(),
        "escalation_rules": written_rules(),
        "mailboxes": written_mailboxes(),
    }
    return normal({name: section for name, section in written.items() if section})


def published() -> QuerySet[ProcessVersion]:
    """The published versions, with all that is written of them."""
    return (
        ProcessVersion.objects.filter(state=VersionState.PUBLISHED)
        .select_related("process", "business_hours")
        .prefetch_related("rows__milestone", "rows__business_hours", "rows__triggers__actions")
    )


def left_out() -> list[str]:
    """What a file cannot hold, in words."""
    unpublished = EntitlementProcess.objects.exclude(versions__state=VersionState.PUBLISHED)
    promised = Entitlement.objects.exclude(process__versions__state=VersionState.PUBLISHED).count()
    names = [f"the process “{process}”: no version of it is published" for process in unpublished]
    templates = EntitlementTemplate.objects.exclude(pk__in=_templates())
    rules = AutoApplyRule.objects.exclude(pk__in=_rules())
    return [
        *names,
        *([f"entitlements to such processes: {promised}"] if promised else []),
        *(f"the entitlement template “{one}”, which is of such a process" for one in templates),
        *(f"the auto-apply rule “{one}”, which speaks of such a process" for one in rules),
    ]


def written_settings() -> dict[str, Any] | None:
    """None at a desk that has not been set up at all."""
    row = EntitlementSettings.objects.select_related("warning_hours").filter(pk=1).first()
    statuses = [_status(status) for status in CaseStatus.objects.all()]
    stages = list(CaseStage.objects.values_list("name", flat=True))
    priorities = list(CasePriority.objects.values_list("name", flat=True))
    if row is None and not (statuses or stages or priorities):
        return None
    row = row or EntitlementSettings()
    return {
        "allow_pausing": row.allow_pausing,
        "at_risk_percent": row.at_risk_percent,
        "compliance_percent": percent(row.compliance_percent),
        "milestone_feed_items": row.milestone_feed_items,
        "warning_hours": row.warning_hours.name if row.warning_hours else "",
        "digest_minutes": row.digest_minutes,
        "statuses": statuses or None,
        "stages": stages,
        "priorities": priorities,
    }


def _status(status: CaseStatus) -> Entry:
    return {
        "name": status.name,
        "default": status.is_default,
        "closed": status.is_closed,
        "stops_clock": status.stops_clock,
        "on_customer_message": status.on_customer_message_id or "",
    }


def _queue(queue: Queue) -> Entry:
    members = [user.get_username() for user in queue.members.all()]
    return {
        "name": queue.name,
        "restricted": queue.is_restricted,
        "active": queue.is_active,
        "members": members,
    }


def written_holiday(row: Holiday) -> Entry:
    holiday = row.value()
    return {"name": row.name, "from": holiday.starts, "to": holiday.ends, "repeats": row.rule}


def written_hours(row: BusinessHours) -> Entry:
    return {
        "name": row.name,
        "time_zone": row.time_zone,
        "open": weekly(row.value().windows),
        "holidays": [holiday.name for holiday in row.holidays.all()],
        "public_holidays": row.public_holidays,
        "default": row.is_default,
        "active": row.is_active,
    }


def _accounts() -> QuerySet[Account]:
    return Account.objects.select_related("business_hours").prefetch_related("domains")


def _account(row: Account) -> Entry:
    hours = row.business_hours.name if row.business_hours else ""
    return {
        "name": row.name,
        "tier": row.tier,
        "region": row.region,
        "business_hours": hours,
        "mail_domains": [one.domain for one in row.domains.all()],
    }


def _contact(row: Contact) -> Entry:
    return {"account": row.account.name, "name": row.name, "email": row.email}


def _templates() -> QuerySet[EntitlementTemplate]:
    """Those of processes that the file has."""
    known = EntitlementTemplate.objects.filter(process__versions__state=VersionState.PUBLISHED)
    return known.select_related("process", "business_hours").prefetch_related("products")


def _rules() -> QuerySet[AutoApplyRule]:
    """Those that speak only of processes that the file has."""
    published = VersionState.PUBLISHED
    own = Q(process__isnull=True) | Q(process__versions__state=published)
    made = Q(template__isnull=True) | Q(template__process__versions__state=published)
    return AutoApplyRule.objects.filter(own, made).select_related("process", "template")


def _entitlements() -> list[Entry]:
    """Those of processes that the file has."""
    rows = Entitlement.objects.filter(process__versions__state=VersionState.PUBLISHED).select_related(
        "account", "contact", "product", "process", "business_hours", "template"
    )
    named = Counter(Contact.objects.values_list("account_id", "name"))
    return [_entitlement(row, named) for row in rows]


def _entitlement(row: Entitlement, named: Counter[tuple[int, str]]) -> Entry:
    """A contact by its name, or by its address where the account has several of that name."""
    contact = row.contact
    several = contact is not None and named[contact.account_id, contact.name] > 1
    return {
        "name": row.name,
        "account": row.account.name,
        "contact": "" if contact is None else (several and contact.email) or contact.name,
        "product": row.product.name if row.product else "",
        "type": row.type,
        "process": row.process.name,
        "business_hours": row.business_hours.name if row.business_hours else "",
        "template": row.template.name if row.template else "",
        "compliance_percent": percent(row.compliance_percent),
        "start_date": row.start_date,
        "end_date": row.end_date,
    }
