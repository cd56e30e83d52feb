"""Setup's home, its tree, and Quick Find."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin

from entitlements.models import CaseStatus, RecentlyViewed
from servicedesk.setup_find import things_named
from servicedesk.setup_tree import find, pages
from tests.factory import make_account, make_customer, make_hours, make_process, make_user
from tests.setup.administrator import Setup, page, page_of
from tests.setup.steps import new_process


def names(wanted: str) -> list[str]:
    return [one.name for one in find(wanted)]


class TestTheTree:
    def test_leads_to_every_table_of_setup(self, setup: Setup) -> None:
        placed = {model for one in pages() for model in one.models}
        assert placed == {model._meta.label_lower for model in admin.site._registry}

    def test_is_in_the_order_of_the_work(self, setup: Setup) -> None:
        groups = setup.get("/setup/").context["available_apps"]
        assert [group["name"] for group in groups] == [
            *("Service", "Customers", "People", "Communication", "System"),
        ]
        assert [entry["name"] for entry in groups[0]["models"]][:3] == [
            *("Milestones", "Entitlement Processes", "Business Hours"),
        ]

    def test_marks_the_page_that_is_open_and_those_below_it(self, setup: Setup) -> None:
        version = new_process(setup)
        for address in (page("entitlementprocess"), page("processversion", "change", version.pk)):
            groups = setup.get(address).context["available_apps"]
            marked = [entry["name"] for group in groups for entry in group["models"] if entry["is_current"]]
            assert marked == ["Entitlement Processes"]

    def test_is_the_only_list_of_pages(self, setup: Setup) -> None:
        assert setup.get("/setup/entitlements/").redirect_chain[-1][0] == "/setup/"


class TestQuickFind:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ("mil", "Milestones"),
            ("MILESTONES ", "Milestones"),
            ("ent proc", "Entitlement Processes"),
            ("hol", "Holidays"),
            ("sla", "Entitlement Processes"),
            ("pausing", "Entitlement Settings"),
            ("lint", "Lint"),
        ],
    )
    def test_goes_to_the_only_page_that_fits(self, setup: Setup, wanted: str, found: str) -> None:
        assert names(wanted) == [found]
        answer = setup.get("/setup/find/", q=wanted)
        assert answer.context["title"] == found or "Settings" in answer.context["title"]

    def test_lists_several(self, setup: Setup) -> None:
        assert names("ent") == [
            *("Entitlement Processes", "Entitlements", "Entitlement Templates", "Entitlement Settings"),
            "Auto-apply Rules",
        ]
        text = setup.get("/setup/find/", q="ent").content.decode()
        assert "Pages of Setup with “ent”" in text

    def test_puts_names_that_begin_so_before_others(self) -> None:
        assert names("c")[0] == "Custom Fields"
        assert "Statuses" in names("c")

    @pytest.mark.parametrize("wanted", ["", "  ", "zzz", "<script>alert(1)</script>", "\0", "x" * 5000])
    def test_finds_nothing_and_says_so(self, setup: Setup, wanted: str) -> None:
        answer = setup.get("/setup/find/", q=wanted)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()

    def test_stands_on_every_page(self, setup: Setup) -> None:
        for address in ("/setup/", page("milestone"), page("milestone", "add"), "/setup/find/"):
            assert 'id="quick-find-box"' in setup.get(address).content.decode()


class TestHome:
    def missing(self, setup: Setup) -> str:
        return " ".join(one["words"] for one in setup.get("/setup/").context["missing"])

    def test_of_an_empty_desk_says_what_is_missing(self, db: None) -> None:
        said = self.missing(Setup(make_user("ada", "Administrators")))
        for words in ("no case statuses", "no priorities", "no queues", "no business hours", "no milestones"):
            assert words in said

    def test_of_a_configured_desk_has_nothing_to_say(self, setup: Setup) -> None:
        make_hours(is_default=True)
        make_customer()
        assert self.missing(setup) == ""
        assert "Everything that a desk needs" in setup.get("/setup/").content.decode()

    def test_warns_of_a_process_without_published_version(self, setup: Setup) -> None:
        new_process(setup)
        assert "“Premium” has no published version" in self.missing(setup)

    def test_warns_when_no_status_closes(self, setup: Setup) -> None:
        CaseStatus.objects.update(is_closed=False)
        assert "No status closes a case" in self.missing(setup)

    def test_counts_what_is_configured(self, setup: Setup) -> None:
        groups = setup.get("/setup/").context["groups"]
        counts = {entry["name"]: entry.get("count") for group in groups for entry in group["models"]}
        assert (counts["Statuses"], counts["Priorities"], counts["Milestones"]) == (4, 3, 0)


def test_pages_have_no_inline_scripts_or_styles(setup: Setup) -> None:
    version = new_process(setup)
    addresses = ["/setup/", page("processversion", "change", version.pk)]
    for model in admin.site._registry:
        opts = model._meta
        addresses += [
            f"/setup/{opts.app_label}/{opts.model_name}/",
            f"/setup/{opts.app_label}/{opts.model_name}/add/",
        ]
    for address in addresses:
        text = setup.get(address).content.decode()
        assert "<style" not in text, address
        assert " style=" not in text, address
        assert " onclick=" not in text, address
        assert all("src=" in tag.split(">")[0] for tag in text.split("<script")[1:]), address


class TestQuickFindOfThings:
    def test_finds_what_is_configured_by_its_name(self, setup: Setup) -> None:
        account, process = make_account("Aurora Mills"), make_process("Aurora care")
        answer = setup.get("/setup/find/", q="aur")
        assert [(one.kind, one.name) for one in answer.context["things"]] == [
            ("Entitlement Process", "Aurora care"),
            ("Account", "Aurora Mills"),
        ]
        text = answer.content.decode()
        assert f'href="{page_of(account)}"' in text and f'href="{page_of(process)}"' in text

    def test_goes_to_the_only_one(self, setup: Setup) -> None:
        account = make_account("Aurora")
        assert setup.get("/setup/find/", q="aurora").redirect_chain[-1][0] == page_of(account)

    def test_puts_those_first_that_begin_so(self, setup: Setup) -> None:
        make_account("Great Aurora")
        make_account("Aurora")
        things = setup.get("/setup/find/", q="aurora", things="").context["things"]
        assert [one.name for one in things] == ["Aurora", "Great Aurora"]

    def test_asks_the_database_once(self, setup: Setup, django_assert_num_queries: Any) -> None:
        make_account("Aurora")
        admin_pages = list(admin.site._registry.values())
        with django_assert_num_queries(1):
            assert len(things_named("aurora", admin_pages)) == 1

    @pytest.mark.parametrize("wanted", ["", "a", "\0", "%", "' OR 1=1 --", "x" * 5000])
    def test_finds_nothing_for_what_is_no_name(self, setup: Setup, wanted: str) -> None:
        make_account("Aurora")
        assert setup.get("/setup/find/", q=wanted, things="").context["things"] == []


class TestRecentlyViewed:
    def recent(self, setup: Setup) -> list[str]:
        return [one.name for one in setup.get("/setup/").context["recent"]]

    def test_is_kept_for_each_person_the_latest_first(self, setup: Setup) -> None:
        aurora, borealis = make_account("Aurora"), make_account("Borealis")
        for account in (aurora, borealis, aurora):
            setup.get(page_of(account))
        assert self.recent(setup) == ["Aurora", "Borealis"]
        assert self.recent(Setup(make_user("ben", "Administrators"))) == []

    def test_keeps_the_latest_dozen(self, setup: Setup) -> None:
        for number in range(14):
            setup.get(page_of(make_account(f"Account {number:02}")))
        assert len(self.recent(setup)) == 12
        assert RecentlyViewed.objects.count() == 12

    def test_forgets_what_was_deleted(self, setup: Setup) -> None:
        account = make_account("Aurora")
        setup.get(page_of(account))
        setup.delete(account)
        assert self.recent(setup) == []
