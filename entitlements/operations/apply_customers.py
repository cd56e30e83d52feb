"""Products, accounts, contacts and entitlements from entries of a file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from entitlements.as_code.difference import Change
from entitlements.as_code.keys import ConfigurationError
from entitlements.models import (
    Account,
    BusinessHours,
    Contact,
    Entitlement,
    EntitlementProcess,
    EntitlementTemplate,
    Product,
)
from entitlements.operations.apply_mail import put_mail_domains
from entitlements.operations.put_row import found, put, save


def put_product(change: Change) -> None:
    put(Product, {"name": change.new["name"]}, {})


def put_account(change: Change) -> None:
    entry = change.new
    values = {
        "tier": entry.get("tier", ""),
        "region": entry.get("region", ""),
        "business_hours": _hours(entry),
    }
    put_mail_domains(put(Account, {"name": entry["name"]}, values), entry)


def put_contact(change: Change) -> None:
    entry = change.new
    account = found(Account, "account", name=entry["account"])
    same = account.contacts.filter(name=entry["name"])
    row = same.filter(email=change.old.get("email", "")).first() if change.old else None
    save(row or Contact(account=account, name=entry["name"]), {"email": entry.get("email", "")})


def put_entitlement(change: Change) -> None:
    entry = change.new
    account = found(Account, "account", name=entry["account"])
    row = _same(account, change.old) if change.old else None
    values = {
        "contact": _contact(account, entry),
        "product": found(Product, "product", name=entry["product"]) if "product" in entry else None,
        "type": entry.get("type", ""),
        "process": found(EntitlementProcess, "process", name=entry["process"]),
        "business_hours": _hours(entry),
        "template": found(EntitlementTemplate, "template", name=entry["template"])
        if "template" in entry
        else None,
        "compliance_percent": _percent(entry),
        "start_date": entry["start_date"],
        "end_date": entry.get("end_date"),
    }
    save(row or Entitlement(account=account, name=entry["name"]), values)


def _percent(entry: dict[str, Any]) -> Decimal | None:
    return Decimal(str(entry["compliance_percent"])) if "compliance_percent" in entry else None


def _same(account: Account, entry: dict[str, Any]) -> Entitlement | None:
    """Several may be called the same: the one that is as the entry says."""
    called: QuerySet[Entitlement] = account.entitlements.filter(name=entry["name"])
    return called.filter(
        process__name=entry["process"],
        type=entry.get("type", ""),
        start_date=entry["start_date"],
        end_date=entry.get("end_date"),
        compliance_percent=_percent(entry),
        contact=_contact(account, entry),
        product__name=entry.get("product"),
        business_hours__name=entry.get("business_hours"),
        template__name=entry.get("template"),
    ).first()


def _contact(account: Account, entry: dict[str, Any]) -> Contact | None:
    """By name; by address where that is meant or the name is not clear."""
    written = entry.get("contact")
    if written is None:
        return None
    by_name = account.contacts.filter(name=written)
    by_address = account.contacts.filter(email=written)
    meant = (
        (by_name if by_name.count() == 1 else by_address | by_name.filter(email="")).order_by("pk").first()
    )
    if meant is None:
        raise ConfigurationError("contact", f"“{account.name}” has no contact “{written}”")
    return meant


def _hours(entry: dict[str, Any]) -> BusinessHours | None:
    named = entry.get("business_hours")
    return found(BusinessHours, "business_hours", name=named) if named else None
