"""Who wrote a mail: a contact that is found or made, a person of the desk, or a stranger."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from cases.mail.addresses import Person, spellings
from cases.mail.desk_people import own_addresses
from entitlements.core.mail_domains import PUBLIC
from entitlements.models import Account, AccountDomain, Contact, Mailbox


@dataclass(frozen=True, slots=True)
class Sender:
    """`contact` or `user` when the address is theirs. `account` also when only the domain is known."""

    person: Person | None
    contact: Contact | None = None
    account: Account | None = None
    user: User | None = None


def sender_of(person: Person | None) -> Sender:
    """Whose address this is. Nothing is written."""
    if person is None:
        return Sender(None)
    contact = _contact(person.address)
    if contact is not None:
        return Sender(person, contact, contact.account)
    user = User.objects.filter(email__iexact=person.address, is_active=True).order_by("pk").first()
    return Sender(person, account=account_of_domain(person.domain), user=user)


def _contact(address: str) -> Contact | None:
    """The oldest where several have the address."""
    for spelling in spellings(address):
        found = Contact.objects.select_related("account").filter(email__iexact=spelling).order_by("pk")
        if contact := found.first():
            return contact
    return None


def account_of_domain(domain: str) -> Account | None:
    """The account to which a domain, or one above it, belongs."""
    labels = domain.split(".")
    above = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    known = AccountDomain.objects.select_related("account").filter(domain__in=above)
    nearest = sorted(known, key=lambda one: -len(one.domain))
    return nearest[0].account if nearest and domain not in PUBLIC else None


def contact_for(sender: Sender, mailbox: Mailbox) -> Contact | None:
    """The sender's contact; made where the account is known. None for strangers."""
    account = sender.account or mailbox.account
    if sender.contact is not None or account is None or sender.person is None:
        return sender.contact
    person = sender.person
    name = person.name or person.address.partition("@")[0]
    # Not saved one by one: no definition was compiled from contacts, so none has to be compiled anew.
    return Contact.objects.bulk_create([Contact(account=account, name=name[:150], email=person.address)])[0]


def is_own(address: str) -> bool:
    """Whether the desk itself writes from there."""
    return address in own_addresses(Mailbox.objects.all())
