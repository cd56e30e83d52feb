"""Rows that are read by the thousand come without `Model.__init__`, and are the same."""

from __future__ import annotations

import gc
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, CaseEvent, CaseMilestone, Stop
from cases.operations import stop_case
from servicedesk.celery import has_started
from tests.factory import NOON, first_response, make_case, make_customer, make_desk, make_process, make_user

pytestmark = pytest.mark.django_db
MODELS = (Case, CaseEvent, CaseMilestone, Stop)


@pytest.fixture(autouse=True)
def desk() -> None:
    make_desk()
    case = make_case(account=make_customer(make_process("", first_response(60))), now=NOON)
    stop_case(case.pk, reason="A part", by=make_user(), now=NOON + timedelta(minutes=1))


@pytest.mark.parametrize("model", MODELS)
def test_a_row_is_what_django_would_make_of_it(model: type[Any]) -> None:
    for values in model.objects.values():
        row = model.objects.get(pk=values["id"])
        usual = model(**values)
        assert {name: getattr(row, name) for name in values} == values
        assert (row, hash(row), str(row)) == (usual, hash(usual), str(usual))
        assert (row._state.adding, row._state.db) == (False, "default")


def test_what_was_deferred_is_read_when_asked_for() -> None:
    case = Case.objects.defer("subject").get()
    assert case.get_deferred_fields() == {"subject"}
    assert case.subject == Case.objects.get().subject


def test_what_it_refers_to_is_read_when_asked_for_and_kept() -> None:
    case = Case.objects.get()
    with CaptureQueriesContext(connection) as captured:
        assert case.account == case.account
    assert len(captured) == 1


def test_another_key_forgets_what_was_referred_to() -> None:
    case = Case.objects.select_related("account").get()
    case.account_id = None
    assert case.account is None


def test_it_is_saved_like_any_other() -> None:
    case = Case.objects.get()
    case.subject = "Another"
    case.save()
    assert Case.objects.get().subject == "Another"


def test_a_worker_keeps_the_collector_from_what_it_has_loaded() -> None:
    before = gc.get_threshold()
    try:
        has_started()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() > before
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
