"""Writing a row of Setup from an entry of a file: only what Setup itself would take, said with its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model

from entitlements.as_code.keys import ConfigurationError


def put(model: type[Model], called: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """The row that is called so, or a new one, with these values. Raises ConfigurationError."""
    row = model._default_manager.filter(**called).first() or model(**called)
    return save(row, values)


def save(row: Any, values: Mapping[str, Any]) -> Any:
    """Set the values and save what fits the table. Raises ConfigurationError."""
    for name, value in values.items():
        setattr(row, name, value)
    check(row)
    row.save()
    return row


def check(row: Model) -> None:
    """Lengths, choices and constraints. What a row refers to has just been looked up."""
    references = {field.name for field in row._meta.concrete_fields if isinstance(field, ForeignKey)}
    try:
        row.clean_fields(exclude=references)
        row.validate_unique()
        row.validate_constraints(exclude=references)
    except ValidationError as fault:
        raise ConfigurationError(*_told(fault)) from None


def _told(fault: ValidationError) -> tuple[str, str]:
    if not hasattr(fault, "error_dict"):
        return "", " ".join(fault.messages)
    name, messages = next(iter(fault.message_dict.items()))
    return ("" if name == "__all__" else name), " ".join(messages)


def found(model: type[Model], key: str, /, **called: Any) -> Any:
    """What is called so. Raises ConfigurationError at the key when there is none."""
    row = model._default_manager.filter(**called).first()
    if row is None:
        raise ConfigurationError(key, f"there is no “{next(iter(called.values()))}”")
    return row
