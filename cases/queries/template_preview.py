"""An email template with a real case's values."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cases.delivery.email import worded
from cases.engine.merge_values import values_of_case, values_of_milestone
from cases.models import Case
from cases.rich_text import clean_html
from entitlements.core.merge_fields import MILESTONE_FIELDS, unknown_fields
from entitlements.models import EmailTemplate
from entitlements.queries.merge_fields import fields_of_alert

_FIELD = re.compile(r"\{\{[^{}]{1,100}\}\}")


@dataclass(frozen=True, slots=True)
class Preview:
    """Safe to put into a page. `unknown` are the names that stand for nothing; they are marked."""

    case: Case
    milestone: str
    subject: SafeString
    body: SafeString
    html: SafeString
    unknown: list[str]


def case_to_show(number: str) -> Case | None:
    """The case of this number; without one the newest that has a milestone."""
    known = Case.objects.select_related("owner", "account", "contact", "product", "entitlement")
    if number.strip():
        return known.filter(number__iexact=number.strip()[:20]).first()
    return known.filter(milestones__isnull=False).order_by("-pk").first() or known.order_by("-pk").first()


def preview(template: EmailTemplate, case: Case) -> Preview:
    """As a warning of the case's next milestone would word it; without one the fields say what they are."""
    milestone = case.milestones.select_related("milestone").order_by("-target_date", "pk").first()
    of_milestone = (
        values_of_milestone(milestone.milestone.name, milestone, "warning")
        if milestone is not None
        else dict(MILESTONE_FIELDS)
    )
    words = worded(template, {**values_of_case(case), **of_milestone})
    text = f"{template.subject}\n{template.body}\n{template.html}"
    return Preview(
        case=case,
        milestone=milestone.milestone.name if milestone else "",
        subject=_marked(escape(" ".join(words.subject.split()))),
        body=_marked(escape(words.body)),
        html=_marked(clean_html(words.html)),
        unknown=unknown_fields(text, fields_of_alert()),
    )


def _marked(safe: str) -> SafeString:
    """Fields that stayed as they are stand out. What is given is safe already."""
    return mark_safe(_FIELD.sub(lambda found: f"<mark>{found.group(0)}</mark>", safe))
