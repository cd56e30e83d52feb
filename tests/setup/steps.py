"""Steps that an administrator takes, as forms that are posted."""

from __future__ import annotations

from typing import Any

from entitlements.models import Milestone, ProcessMilestone, ProcessVersion, Trigger
from tests.setup.administrator import Setup

NO_ACTIONS = {"actions-TOTAL_FORMS": "0", "actions-INITIAL_FORMS": "0"}
PLAIN_ROW = {
    "start": "entry",
    "completed_by": "agent_reply",
    "hours_from": "inherited",
    "minutes": "4h",
}


def actions(*given: dict[str, str]) -> dict[str, str]:
    """The form of some new actions on the page of a trigger."""
    form = {"actions-TOTAL_FORMS": str(len(given)), "actions-INITIAL_FORMS": "0"}
    for number, one in enumerate(given):
        form |= {f"actions-{number}-{name}": value for name, value in one.items()}
    return form


def new_process(setup: Setup, name: str = "Premium") -> ProcessVersion:
    setup.add("entitlementprocess", name=name, is_active="on")
    return ProcessVersion.objects.get(process__name=name)


def new_row(setup: Setup, version: ProcessVersion, **given: str) -> ProcessMilestone:
    milestone, _ = Milestone.objects.get_or_create(name="First Response")
    form = PLAIN_ROW | {"milestone": str(milestone.pk)} | given
    setup.add("processmilestone", f"?version={version.pk}", **form)
    return version.rows.order_by("-pk")[0]


def new_trigger(setup: Setup, row: ProcessMilestone, **given: Any) -> Trigger:
    setup.add("trigger", f"?row={row.pk}", **(NO_ACTIONS | {"kind": "violation"} | given))
    return row.triggers.order_by("-pk")[0]
