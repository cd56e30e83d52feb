"""{{field}} substitution."""

from __future__ import annotations

import pytest

from entitlements.core.merge_fields import filled, unknown_fields

VALUES = {"case.number": "C-000001", "contact.first_name": "Ada", "case.custom.policy_2": "P-7"}


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("{{case.number}}", "C-000001"),
        ("{{ case.number }}: {{contact.first_name}}", "C-000001: Ada"),
        ("{{case.custom.policy_2}}", "P-7"),
        ("{{nonsense}} stays", "{{nonsense}} stays"),
        ("{{Case.Number}}", "{{Case.Number}}"),
        ("{{}} {case.number} {{{case.number}}}", "{{}} {case.number} {C-000001}"),
        ("{{case.number", "{{case.number"),
        ("{{case.number|upper}} {% now %} {{case.number.__class__}}",) * 2,
    ],
)
def test_a_known_name_is_replaced_and_nothing_else_happens(text: str, becomes: str) -> None:
    assert filled(text, VALUES) == becomes


def test_what_a_value_says_is_not_replaced_again() -> None:
    assert filled("{{case.subject}}", {"case.subject": "{{case.number}}", **VALUES}) == "{{case.number}}"


def test_names_that_stand_for_nothing_are_listed_once_in_order() -> None:
    text = "{{b}} {{case.number}} {{ a }} {{b}} {{case.number|upper}}"
    assert unknown_fields(text, VALUES) == ["b", "a", "case.number|upper"]


def test_a_long_row_of_braces_takes_no_time() -> None:
    assert filled("{{" * 200_000, VALUES) == "{{" * 200_000
    assert unknown_fields("{{ " + " " * 200_000, VALUES) == []
