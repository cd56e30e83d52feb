"""An entitlement, made from a template."""

from __future__ import annotations

from datetime import date

from entitlements.models import Account, Contact, Entitlement, EntitlementTemplate, Product


def make_entitlement(
    template: EntitlementTemplate,
    account: Account,
    first_day: date,
    *,
    contact: Contact | None = None,
    product: Product | None = None,
) -> Entitlement:
    """It has the template's name, process, type and hours, and holds for its term from the first day on."""
    return Entitlement.objects.create(
        name=template.name,
        account=account,
        contact=contact,
        product=product,
        type=template.type,
        process=template.process,
        business_hours=template.business_hours,
        template=template,
        start_date=first_day,
        end_date=template.last_day(first_day),
    )
