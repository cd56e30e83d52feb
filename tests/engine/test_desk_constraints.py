"""What the database itself refuses about drafts, links, views, rollouts, templates and auto-apply rules."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from cases.models import Case, CaseLink, Draft, Rollout, RolloutFailure, SavedView
from entitlements.models import AutoApplyRule, BusinessHours, EntitlementTemplate, RecentlyViewed
from tests.engine.refusals import refused_by
from tests.factory import NOON, make_case, make_desk, make_hours, make_process, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    make_desk()
    return make_case(now=NOON)


@pytest.fixture
def user() -> User:
    return make_user()


def test_one_draft_of_a_user_on_a_case(case: Case, user: User) -> None:
    draft = {"case": case, "user": user, "body": "Dear", "since": NOON, "saved_at": NOON}
    Draft.objects.create(**draft)
    with refused_by("one_draft_a_case_and_user"):
        Draft.objects.create(**draft)


def test_one_link_of_a_kind_between_two_cases(case: Case) -> None:
    other = make_case(now=NOON)
    CaseLink.objects.create(case=case, other=other, kind="related", at=NOON)
    with refused_by("one_link_of_a_kind"):
        CaseLink.objects.create(case=case, other=other, kind="related", at=NOON)


def test_no_case_is_linked_to_itself(case: Case) -> None:
    with refused_by("no_link_to_itself"):
        CaseLink.objects.create(case=case, other=case, kind="related", at=NOON)


def test_a_view_has_its_name_alone_with_its_owner(user: User) -> None:
    SavedView.objects.create(name="Mine", owner=user)
    with refused_by("one_view_a_name"):
        SavedView.objects.create(name="Mine", owner=user)


def test_a_view_for_a_queue_names_it(user: User) -> None:
    with refused_by("a_view_of_a_queue_names_it"):
        SavedView.objects.create(name="Claims", owner=user, audience="queue")


def test_a_version_goes_out_once_at_a_time() -> None:
    version = make_process("").versions.get()
    Rollout.objects.create(version=version, state="done", started_at=NOON)
    Rollout.objects.create(version=version, state="stopped", started_at=NOON)
    with refused_by("one_unfinished_rollout_a_version"):
        Rollout.objects.create(version=version, state="under_way", started_at=NOON)


def test_a_case_fails_once_in_a_rollout(case: Case) -> None:
    rollout = Rollout.objects.create(version=make_process("").versions.get(), started_at=NOON)
    RolloutFailure.objects.create(rollout=rollout, case=case, error="No")
    with refused_by("one_failure_a_case"):
        RolloutFailure.objects.create(rollout=rollout, case=case, error="No")


def test_the_default_hours_are_active() -> None:
    hours = make_hours()
    with refused_by("default_hours_are_active"):
        BusinessHours.objects.filter(pk=hours.pk).update(is_default=True, is_active=False)


@pytest.mark.parametrize("days", [0, 36_526])
def test_a_term_is_a_day_or_more_and_not_for_ever(days: int) -> None:
    with refused_by("a_term_is_a_day_or_more"):
        EntitlementTemplate.objects.create(name="Gold", process=make_process(""), term_days=days)


def test_a_template_stands_where_an_entitlement_is_made_from_one() -> None:
    with refused_by("a_template_where_one_is_made"):
        AutoApplyRule.objects.create(name="All", takes="template")


def test_only_promised_entitlements_are_narrowed_down() -> None:
    with refused_by("only_promised_ones_are_narrowed_down"):
        AutoApplyRule.objects.create(name="None", takes="none", type="Gold")


def test_a_thing_stands_once_among_those_viewed(user: User) -> None:
    viewed = {"user": user, "model": "entitlements.queue", "key": "Claims", "kind": "Queue", "name": "Claims"}
    RecentlyViewed.objects.create(**viewed, at=NOON)
    with refused_by("one_view_a_thing"):
        RecentlyViewed.objects.create(**viewed, at=NOON)
