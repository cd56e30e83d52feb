"""The share of milestones that is promised to be kept goes through a file and back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from entitlements.as_code.check import check_file
from entitlements.as_code.export import export
from entitlements.models import Entitlement, EntitlementSettings
from tests.as_code.desks import put

pytestmark = pytest.mark.django_db

FILE = """\
settings: {compliance_percent: 97.5}
milestones: [{name: Answer}]
entitlement_processes:
  - {name: Gold, milestones: [{milestone: Answer, minutes: 60, complete_on: agent_reply}]}
accounts: [{name: Acme}]
entitlements:
  - {name: Support, account: Acme, process: Gold, start_date: 2026-01-01, compliance_percent: 99.95}
"""


def test_what_a_file_says_is_so_and_is_exported_so() -> None:
    put(FILE)
    assert EntitlementSettings.objects.get().compliance_percent == Decimal("97.5")
    assert Entitlement.objects.get().compliance_percent == Decimal("99.95")
    written = export()
    assert "compliance_percent: 97.5" in written and "compliance_percent: 99.95" in written


def test_what_it_no_longer_says_is_as_usual() -> None:
    put(FILE)
    put(FILE.replace("settings: {compliance_percent: 97.5}\n", "").replace(", compliance_percent: 99.95", ""))
    assert Entitlement.objects.get().compliance_percent is None
    assert Entitlement.objects.count() == 1


@pytest.mark.parametrize("share", ["0", "100.5", "99.999", "most", "-1", ".nan"])
def test_what_is_no_share_is_refused(tmp_path: Path, share: str) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text(FILE.replace("97.5", share))
    found = [one for one in check_file(str(file), 2026) if not one.is_warning]
    assert [(one.place.line, "percentage above 0, 100 at most" in one.message) for one in found] == [
        (1, True)
    ]
