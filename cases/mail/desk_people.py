"""Addresses to which the desk itself writes nothing: its own, and those of its people."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.db.models.functions import Lower

from cases.mail.addresses import canonical, spellings
from cases.roles import AGENTS, SUPERVISING, in_one_of
from entitlements.models import Mailbox


def own_addresses(mailboxes: Iterable[Mailbox]) -> set[str]:
    """Of the mailboxes, and the one from which alerts are sent. What goes there comes back."""
    alerts = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return {canonical(one) for one in (alerts, *(mailbox.address for mailbox in mailboxes))}


def people_of_desk(addresses: Iterable[str]) -> dict[str, str]:
    """Those of the addresses, all canonical, that belong to people who work here, with their user names."""
    works_here = Q(is_superuser=True) | in_one_of(AGENTS, *SUPERVISING)
    users = User.objects.annotate(address=Lower("email")).filter(works_here, is_active=True)
    spelt = [spelling for one in addresses for spelling in spellings(one)]
    found = users.filter(address__in=spelt).values_list("address", "username")
    return {canonical(address): username for address, username in found}
