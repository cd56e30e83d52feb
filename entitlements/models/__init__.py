"""Setup's tables. Each turns itself into a core value."""

from entitlements.models.account import Account, AccountDomain, Contact, Product
from entitlements.models.action import Action, ActionKind, Trigger, TriggerChoice
from entitlements.models.auto_apply import AutoApplyRule, Takes
from entitlements.models.base import ConfigurationModel, ConfigurationRevision
from entitlements.models.canned_reply import CannedReply
from entitlements.models.email_template import EmailTemplate
from entitlements.models.entitlement import Entitlement, EntitlementTemplate
from entitlements.models.escalation import (
    CountedIn,
    EscalationLadder,
    EscalationRule,
    LadderLevel,
    RuleAction,
    RuleEntry,
    SinceChoice,
)
from entitlements.models.hours import BusinessHours, BusinessHoursWindow, Holiday, Weekday
from entitlements.models.mailbox import Mailbox, Security, WhenClosed
from entitlements.models.milestone import Milestone, RecurrenceType
from entitlements.models.process import (
    CompletionChoice,
    EntitlementProcess,
    ProcessMilestone,
    ProcessVersion,
    ReentryChoice,
    VersionState,
    WhoseHours,
)
from entitlements.models.queue import Queue
from entitlements.models.recently_viewed import RecentlyViewed
from entitlements.models.rota import Rota, RotaShift, RotaSubstitution
from entitlements.models.secret import SecretLost
from entitlements.models.settings import (
    CasePriority,
    CaseStage,
    CaseStatus,
    CustomField,
    EntitlementSettings,
)
from entitlements.models.setup_change import ChangeVerb, SetupChange
from entitlements.models.webhook_endpoint import WebhookEndpoint

__all__ = [
    "Account",
    "AccountDomain",
    "Action",
    "ActionKind",
    "AutoApplyRule",
    "BusinessHours",
    "BusinessHoursWindow",
    "CannedReply",
    "CasePriority",
    "CaseStage",
    "CaseStatus",
    "ChangeVerb",
    "CompletionChoice",
    "ConfigurationModel",
    "ConfigurationRevision",
    "Contact",
    "CountedIn",
    "CustomField",
    "EmailTemplate",
    "Entitlement",
    "EntitlementProcess",
    "EntitlementSettings",
    "EntitlementTemplate",
    "EscalationLadder",
    "EscalationRule",
    "Holiday",
    "LadderLevel",
    "Mailbox",
    "Milestone",
    "ProcessMilestone",
    "ProcessVersion",
    "Product",
    "Queue",
    "RecentlyViewed",
    "RecurrenceType",
    "ReentryChoice",
    "Rota",
    "RotaShift",
    "RotaSubstitution",
    "RuleAction",
    "RuleEntry",
    "SecretLost",
    "Security",
    "SinceChoice",
    "SetupChange",
    "Takes",
    "Trigger",
    "TriggerChoice",
    "VersionState",
    "WebhookEndpoint",
    "Weekday",
    "WhenClosed",
    "WhoseHours",
]
