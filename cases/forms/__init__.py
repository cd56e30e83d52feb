"""What people fill in at the desk. A form checks its own fields; whether it may happen the operation says."""

from cases.forms.details import CompleteForm, DetailsForm, StopForm
from cases.forms.links import LinkForm
from cases.forms.message import DraftForm, MessageForm
from cases.forms.new_case import NewCaseForm
from cases.forms.relief import ReliefForm
from cases.forms.tasks import AssignForm, TaskForm
from cases.forms.team import TeamForm

__all__ = [
    "AssignForm",
    "CompleteForm",
    "DetailsForm",
    "DraftForm",
    "LinkForm",
    "MessageForm",
    "NewCaseForm",
    "ReliefForm",
    "StopForm",
    "TaskForm",
    "TeamForm",
]
