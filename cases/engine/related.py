"""What cases refer to: each row is read once, however many of a batch refer to it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import ForeignKey

from cases.models import Case

RELATED = ("owner", "account", "contact", "product", "entitlement")
_FIELDS = [Case._meta.get_field(name) for name in RELATED]


def read_related(cases: Sequence[Case]) -> None:
    """Let each case know the rows of `RELATED`. A query for each of them that any case has."""
    for field in _FIELDS:
        assert isinstance(field, ForeignKey)
        keys = [getattr(case, field.attname) for case in cases]
        wanted = set(keys) - {None}
        rows = field.related_model._default_manager.in_bulk(wanted) if wanted else {}
        for case, key in zip(cases, keys, strict=True):
            field.set_cached_value(case, rows.get(key))
