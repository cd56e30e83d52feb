"""No page of Setup has a serious or critical fault of accessibility. The pages are found, not listed here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import Page

from cases.engine.due import tick
from cases.models import ReceivedMail, Rollout
from cases.operations import stop_case
from entitlements.models import (
    AutoApplyRule,
    CannedReply,
    CustomField,
    EmailTemplate,
    EntitlementTemplate,
    Holiday,
    Mailbox,
    Product,
    SetupChange,
    WebhookEndpoint,
)
from tests.escalation_rows import make_ladder, make_rota, make_rule
from tests.factory import NOON, make_case, make_contact, make_customer, make_hours, make_process, violation
from tests.in_browser.conftest import Visit

OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag22aa"]},
}
GRAVE = ("serious", "critical")


def configure() -> None:
    """Something of most kinds."""
    note = {"kind": "notify", "to": ["owner"]}
    row = {"milestone": "First Response", "minutes": 60, "triggers": [violation(0, note)]}
    process = make_process("Premium", row, hours=make_hours(is_default=True))
    account = make_customer(process)
    make_contact(account)
    template = EntitlementTemplate.objects.create(name="Gold", process=process)
    AutoApplyRule.objects.create(name="Gold", takes="template", template=template)
    CustomField.objects.create(key="visit", label="Visit", type="date")
    EmailTemplate.objects.create(name="late", subject="s", body="b")
    Holiday.objects.create(name="Christmas", start_date=NOON.date())
    Product.objects.create(name="Gateway")
    case = make_case(account=account, now=NOON)
    tick(NOON + timedelta(hours=2), 10)
    stop_case(case.pk, reason="A part is on order", by=None, now=NOON + timedelta(hours=2))
    escalate_and_write()
    Rollout.objects.create(version=process.versions.get(), state="done", started_at=NOON)


def escalate_and_write() -> None:
    """What is told to whom, and by which way."""
    make_ladder()
    make_rule(
        {"name": "Untouched", "when": 'case.priority == "High"', "actions": {60: {"escalate": {"level": 1}}}}
    )
    make_rota(amy="mon-fri 08:00-18:00")
    CannedReply.objects.create(name="Thanks", body="Hello {{contact.first_name}}")
    WebhookEndpoint.objects.create(name="Operations", url="https://example.com/in", events=["case.created"])
    box = Mailbox.objects.create(name="Support", address="s@desk.example", host="imap.desk.example")
    ReceivedMail.objects.create(
        mailbox=box,
        uid_validity=1,
        uid=1,
        fingerprint="a",
        outcome="opened",
        arrived_at=NOON,
        handled_at=NOON,
    )
    SetupChange.objects.create(at=NOON, by_name="amy", kind="queue", name="Claims", verb="changed")


def addresses(views: Iterable[str], user: User) -> list[str]:
    """Of every table of Setup: these of list, add and change, where there is such a page and a thing."""
    request = RequestFactory().get("/")
    request.user = user
    found = []
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        thing = model._default_manager.first()
        if "changelist" in views:
            found.append(reverse(f"{name}_changelist"))
        if "add" in views and page.has_add_permission(request):
            found.append(reverse(f"{name}_add"))
        if "change" in views and thing is not None:
            found.append(reverse(f"{name}_change", args=[thing.pk]))
    return found


def own_pages() -> list[str]:
    """Those about no table, that need no thing."""
    routes = [route for route, _ in admin.site._pages.values()]  # type: ignore[attr-defined]
    read = [route for route in routes if "<" not in route and route in OWN]
    return ["/setup/", "/setup/find/?q=ent", *(f"/setup/{route}" for route in read)]


OWN = ("lint/", "configuration/", "entitlements/autoapplyrule/try/")


def faults(visit: Visit, found: list[str]) -> list[str]:
    axe, said = Axe(), []
    for address in found:
        page: Page = visit(address)
        violations = axe.run(page, options=OPTIONS).response["violations"]
        said += [
            f"{address} {one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in violations
            if one["impact"] in GRAVE
        ]
    return said


def test_lists_and_pages_of_their_own_are_accessible(
    visit: Visit, agent: User, complaints: list[str]
) -> None:
    configure()
    found = [*own_pages(), *addresses(["changelist"], agent)]
    assert len(found) > 30
    assert faults(visit, found) == []
    complaints.clear()  # Axe tries styles of its own, which the page's policy forbids.


def test_forms_are_accessible(visit: Visit, agent: User, complaints: list[str]) -> None:
    configure()
    assert [model.__name__ for model in admin.site._registry if not model._default_manager.exists()] == []
    found = addresses(["add", "change"], agent)
    assert faults(visit, found) == []
    complaints.clear()  # Axe tries styles of its own, which the page's policy forbids.
