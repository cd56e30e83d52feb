"""What an administrator waits for while typing: the live example, criteria, the count of open cases."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

import tests.bench.ready  # noqa: F401  (first: models need it)
from cases.models import Case
from cases.queries.criteria import MOST_CASES
from entitlements.models import ProcessMilestone
from tests.bench.crowd import copy_case
from tests.bench.table import Row, at_most, milliseconds, show
from tests.factory import (
    make_case,
    make_customer,
    make_desk,
    make_hours,
    make_process,
    make_user,
    violation,
    warning,
)

AIM = 150.0
MILESTONES = 12
TIMES = 40
WHEN = 'case.priority == "High" && account.tier in ["Gold", "Premium"]'
MAIL = {"kind": "email", "to": ["lead@example.com"]}


def run() -> list[Row]:
    """The example of the last of twelve milestones, each with three triggers, in hours with holidays."""
    make_desk()
    client = Client(headers={"host": "localhost"})
    client.force_login(make_user("ada", "Administrators", is_staff=True))
    row = _process()
    form = _form(row)
    address = f"/setup/entitlements/processmilestone/{row.pk}"
    case = make_case(account=make_customer(), now=timezone.now() - timedelta(minutes=5), priority="High")
    rows: list[Row] = [("", "median")]
    example = _posted(client, f"{address}/example/", form)
    rows += [_figure("live example", example), at_most("  live example", example, AIM, " ms")]
    other = _posted(
        client, f"{address}/example/", form | {"minutes": "", "formula": "case.reopen_count + 30"}
    )
    rows += [_figure("live example, a formula", other), at_most("  of a formula", other, AIM, " ms")]
    field = _posted(client, "/setup/criteria/?name=when", form)
    rows.append(_figure("criteria drawn anew", field))
    copy_case(case, 4 * MOST_CASES)
    count = _posted(client, "/setup/criteria/count/?name=when", form, times=5)
    rows.append(_figure(f"the newest {MOST_CASES:,} of {Case.objects.count():,} open cases counted", count))
    return rows


def _process() -> ProcessMilestone:
    hours = make_hours("Office", time_zone="Europe/Berlin", public_holidays="DE-BY")
    milestones: list[dict[str, Any]] = [
        {
            "milestone": f"Milestone {number}",
            "minutes": 240,
            "when": WHEN,
            "triggers": [warning(50, 0, MAIL), warning(75, 0, MAIL), violation(60, MAIL)],
        }
        for number in range(MILESTONES)
    ]
    version = make_process("Premium", *milestones, hours=hours, published=False).versions.get()
    return version.rows.order_by("-position")[0]


def _form(row: ProcessMilestone) -> dict[str, str]:
    return {
        "milestone": str(row.milestone_id),
        "minutes": "1d 4h",
        "start": "entry",
        "completed_by": "agent_reply",
        "hours_from": "inherited",
        "when": WHEN,
    }


def _posted(client: Client, address: str, form: dict[str, str], times: int = TIMES) -> float:
    def post() -> None:
        answer = client.post(address, form)
        assert answer.status_code == 200, answer.status_code

    return milliseconds(post, times)


def _figure(what: str, figure: float) -> Row:
    return (what, f"{figure:.1f} ms")


if __name__ == "__main__":
    show("Process editor", run())
