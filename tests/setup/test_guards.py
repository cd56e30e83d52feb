"""What keeps Setup safe: nobody overwrites another unawares, what is used stays, changes are written down."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from entitlements.models import (
    Account,
    BusinessHours,
    CasePriority,
    Contact,
    EmailTemplate,
    Milestone,
    Queue,
    SetupChange,
)
from tests.as_code.desks import FIRST, NOW, put
from tests.as_code.desks import process as written
from tests.factory import make_account, make_contact, make_hours, make_process, make_user
from tests.setup.administrator import Setup, errors, page, page_of
from tests.setup.steps import new_process, new_row


def shown(answer: Any) -> str:
    """What a page's form would bring back."""
    found = re.search(r'name="_shown" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def no_contacts(initial: int = 0) -> dict[str, str]:
    return {"contacts-TOTAL_FORMS": str(initial), "contacts-INITIAL_FORMS": str(initial)}


@pytest.fixture
def other(setup: Setup) -> Setup:
    return Setup(make_user("ben", "Administrators"))


class TestTwoAtOnePage:
    def test_the_second_is_told_what_the_first_changed_and_nothing_is_saved(
        self, setup: Setup, other: Setup
    ) -> None:
        account = make_account("Acme", tier="Gold")
        opened = shown(setup.get(page_of(account)))
        other.change(account, name="Acme", tier="Silver", **no_contacts())
        answer = setup.change(account, name="Acme Ltd", tier="Gold", _shown=opened, **no_contacts())
        text = answer.content.decode()
        assert "ben changed this while you did" in text
        assert re.search(r"Tier</th><td>Gold</td><td>Silver</td>", text)
        assert "Somebody else has changed this meanwhile" in errors(answer)
        assert Account.objects.get().name == "Acme"

    def test_what_was_typed_stays_and_saving_again_saves_over_it(self, setup: Setup, other: Setup) -> None:
        account = make_account("Acme", tier="Gold")
        opened = shown(setup.get(page_of(account)))
        other.change(account, name="Acme", tier="Silver", **no_contacts())
        answer = setup.change(account, name="Acme Ltd", tier="Gold", _shown=opened, **no_contacts())
        assert 'value="Acme Ltd"' in answer.content.decode()
        setup.change(account, name="Acme Ltd", tier="Gold", _shown=shown(answer), **no_contacts())
        account.refresh_from_db()
        assert (account.name, account.tier) == ("Acme Ltd", "Gold")

    def test_rows_within_the_page_count_too(self, setup: Setup, other: Setup) -> None:
        account = make_account("Acme")
        opened = shown(setup.get(page_of(account)))
        contact = make_contact(account, "Ada Byron")
        answer = setup.change(account, name="Acme Ltd", _shown=opened, **no_contacts())
        assert "Contact Ada Byron" in answer.content.decode()
        contact.delete()
        assert not Contact.objects.exists()

    def test_who_is_alone_is_not_asked(self, setup: Setup) -> None:
        account = make_account("Acme")
        opened = shown(setup.get(page_of(account)))
        setup.change(account, name="Acme Ltd", _shown=opened, **no_contacts())
        assert Account.objects.get().name == "Acme Ltd"

    @pytest.mark.parametrize("mark", ["", "nonsense", "eyJhIjoxfQ:1:2"])
    def test_a_mark_that_is_none_of_ours_is_as_good_as_none(self, setup: Setup, mark: str) -> None:
        account = make_account("Acme")
        setup.change(account, name="Acme Ltd", _shown=mark, **no_contacts())
        assert Account.objects.get().name == "Acme Ltd"

    def test_every_page_that_can_be_saved_carries_the_mark(self, setup: Setup) -> None:
        version = new_process(setup)
        row = new_row(setup, version)
        things = [
            *(make_hours(), version, row, row.milestone, version.process, CasePriority.objects.all()[0]),
            *(Queue.objects.get(), setup.user),
        ]
        for thing in things:
            assert shown(setup.get(page_of(thing))), thing
        assert shown(setup.get(page("entitlementsettings")))


class TestWhatIsInUse:
    def test_is_not_deleted_and_says_by_whom_with_links(self, setup: Setup) -> None:
        process = make_process("Premium", hours=(hours := make_hours()))
        text = setup.delete(hours).content.decode()
        version = process.versions.get()
        assert f'<a href="{page_of(version)}">Entitlement process: Premium v1</a>' in text
        assert "Make it inactive instead" in text
        assert BusinessHours.objects.exists()

    @pytest.mark.parametrize("model", [BusinessHours, Milestone, Queue, EmailTemplate])
    def test_can_be_made_inactive(self, model: Any) -> None:
        assert model(name="x").is_active


class TestWhatIsInactive:
    def test_is_not_offered_but_stays_where_it_was_chosen(self, setup: Setup) -> None:
        version = new_process(setup)
        row = new_row(setup, version)
        Milestone.objects.create(name="Old", is_active=False)
        Milestone.objects.filter(pk=row.milestone_id).update(is_active=False)
        new = setup.get(f"{page('processmilestone', 'add')}?version={version.pk}").content.decode()
        assert ">Old</option>" not in new
        assert ">First Response</option>" not in new
        assert ">First Response</option>" in setup.get(page_of(row)).content.decode()

    def test_the_default_hours_never_are(self, setup: Setup) -> None:
        hours = make_hours(is_default=True)
        week = {"mon": "09:00-17:00"}
        answer = setup.change(hours, name="Office", time_zone="UTC", is_default="on", **week)
        assert "stay active" in errors(answer)

    def test_a_file_says_so(self, desk: None) -> None:
        put({"queues": [{"name": "Old", "active": False}], "milestones": [{"name": "M", "active": False}]})
        assert not Queue.objects.get(name="Old").is_active
        assert not Milestone.objects.get(name="M").is_active


class TestTheAudit:
    def test_says_who_changed_what_from_what_to_what(self, setup: Setup) -> None:
        account = make_account("Acme", tier="Gold")
        setup.change(account, name="Acme", tier="Silver", **no_contacts())
        change = SetupChange.objects.get()
        assert (change.by_name, change.verb, change.kind, change.name) == (
            "ada",
            "changed",
            "Account",
            "Acme",
        )
        assert change.lines == [["Tier", "Gold", "Silver"]]

    def test_of_a_save_that_changes_nothing_says_nothing(self, setup: Setup) -> None:
        account = make_account("Acme", tier="Gold")
        setup.change(account, name="Acme", tier="Gold", **no_contacts())
        assert not SetupChange.objects.exists()

    def test_tells_of_what_was_added_and_deleted(self, setup: Setup) -> None:
        setup.add("milestone", name="Callback", recurrence="none")
        setup.delete(Milestone.objects.get())
        assert [(one.verb, one.name) for one in SetupChange.objects.all()] == [
            ("deleted", "Callback"),
            ("added", "Callback"),
        ]
        assert ["Name", "", "Callback"] in SetupChange.objects.get(verb="added").lines

    def test_never_holds_a_password(self, setup: Setup) -> None:
        user = make_user("cleo")
        user.set_password("correct horse")
        user.save()
        before = user.password
        setup.change(user, username="cleo2", is_active="on")
        text = str(list(SetupChange.objects.values()))
        assert "cleo2" in text
        assert before not in text

    def test_tells_of_a_publication_with_its_differences(self, setup: Setup) -> None:
        version = new_process(setup)
        new_row(setup, version)
        setup.post(page_of(version, "publish"), reason="First one", scope="new")
        change = SetupChange.objects.filter(verb="published").get()
        assert change.remark == "First one"
        assert any(about == "First Response: Time trigger" for about, _, _ in change.lines)

    def test_tells_of_what_a_file_changed(self, desk: None) -> None:
        put(written(FIRST) | {"accounts": [{"name": "Acme", "tier": "Gold"}]})
        said = [(one.verb, one.kind, one.name, one.source) for one in SetupChange.objects.order_by("pk")]
        assert ("added", "Accounts", "Acme", "Configuration file") in said
        assert any(verb == "published" for verb, *_ in said)
        assert SetupChange.objects.filter(at=NOW).count() == len(said)

    def test_can_be_filtered_and_downloaded(self, setup: Setup) -> None:
        account = make_account("=1+1", tier="Gold")
        setup.change(account, name="=1+1", tier="Silver", **no_contacts())
        setup.add("milestone", name="Callback", recurrence="none")
        assert "Callback" in setup.get(page("setupchange"), by_name="ada").content.decode()
        text = setup.get(page("setupchange", "csv"), kind="Account").content.decode()
        header, *rows = csv.reader(io.StringIO(text))
        assert header[:3] == ["at", "by", "what"]
        assert [row[1:8] for row in rows] == [
            ["ada", "changed", "Account", "'=1+1", "Tier", "Gold", "Silver"]
        ]

    def test_is_never_changed(self, setup: Setup) -> None:
        setup.add("milestone", name="Callback", recurrence="none")
        change = SetupChange.objects.get()
        assert setup.change(change, name="x").status_code == 403
        with pytest.raises(TypeError):
            change.save()
