"""Which {{fields}} there are on this desk."""

from __future__ import annotations

from entitlements.core.merge_fields import AGENT_FIELDS, CASE_FIELDS, ESCALATION_FIELDS, MILESTONE_FIELDS
from entitlements.models import CustomField


def fields_of_case() -> dict[str, str]:
    """Those of every case, the desk's own ones too: what each stands for."""
    custom = CustomField.objects.values_list("key", "label")
    return {**CASE_FIELDS, **{f"case.custom.{key}": label for key, label in custom}}


def fields_of_alert() -> dict[str, str]:
    """Those of the words of an email alert."""
    return {**fields_of_case(), **MILESTONE_FIELDS, **ESCALATION_FIELDS}


def fields_of_reply() -> dict[str, str]:
    """Those of a reply that an agent writes."""
    return {**fields_of_case(), **AGENT_FIELDS}
