"""Setup's home, its tree, and Quick Find."""

from __future__ import annotations

import pytest
from django.contrib import admin

from entitlements.models import CaseStatus
from servicedesk.setup_tree import find, pages
from tests.factory import make_customer, make_hours, make_user
from tests.setup.administrator import Setup, page
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
