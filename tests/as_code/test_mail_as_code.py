"""Mailboxes, mail domains, the HTML of templates and the hours of warnings go through a file and back."""

from __future__ import annotations

import pytest

from entitlements.as_code.export import export
from entitlements.models import Account, AccountDomain, EmailTemplate, EntitlementSettings, Mailbox
from tests.as_code.desks import put

pytestmark = pytest.mark.django_db

FILE = """\
settings:
  warning_hours: Office
  digest_minutes: 30
  priorities: [Low, High]
queues:
  - {name: Claims}
email_templates:
  - {name: late, subject: Late, body: Late, html: <p>Late</p>}
business_hours:
  - name: Office
    time_zone: Europe/Berlin
    open: {mon-fri: "09:00-17:00"}
accounts:
  - name: Acme
    mail_domains: [acme.com, xn--bcher-kva.example]
mailboxes:
  - name: Support
    address: support@desk.example
    sender_name: Care
    host: imap.desk.example
    port: 143
    security: starttls
    queue: Claims
    priority: High
    account: Acme
    when_closed: follow_up
    reopen_days: 7
    machines_open_cases: true
"""


def test_what_a_file_says_is_so() -> None:
    put(FILE)
    mailbox = Mailbox.objects.get()
    assert (mailbox.port, mailbox.security, mailbox.queue_id, mailbox.priority_id) == (
        143,
        "starttls",
        "Claims",
        "High",
    )
    assert (mailbox.when_closed, mailbox.reopen_days, mailbox.machines_open_cases) == ("follow_up", 7, True)
    assert mailbox.account == Account.objects.get()
    assert sorted(AccountDomain.objects.values_list("domain", flat=True)) == [
        "acme.com",
        "xn--bcher-kva.example",
    ]
    settings = EntitlementSettings.objects.get()
    assert settings.warning_hours is not None and settings.warning_hours.name == "Office"
    assert (settings.digest_minutes, EmailTemplate.objects.get().html) == (30, "<p>Late</p>")


def test_what_was_exported_gives_the_same_export_again() -> None:
    put(FILE)
    written = export()
    assert "mail_domains" in written and "support@desk.example" in written
    put(written)
    assert export() == written


def test_a_password_is_never_exported_and_stays_when_a_file_is_applied() -> None:
    put(FILE)
    mailbox = Mailbox.objects.get()
    mailbox.password = "open sesame"
    mailbox.save()
    written = export()
    assert "sesame" not in written and mailbox.sealed_password not in written
    put(written.replace("sender_name: Care", "sender_name: Help"))
    mailbox.refresh_from_db()
    assert (mailbox.sender_name, mailbox.password) == ("Help", "open sesame")
