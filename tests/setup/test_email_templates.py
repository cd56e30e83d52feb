"""Setup: Email Templates."""

from __future__ import annotations

from entitlements.models import CustomField, EmailTemplate
from tests.setup.administrator import Setup


def add(setup: Setup, body: str, subject: str = "{{case.number}}") -> str:
    text: str = setup.add("emailtemplate", name="late", subject=subject, body=body).content.decode()
    return text


class TestATemplate:
    def test_with_known_fields_is_saved_without_a_word(self, setup: Setup) -> None:
        CustomField.objects.create(key="policy", label="Policy")
        text = add(setup, "{{case.subject}} {{ milestone.news }} {{case.custom.policy}}")
        assert EmailTemplate.objects.filter(name="late").exists()
        assert "stand for nothing" not in text

    def test_with_an_unknown_field_is_saved_and_says_which(self, setup: Setup) -> None:
        text = add(setup, "{{case.number}} {{nonsense}}", subject="{{Case.Number}}")
        assert EmailTemplate.objects.filter(name="late").exists()
        assert "stand for nothing and stay as they are: {{Case.Number}}, {{nonsense}}" in text
