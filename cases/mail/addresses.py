"""Mail addresses: how they are compared."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from entitlements.core.mail_domains import domain_for_people, domain_of_dns

_valid = EmailValidator()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes or is written to. The address is canonical, the name may be empty."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def canonical(address: str) -> str:
    """In small letters, its domain as DNS has it: bücher.example and xn--bcher-kva.example are one."""
    local, _, domain = address.strip().rpartition("@")
    return f"{local.lower()}@{domain_of_dns(domain)}" if local and domain else address.strip().lower()


def spellings(address: str) -> list[str]:
    """How a canonical address may stand in a table that people filled."""
    local, _, domain = address.rpartition("@")
    return list(dict.fromkeys([address, f"{local}@{domain_for_people(domain)}"]))


def is_address(text: str) -> bool:
    """Whether mail can be sent there."""
    if len(text) > 254:
        return False
    try:
        _valid(text)
    except ValidationError:
        return False
    return True
