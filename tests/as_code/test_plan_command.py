"""manage.py sla plan: what applying a file would do, as text."""

from __future__ import annotations

from datetime import timedelta

import pytest

from entitlements.models import Account, ConfigurationRevision, ProcessVersion
from tests.as_code.command import Write, sla
from tests.as_code.desks import FIRST, RESOLUTION, process
from tests.factory import NOON, make_case

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=30)


def test_the_plan_as_text(account: Account, write: Write) -> None:
    case = make_case(account=account, now=NOON)
    path = write(process(FIRST | {"minutes": 20}, RESOLUTION))
    status, out, _ = sla("plan", path)
    assert (status, out) == (
        0,
        "entitlement processes\n"
        "  ~ P → version 2\n"
        "      First Response: minutes: 60 → 20\n"
        "open case milestones, times in UTC\n"
        f"    {case.number}  First Response: 2026-03-04 13:00 → 2026-03-04 12:20, "
        "earlier, late at once · version\n"
        "  by the new version, with --open-cases: 1 earlier; 1 late at once (in 1 case)\n",
    )
    assert ProcessVersion.objects.count() == 1


def test_the_first_twenty_or_all(account: Account, write: Write) -> None:
    for _ in range(25):
        make_case(account=account, now=NOON)
    path = write(process(FIRST | {"minutes": 20}, RESOLUTION))
    short, whole = sla("plan", path)[1], sla("plan", path, "--all")[1]
    assert (short.count("late at once ·"), whole.count("late at once ·")) == (20, 25)
    assert "… and 5 more; --all shows them" in short


def test_nothing_to_change(account: Account, write: Write) -> None:
    path = write(process(FIRST, RESOLUTION))
    assert sla("plan", path)[:2] == (0, "The desk is as the file says: nothing to change.\n")


def test_what_the_desk_would_refuse_is_said_with_its_line(account: Account, write: Write) -> None:
    make_case(account=account, now=NOON, priority="High")
    path = write("settings:\n  allow_pausing: true\n  stages: [Intake]\n  priorities: [Low]\n")
    status, _, err = sla("plan", path)
    assert status == 2
    assert err.endswith(f"{path}:4: “High” is not in the list, but in use (1 case)\n")
    assert ConfigurationRevision.current() is not None
