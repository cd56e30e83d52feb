"""The mail domains of an account."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from entitlements.core.mail_domains import NoDomain
from entitlements.models import Account, AccountDomain, ConfigurationRevision


def refuse_others(account: Account, domains: Sequence[str]) -> None:
    """Raises NoDomain for one that belongs to another account."""
    taken = AccountDomain.objects.filter(domain__in=domains).exclude(account=account.pk)
    other = taken.select_related("account").first()
    if other is not None:
        raise NoDomain(f"{other.domain} belongs to {other.account} already.")


def set_domains(account: Account, domains: Sequence[str]) -> None:
    """These, as DNS has them, and no others. Raises NoDomain."""
    refuse_others(account, domains)
    with transaction.atomic():
        account.domains.exclude(domain__in=domains).delete()
        known = set(account.domains.values_list("domain", flat=True))
        AccountDomain.objects.bulk_create(
            AccountDomain(account=account, domain=domain) for domain in domains if domain not in known
        )
        ConfigurationRevision.advance()
