"""Setup: Mailboxes, Received Mail, and the mail domains of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from cases.models import Case, MailboxReading, ReceivedMail
from entitlements.models import Account, AccountDomain, Mailbox
from tests.factory import NOON, make_account, make_user
from tests.mail.letters import letter
from tests.mail.post_box import Hatch, PostBox
from tests.servers import free_port
from tests.setup.administrator import Setup, errors, page_of

FORM = {
    "name": "Support",
    "address": "support@desk.example",
    "is_active": "on",
    "host": "imap.desk.example",
    "security": "tls",
    "port": "993",
    "folder": "INBOX",
    "when_closed": "reopen",
    "password": "open sesame",
}


class TestAMailbox:
    def test_keeps_its_password_and_never_shows_it(self, setup: Setup) -> None:
        setup.add("mailbox", **FORM)
        mailbox = Mailbox.objects.get()
        assert mailbox.password == "open sesame"
        pages = [setup.get(page_of(mailbox)), setup.get(page_of(mailbox, "history"))]
        shown = "".join(page.content.decode() for page in pages)
        assert "sesame" not in shown and mailbox.sealed_password not in shown
        assert "sesame" not in "".join(LogEntry.objects.values_list("change_message", flat=True))

    def test_keeps_its_password_when_none_is_given(self, setup: Setup) -> None:
        setup.add("mailbox", **FORM)
        setup.change(Mailbox.objects.get(), **{**FORM, "password": "", "sender_name": "Care"})
        mailbox = Mailbox.objects.get()
        assert (mailbox.sender_name, mailbox.password) == ("Care", "open sesame")

    def test_is_read_from_now_on_unless_all_of_it_is_wanted(self, setup: Setup) -> None:
        setup.add("mailbox", **FORM)
        other = {"name": "Sales", "address": "sales@desk.example", "read_everything": "on"}
        setup.add("mailbox", **{**FORM, **other})
        assert Mailbox.objects.get(name="Support").read_from is not None
        assert Mailbox.objects.get(name="Sales").read_from is None

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("port", "0"),
            ("port", "65536"),
            ("port", "x"),
            ("address", "nobody"),
            ("address", ""),
            ("host", ""),
            ("host", "a\nb"),
            ("security", "maybe"),
            ("done_folder", "INBOX"),
            ("reopen_days", "-1"),
            ("queue", "Nowhere"),
            ("name", ""),
        ],
    )
    def test_with_bad_input_is_refused_at_the_field(self, setup: Setup, field: str, value: str) -> None:
        answer = setup.add("mailbox", **{**FORM, field: value})
        assert errors(answer, field)
        assert not Mailbox.objects.exists()

    def test_of_an_address_that_another_has_is_refused(self, setup: Setup) -> None:
        setup.add("mailbox", **FORM)
        assert errors(setup.add("mailbox", **{**FORM, "name": "Sales"}), "address")

    def test_says_how_reading_it_goes(self, setup: Setup) -> None:
        setup.add("mailbox", **FORM)
        mailbox = Mailbox.objects.get()
        assert "has not been read yet" in setup.get(page_of(mailbox)).content.decode()
        MailboxReading.objects.create(mailbox=mailbox, next_read_at=NOON, failures=2, error="No such host")
        text = setup.get(page_of(mailbox)).content.decode()
        assert "It cannot be read." in text and "No such host" in text and "Tried 2 times" in text
        assert "No such host" in setup.get("/setup/entitlements/mailbox/").content.decode()

    def test_is_read_now_when_asked(self, setup: Setup, imap_server: int) -> None:
        box = PostBox(imap_server)
        box.post(letter())
        text = setup.post(page_of(box.mailbox, "read")).content.decode()
        assert "It was read. New case: 1." in text
        assert Case.objects.count() == 1

    def test_that_cannot_be_reached_says_so_when_asked(self, setup: Setup) -> None:
        box = PostBox(free_port())
        assert (
            "It could not be read. ConnectionRefused"
            in setup.post(page_of(box.mailbox, "read")).content.decode()
        )

    def test_is_read_by_a_form_alone(self, setup: Setup) -> None:
        assert setup.get(page_of(Hatch().mailbox, "read")).status_code == 405

    def test_is_for_administrators(self, setup: Setup) -> None:
        agent = Setup(make_user("bob"))
        for view in ("change", "read"):
            assert agent.client.post(page_of(Hatch().mailbox, view)).status_code == 403
            Mailbox.objects.all().delete()


class TestReceivedMail:
    @pytest.fixture
    def aside(self, setup: Setup, settings: Any, tmp_path: Path) -> ReceivedMail:
        """An automatic reply that was left alone."""
        settings.MEDIA_ROOT = tmp_path
        Hatch().receive(letter("<script>alert(1)</script>", Auto_Submitted="auto-replied", Subject="<b>Away"))
        return ReceivedMail.objects.get()

    def test_is_listed_with_what_became_of_it(self, setup: Setup, aside: ReceivedMail) -> None:
        text = setup.get("/setup/cases/receivedmail/").content.decode()
        assert "Automatic, left alone" in text and "&lt;b&gt;Away" in text and "<b>Away" not in text

    def test_is_handled_after_all(self, setup: Setup, aside: ReceivedMail) -> None:
        assert "Handle it after all" in setup.get(page_of(aside)).content.decode()
        assert "It has been handled." in setup.post(page_of(aside, "retry")).content.decode()
        assert Case.objects.get().subject == "<b>Away"
        assert "handled already" in setup.post(page_of(aside, "retry")).content.decode()

    def test_that_is_chosen_in_the_list_is_handled_after_all(self, setup: Setup, aside: ReceivedMail) -> None:
        form = {"action": "handle_after_all", "_selected_action": [aside.pk]}
        assert "1 handled." in setup.post("/setup/cases/receivedmail/", **form).content.decode()

    def test_is_handed_out_as_it_came_and_only_as_a_file(self, setup: Setup, aside: ReceivedMail) -> None:
        answer = setup.get(page_of(aside, "original"))
        assert answer.content.startswith(b"From: Ada Byron")
        assert (answer["Content-Type"], answer["Content-Disposition"][:10]) == (
            "message/rfc822",
            "attachment",
        )
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_that_is_not_kept_is_not_there(self, setup: Setup, aside: ReceivedMail) -> None:
        setup.post(page_of(aside, "retry"))
        assert setup.get(page_of(aside, "original")).status_code == 404
        for key in ("x", "9" * 30, "0"):
            path = page_of(aside, "original").replace(f"/{aside.pk}/", f"/{key}/")
            assert setup.get(path).status_code == 404

    def test_is_changed_and_deleted_by_nobody(self, setup: Setup, aside: ReceivedMail) -> None:
        assert setup.change(aside, outcome="opened").status_code == 403
        assert setup.delete(aside).status_code == 403


class TestTheMailDomainsOfAnAccount:
    def form(self, domains: str) -> dict[str, str]:
        rows = {"contacts-TOTAL_FORMS": "0", "contacts-INITIAL_FORMS": "0"}
        return {"name": "Acme", "tier": "Premium", "mail_domains": domains, **rows}

    def test_are_kept_as_dns_has_them(self, setup: Setup) -> None:
        setup.add("account", **self.form("ACME.com, @bücher.example acme.com"))
        assert list(AccountDomain.objects.values_list("domain", flat=True)) == [
            "acme.com",
            "xn--bcher-kva.example",
        ]
        shown = setup.get(page_of(Account.objects.get(name="Acme"))).content.decode()
        assert 'value="acme.com, bücher.example"' in shown

    def test_are_replaced_by_others(self, setup: Setup) -> None:
        setup.add("account", **self.form("acme.com, acme.de"))
        setup.change(Account.objects.get(name="Acme"), **self.form("acme.de, acme.fr"))
        assert list(AccountDomain.objects.values_list("domain", flat=True)) == ["acme.de", "acme.fr"]

    @pytest.mark.parametrize(
        ("domains", "said"),
        [
            ("gmail.com", "At gmail.com anybody may have an address."),
            ("acme", "“acme” is no mail domain"),
            ("ada@acme.com", "is no mail domain"),
            ("a..b", "is no mail domain"),
            ("x" * 300 + ".com", "is no mail domain"),
            ("other.com", "other.com belongs to Other already."),
        ],
    )
    def test_that_cannot_be_are_refused_at_the_field(self, setup: Setup, domains: str, said: str) -> None:
        AccountDomain.objects.create(account=make_account("Other"), domain="other.com")
        assert said in errors(setup.add("account", **self.form(domains)), "mail_domains")
        assert not Account.objects.filter(name="Acme").exists()
