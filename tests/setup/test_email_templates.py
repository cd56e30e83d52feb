"""Setup: Email Templates."""

from __future__ import annotations

from entitlements.models import CustomField, EmailTemplate
from tests.factory import first_response, make_case, make_customer, make_process
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


class TestThePreview:
    def preview(self, setup: Setup, **query: str) -> str:
        return str(setup.get("/setup/entitlements/emailtemplate/late/preview/", **query).content.decode())

    def test_shows_the_words_with_a_real_case(self, setup: Setup) -> None:
        html = "<p><b>{{case.subject}}</b><script>x()</script></p>"
        words = {"subject": "{{case.number}} {{milestone.name}}", "body": "{{case.subject}}", "html": html}
        EmailTemplate.objects.create(name="late", **words)
        case = make_case("<i>Water</i>", account=make_customer(make_process("", first_response(60))))
        text = self.preview(setup, case=case.number)
        assert f"{case.number} First Response</h2>" in text
        assert "&lt;i&gt;Water&lt;/i&gt;</pre>" in text
        assert "<b>&lt;i&gt;Water&lt;/i&gt;</b>" in text and "x()" not in text

    def test_marks_what_stands_for_nothing(self, setup: Setup) -> None:
        EmailTemplate.objects.create(name="late", subject="x", body="{{nonsense}} <b>")
        make_case()
        text = self.preview(setup)
        assert "<mark>{{nonsense}}</mark> &lt;b&gt;" in text
        assert "stand for nothing" in text

    def test_of_a_case_that_is_not_there_says_so_at_the_field(self, setup: Setup) -> None:
        EmailTemplate.objects.create(name="late", subject="x", body="y")
        make_case()
        text = self.preview(setup, case="<C-9>")
        assert "There is no case “&lt;C-9&gt;”." in text and 'aria-invalid="true"' in text

    def test_at_a_desk_without_cases_and_of_no_template_is_answered(self, setup: Setup) -> None:
        EmailTemplate.objects.create(name="late", subject="x", body="y")
        assert "There is no case yet" in self.preview(setup)
        assert setup.get("/setup/entitlements/emailtemplate/none/preview/").status_code == 404
