"""Mail domains, by which the people of an account are known."""

from __future__ import annotations

import re
from collections.abc import Iterable

PUBLIC = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com aol.com gmx.de "
    "gmx.net web.de t-online.de proton.me protonmail.com mail.com yandex.ru qq.com 163.com".split()
)
"""Where anybody has an address: such a domain says nothing about whom somebody works for."""

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class NoDomain(ValueError):
    """`str()` says what is wrong with it."""


def domain_of_dns(domain: str) -> str:
    """In small letters, with letters beyond ASCII as IDNA writes them."""
    plain = domain.strip().strip(".").lower()
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain


def domain_for_people(domain: str) -> str:
    """The other way around."""
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def checked_domains(given: Iterable[str]) -> list[str]:
    """Each once, as DNS has it. Raises NoDomain."""
    return list(dict.fromkeys(_checked(one) for one in given))


def _checked(given: str) -> str:
    domain = domain_of_dns(given.strip().removeprefix("@"))
    labels = domain.split(".")
    if len(domain) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise NoDomain(f"“{given[:80]}” is no mail domain, such as acme.com.")
    if domain in PUBLIC:
        raise NoDomain(f"At {domain} anybody may have an address.")
    return domain
