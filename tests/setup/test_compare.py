"""Versions of a process: listed with their cases, and any two of them compared."""

from __future__ import annotations

from typing import Any

import pytest

from entitlements.models import EntitlementProcess, ProcessVersion
from tests.factory import NOON, first_response, make_case, make_customer, make_process, make_user, violation
from tests.setup.administrator import Setup, page_of
from tests.setup.steps import PLAIN_ROW, new_row


@pytest.fixture
def process(setup: Setup) -> EntitlementProcess:
    """Version 1 published with 60 minutes, version 2 a draft with 30 for High."""
    process = make_process("Premium", first_response(60, triggers=[violation()]))
    setup.post(page_of(process, "new_version"))
    draft = process.versions.get(number=2)
    row = draft.rows.get()
    form = PLAIN_ROW | {"minutes": "30m", "when": 'case.priority == "High"'}
    setup.change(row, milestone=str(row.milestone_id), **form)
    return process


def compared(setup: Setup, process: EntitlementProcess, **numbers: str) -> Any:
    return setup.get(page_of(process, "compare"), **numbers)


class TestComparing:
    def test_says_what_differs_in_words(self, setup: Setup, process: EntitlementProcess) -> None:
        answer = compared(setup, process, old="1", new="2")
        (one,) = answer.context["compared"]
        assert (one.kind, one.name) == ("changed", "First Response")
        assert one.lines == [("Time trigger", "1h", "30m"), ("Criteria", "–", "Priority equals High")]
        assert "<ins>Priority equals High</ins>" in answer.content.decode()

    def test_goes_both_ways(self, setup: Setup, process: EntitlementProcess) -> None:
        (one,) = compared(setup, process, old="2", new="1").context["compared"]
        assert one.lines == [("Time trigger", "30m", "1h"), ("Criteria", "Priority equals High", "–")]

    def test_of_what_came_and_went(self, setup: Setup, process: EntitlementProcess) -> None:
        draft = process.versions.get(number=2)
        other = make_process("Other", {"milestone": "Resolution", "minutes": 5}).versions.get().rows.get()
        draft.rows.all().delete()
        completion = {"completed_by": "criteria", "completion": "case.is_closed"}
        new_row(setup, draft, milestone=str(other.milestone_id), **completion)
        found = compared(setup, process, old="1", new="2").context["compared"]
        assert [(one.kind, one.name) for one in found] == [
            ("added", "Resolution"),
            ("removed", "First Response"),
        ]
        assert ("Completed by", "–", "when Closed is yes") in found[0].lines

    def test_of_a_version_with_itself_says_so(self, setup: Setup, process: EntitlementProcess) -> None:
        assert "say the same" in compared(setup, process, old="1", new="1").content.decode()

    @pytest.mark.parametrize(
        "numbers", [{}, {"old": "1"}, {"old": "1", "new": "9"}, {"old": "x", "new": "²"}]
    )
    def test_of_unknown_versions_asks_which(
        self, setup: Setup, process: EntitlementProcess, numbers: dict[str, str]
    ) -> None:
        answer = compared(setup, process, **numbers)
        assert answer.status_code == 200
        assert "Compare version" in answer.content.decode()

    def test_is_for_administrators(self, process: EntitlementProcess) -> None:
        assert compared(Setup(make_user("bob")), process).status_code == 403

    def test_is_offered_where_versions_are(self, setup: Setup, process: EntitlementProcess) -> None:
        address = page_of(process, "compare")
        assert address in setup.get(page_of(process)).content.decode()
        draft = setup.get(page_of(process.versions.get(number=2))).content.decode()
        assert f"{address}?old=1&amp;new=2" in draft


def test_cases_and_milestones_of_a_version_are_counted_apart(setup: Setup) -> None:
    process = make_process("Premium", first_response(), {"milestone": "Resolution", "minutes": 5})
    account = make_customer(process)
    for status in ("New", "New", "Closed"):
        make_case(account=account, now=NOON, status=status)
    (version,) = setup.get(page_of(process)).context["versions"]
    assert isinstance(version, ProcessVersion)
    assert (version.open_cases, version.cases_ever, version.rows_there) == (2, 3, 2)  # type: ignore[attr-defined]
