"""What happened: cases and everything on them."""

from cases.models.apply import ConfigurationApply
from cases.models.case import Case, CaseNumber, MilestoneStatus
from cases.models.case_milestone import CaseMilestone, MilestoneState
from cases.models.delivery import Delivery, DeliveryKind, DeliveryState
from cases.models.draft import Draft
from cases.models.endpoint_health import EndpointHealth
from cases.models.escalation import (
    Escalation,
    EscalationEnd,
    EscalationStep,
    RuleClock,
    RuleSeen,
    StepOutcome,
    frozen_levels,
)
from cases.models.estimate import EstimateBasis, PastEstimate, TimesTaken
from cases.models.event import AppendOnly, CaseEvent, DeskKind
from cases.models.link import CaseLink, LinkKind
from cases.models.look import EngineLook, EngineSample
from cases.models.mail import MailboxReading, MessageMail, Outcome, ReceivedMail
from cases.models.message import Attachment, Message, MessageKind
from cases.models.recalculation import HoursSeen, Recalculation
from cases.models.rollout import Rollout, RolloutFailure, RolloutState
from cases.models.saved_report import ReportMailing, Rhythm, SavedReport
from cases.models.saved_view import ListPreference, SavedView
from cases.models.service_review import ReviewLink, ServiceReview
from cases.models.stop import Stop, StopKindChoice
from cases.models.task import Notification, Task
from cases.models.team import CaseFollower, DigestEntry
from cases.models.trigger import FiredTrigger
from cases.models.visibility import seen_by

__all__ = [
    "AppendOnly",
    "Attachment",
    "Case",
    "CaseEvent",
    "CaseFollower",
    "CaseLink",
    "CaseMilestone",
    "CaseNumber",
    "ConfigurationApply",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "DeskKind",
    "DigestEntry",
    "Draft",
    "EndpointHealth",
    "EngineLook",
    "EngineSample",
    "Escalation",
    "EscalationEnd",
    "EscalationStep",
    "EstimateBasis",
    "FiredTrigger",
    "HoursSeen",
    "LinkKind",
    "ListPreference",
    "MailboxReading",
    "Message",
    "MessageKind",
    "MessageMail",
    "MilestoneState",
    "MilestoneStatus",
    "Notification",
    "Outcome",
    "PastEstimate",
    "Recalculation",
    "ReceivedMail",
    "ReportMailing",
    "ReviewLink",
    "Rhythm",
    "Rollout",
    "RolloutFailure",
    "RolloutState",
    "RuleClock",
    "RuleSeen",
    "SavedReport",
    "SavedView",
    "ServiceReview",
    "StepOutcome",
    "Stop",
    "StopKindChoice",
    "Task",
    "TimesTaken",
    "frozen_levels",
    "seen_by",
]
