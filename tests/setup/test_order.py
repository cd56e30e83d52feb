"""The order of a version's milestones, which decides between tiers: by arrows, and all at once."""

from __future__ import annotations

import pytest

from entitlements.models import Milestone, ProcessVersion
from tests.factory import make_process, make_user
from tests.setup.administrator import Setup, page_of
from tests.setup.steps import new_process, new_row


@pytest.fixture
def version(setup: Setup) -> ProcessVersion:
    version = new_process(setup)
    for when in ('case.priority == "High"', 'case.priority == "Low"', ""):
        new_row(setup, version, when=when)
    return version


def keys(version: ProcessVersion) -> list[int]:
    return list(version.rows.values_list("pk", flat=True))


class TestTheOrder:
    def test_is_given_whole(self, setup: Setup, version: ProcessVersion) -> None:
        first, second, third = keys(version)
        setup.post(page_of(version, "order"), order=f"{third},{first},{second}")
        assert keys(version) == [third, first, second]

    def test_changes_by_one_place(self, setup: Setup, version: ProcessVersion) -> None:
        first, second, third = keys(version)
        answer = setup.post(page_of(version.rows.get(pk=third), "move"), way="up")
        assert answer.redirect_chain[-1][0] == f"{page_of(version)}#row-{third}"
        assert keys(version) == [first, third, second]

    @pytest.mark.parametrize(
        "order", ["", "1", "{0},{1}", "{0},{1},{1}", "{0},{1},{2},999", "x,y,z", "{0};drop"]
    )
    def test_of_other_milestones_is_refused(self, setup: Setup, version: ProcessVersion, order: str) -> None:
        before = keys(version)
        answer = setup.post(page_of(version, "order"), order=order.format(*before))
        assert "have changed meanwhile" in answer.content.decode()
        assert keys(version) == before

    def test_of_a_published_version_stays(self, setup: Setup) -> None:
        version = make_process("Standard").versions.get()
        before = keys(version)
        answer = setup.post(page_of(version, "order"), order=",".join(map(str, reversed(before))))
        assert "it never changes" in answer.content.decode()
        assert keys(version) == before

    def test_is_changed_by_administrators_and_by_posting(self, setup: Setup, version: ProcessVersion) -> None:
        address = page_of(version, "order")
        assert setup.get(address).status_code == 405
        assert Setup(make_user("bob")).post(address, order="").status_code == 403
        assert setup.post(address.replace(str(version.pk), "999"), order="").status_code == 404


class TestTheList:
    def test_says_tiers_and_which_is_never_reached(self, setup: Setup, version: ProcessVersion) -> None:
        first, second, third = keys(version)
        setup.post(page_of(version, "order"), order=f"{first},{third},{second}")
        listed = setup.get(page_of(version)).context["rows"]
        assert [(one.tier, one.tiers, one.is_never_reached) for one in listed] == [
            (1, 3, False),
            (2, 3, False),
            (3, 3, True),
        ]

    def test_says_criteria_in_words(self, setup: Setup, version: ProcessVersion) -> None:
        row = new_row(
            setup,
            version,
            milestone=str(Milestone.objects.create(name="Resolution").pk),
            completed_by="criteria",
            completion='case.stage == "Settlement" || case.is_closed',
        )
        text = setup.get(page_of(version)).content.decode()
        assert "Priority equals High" in text
        assert "When Stage equals Settlement or Closed is yes" in text
        assert f'id="row-{row.pk}"' in text

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"hours_from": "inherited"}, "No hours: counts 24/7, nights and weekends too."),
            ({"hours_from": "case"}, "Where none is set: counts 24/7, nights and weekends too."),
            ({"exit_when": 'case.stage == "Intake"'}, "It leaves when Stage equals Intake."),
            ({"on_reentry": "restart"}, "everything begins anew."),
        ],
    )
    def test_says_above_it_what_the_version_promises(
        self, setup: Setup, version: ProcessVersion, given: dict[str, str], says: str
    ) -> None:
        form = {"enter_at": "created_at", "on_reentry": "keep", "hours_from": "inherited", "exit_when": ""}
        setup.change(version, **form | given)
        assert says in setup.get(page_of(version)).content.decode()

    def test_costs_as_many_queries_for_many_milestones_as_for_few(
        self, setup: Setup, version: ProcessVersion, django_assert_max_num_queries: object
    ) -> None:
        for number in range(5):
            new_row(setup, version, when=f'case.type == "{number}"')
        with django_assert_max_num_queries(45):  # type: ignore[operator]
            setup.get(page_of(version))
