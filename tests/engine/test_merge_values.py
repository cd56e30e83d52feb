"""What {{fields}} stand for on a case."""

from __future__ import annotations

import pytest

from cases.engine.merge_values import values_of_agent, values_of_case, values_of_milestone
from entitlements.core.merge_fields import AGENT_FIELDS, MILESTONE_FIELDS
from entitlements.models import CustomField
from entitlements.queries.merge_fields import fields_of_case
from tests.factory import (
    first_response,
    make_case,
    make_contact,
    make_customer,
    make_desk,
    make_process,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_every_field_that_is_offered_has_a_value() -> None:
    make_desk()
    case = make_case(account=make_customer(make_process("", first_response(60))))
    assert set(values_of_case(case)) == set(fields_of_case())
    milestone = case.milestones.get()
    assert set(values_of_milestone("First Response", milestone, "warning")) == set(MILESTONE_FIELDS)
    assert set(values_of_agent(make_user())) == set(AGENT_FIELDS)


def test_what_a_case_lacks_is_empty() -> None:
    make_desk()
    values = values_of_case(make_case())
    assert {values[name] for name in ("owner.name", "product.name", "contact.email", "case.stage")} == {""}


def test_people_are_called_by_their_names() -> None:
    make_desk()
    account = make_customer()
    ann = make_user("ann", first_name="Ann", last_name="Lee", email="ann@example.org")
    case = make_case(account=account, contact=make_contact(account, "Ada Byron"), owner=ann)
    values = values_of_case(case)
    assert (values["owner.name"], values["contact.first_name"], values["contact.name"]) == (
        "Ann Lee",
        "Ada",
        "Ada Byron",
    )


def test_custom_fields_are_named_by_their_keys() -> None:
    make_desk()
    CustomField.objects.create(key="policy", label="Policy")
    CustomField.objects.create(key="vip", label="VIP", type="flag")
    values = values_of_case(make_case(custom={"policy": "P-7", "vip": True}))
    assert (values["case.custom.policy"], values["case.custom.vip"]) == ("P-7", "yes")
