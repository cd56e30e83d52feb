"""Stormhaven's policyholders, whom one may write to, and what they were promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cases.demonstration.desk import NIGHT
from cases.demonstration.promises import PREMIUM, STANDARD
from entitlements.models import Account, BusinessHours, Contact, Entitlement, EntitlementProcess


@dataclass(frozen=True, slots=True)
class Customer:
    """`begins` and `ends` are days from today; `contacts` are names."""

    name: str
    tier: str
    region: str
    contacts: tuple[str, ...]
    begins: int = -400
    ends: int | None = 330
    hours: str = ""


ASHDOWN = Customer("Ashdown Logistics", PREMIUM, "South East", ("Helen Marsh", "Dev Kapoor"))
BRIDGEWATER = Customer("Bridgewater Hotels", PREMIUM, "South West", ("Olivia Tennant", "Paul Grier"))
CALDER = Customer("Calder Valley Farms", PREMIUM, "North", ("Sam Holroyd",))
DOVE = Customer("Dove & Partners Dental", STANDARD, "London", ("Nadia Rahman",))
EASTGATE = Customer("Eastgate Bakery", STANDARD, "East", ("George Whitlam", "Mina Cole"))
NIGHTJAR = Customer("Nightjar Couriers", STANDARD, "Midlands", ("Leo Abara",), hours=NIGHT)
FERNBANK = Customer("Fernbank Cottages", STANDARD, "Wales", ("Carys Probert",), begins=-420, ends=-18)
GRANGE = Customer("Grange Street Garage", PREMIUM, "Scotland", ("Iain Muir",), begins=21, ends=386)

PROMISED_PERCENT = {PREMIUM: 92}
"""The others have what Entitlement Settings say."""

CUSTOMERS = (ASHDOWN, BRIDGEWATER, CALDER, DOVE, EASTGATE, NIGHTJAR, FERNBANK, GRANGE)


def add_customers(processes: dict[str, EntitlementProcess], today: date) -> None:
    for customer in CUSTOMERS:
        hours = BusinessHours.objects.get(name=customer.hours) if customer.hours else None
        account = Account.objects.create(
            name=customer.name, tier=customer.tier, region=customer.region, business_hours=hours
        )
        domain = customer.name.split()[0].lower()
        for name in customer.contacts:
            address = f"{name.replace(' ', '.').lower()}@{domain}.example"
            Contact.objects.create(account=account, name=name, email=address)
        Entitlement.objects.create(
            name=f"{customer.tier} cover, {customer.name}",
            account=account,
            type="Insurance",
            process=processes[customer.tier],
            compliance_percent=PROMISED_PERCENT.get(customer.tier),
            start_date=today + timedelta(days=customer.begins),
            end_date=None if customer.ends is None else today + timedelta(days=customer.ends),
        )
