"""What people do to cases, in their words. Each is one transaction; what is refused changes nothing."""

from cases.engine.evaluate import NoSuchCase, Refused
from cases.operations.change import StalePage, change_case, change_entitlement
from cases.operations.create import create_case
from cases.operations.entitle import propose_entitlement
from cases.operations.milestones import (
    complete_milestone,
    pause_milestones,
    resume_case,
    resume_milestones,
    stop_case,
)
from cases.operations.personal import finish_task, mark_notifications_read
from cases.operations.write_message import add_note, receive_customer_message, reply_to_case

__all__ = [
    "NoSuchCase",
    "Refused",
    "StalePage",
    "add_note",
    "change_case",
    "change_entitlement",
    "complete_milestone",
    "create_case",
    "finish_task",
    "mark_notifications_read",
    "pause_milestones",
    "propose_entitlement",
    "receive_customer_message",
    "reply_to_case",
    "resume_case",
    "resume_milestones",
    "stop_case",
]
