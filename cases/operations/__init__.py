"""What people do to cases, in their words. Each is one transaction; what is refused changes nothing."""

from cases.engine.evaluate import NoSuchCase, Refused
from cases.operations.change import StalePage, change_case, change_entitlement
from cases.operations.create import create_case
from cases.operations.drafts import discard_draft, keep_draft
from cases.operations.entitle import propose_entitlement
from cases.operations.links import case_called, link_cases, unlink_cases
from cases.operations.merge import merge_case
from cases.operations.milestones import (
    complete_milestone,
    extend_milestone,
    pause_milestones,
    resume_case,
    resume_milestones,
    stop_case,
    waive_milestone,
)
from cases.operations.open_case import open_case
from cases.operations.personal import mark_notifications_read
from cases.operations.take_up import take_up_case
from cases.operations.tasks import add_task, assign_task, finish_task
from cases.operations.team import follow_case, follower_called, leave_case, person_called
from cases.operations.write_message import (
    SomebodyWrote,
    add_note,
    receive_customer_message,
    reply_to_case,
)

__all__ = [
    "NoSuchCase",
    "Refused",
    "SomebodyWrote",
    "StalePage",
    "add_note",
    "add_task",
    "assign_task",
    "case_called",
    "change_case",
    "change_entitlement",
    "complete_milestone",
    "create_case",
    "discard_draft",
    "extend_milestone",
    "finish_task",
    "follow_case",
    "follower_called",
    "leave_case",
    "keep_draft",
    "link_cases",
    "mark_notifications_read",
    "merge_case",
    "open_case",
    "pause_milestones",
    "person_called",
    "propose_entitlement",
    "receive_customer_message",
    "reply_to_case",
    "resume_case",
    "resume_milestones",
    "stop_case",
    "take_up_case",
    "unlink_cases",
    "waive_milestone",
]
