"""What the desk does not take from a file; then nothing of the file has been applied."""

from __future__ import annotations

from typing import Any

import pytest

from entitlements.as_code.keys import ConfigurationError
from entitlements.models import ConfigurationRevision, CustomField, EntitlementProcess, Queue
from tests.as_code.desks import FIRST, NOW, process, put
from tests.factory import (
    first_response,
    make_account,
    make_case,
    make_desk,
    make_entitlement,
    make_process,
    warning,
)

pytestmark = pytest.mark.django_db


def refused(document: dict[str, Any]) -> str:
    """What the desk says against it; nothing has been changed."""
    before = ConfigurationRevision.current()
    with pytest.raises(ConfigurationError) as raised:
        put(document)
    assert ConfigurationRevision.current() == before
    return str(raised.value)


def test_a_priority_in_use_that_is_not_in_the_list() -> None:
    make_desk()
    make_case(now=NOW, priority="High")
    make_process("P", first_response(when='case.priority == "Medium"'))
    assert refused({"settings": {"priorities": ["Low"]}}) == (
        "settings.priorities: “Medium” is not in the list, but in use (Expression in: P v1) "
        "“High” is not in the list, but in use (1 case)"
    )


def test_a_status_in_use() -> None:
    make_desk()
    make_case(now=NOW)
    statuses = [{"name": "Neu", "default": True}, {"name": "Closed", "closed": True}]
    assert "“New” is not in the list, but in use (1 case)" in refused({"settings": {"statuses": statuses}})


def test_nothing_of_a_file_is_kept_when_one_thing_is_refused() -> None:
    make_desk()
    make_case(now=NOW, priority="High")
    make_process("P", first_response(triggers=[warning(50)]))
    document = process(FIRST | {"minutes": 1}) | {"queues": [{"name": "New"}]}
    assert "recurrence" in refused(
        document | {"milestones": [{"name": "First Response", "recurrence": "sequential"}]}
    )
    assert not Queue.objects.filter(name="New").exists()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            {"milestones": [{"name": "First Response", "recurrence": "sequential"}]},
            "milestones[0].recurrence: it stays “none”: a process with this milestone was published",
        ),
        (
            {"custom_fields": [{"key": "visit", "type": "text"}]},
            "custom_fields[0].type: the type of a custom field stays “date”",
        ),
        ({"queues": [{"name": "A", "members": ["nobody"]}]}, "queues[0].members: there is no user “nobody”"),
        (
            {"accounts": [{"name": "A", "business_hours": "Moon"}]},
            "accounts[0].business_hours: there is no “Moon”",
        ),
        (
            {"entitlements": [{"name": "E", "account": "X", "process": "P", "start_date": "2026-01-01"}]},
            "entitlements[0].account: there is no “X”",
        ),
        (
            process(
                {
                    "milestone": "Other",
                    "minutes": 5,
                    "triggers": [{"violation": "0m", "actions": [{"email": {}}]}],
                }
            ),
            "entitlement_processes[0].milestones[0].triggers[0].actions[0].email: Missing: to.",
        ),
        (
            process({"milestone": "Other", "minutes": 5, "business_hours": "Moon"}),
            "entitlement_processes[0].milestones[0].business_hours: there are no hours “Moon”",
        ),
        (
            {"email_templates": [{"name": "no slug", "subject": "x", "body": "y"}]},
            "email_templates[0].name: Enter a valid “slug” consisting of letters, numbers, underscores or "
            "hyphens.",
        ),
    ],
)
def test_what_setup_would_not_take_either(document: dict[str, Any], message: str) -> None:
    make_process("P", first_response())
    make_entitlement(make_account("Aurora"), EntitlementProcess.objects.get())
    CustomField.objects.create(key="visit", label="Visit", type="date")
    assert refused(document) == message
