"""Which case a mail belongs to, and whether its sender may write there.

Ids of mails and numbers of cases can be forged by anybody. So what a mail refers to only finds a case; the
sender has to have to do with it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from cases.mail.parse import Mail
from cases.mail.senders import Sender
from cases.models import Case, Delivery, MessageKind, MessageMail

_OURS = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@[^>]+>")
_THREAD = re.compile(r"<(C-\d{6,12})@[^>]+>", re.IGNORECASE)


def case_meant(mail: Mail) -> Case | None:
    """By the mails that it answers, the nearest first; else by the number in its subject."""
    return (
        _by_mails(mail.refers_to)
        or _by_deliveries(mail.refers_to)
        or _by_number([found.group(1) for one in mail.refers_to if (found := _THREAD.fullmatch(one))])
        or _by_number([mail.case_number] if mail.case_number else [])
    )


def deliveries_named(ids: Sequence[str]) -> list[Delivery]:
    """Deliveries of ours whose mails have these ids."""
    tokens = [uuid.UUID(found.group(1)) for one in ids if (found := _OURS.fullmatch(one))]
    return list(Delivery.objects.filter(token__in=tokens)) if tokens else []


def may_write(case: Case, sender: Sender) -> bool:
    """A contact of the case or of its account, somebody of the account's domain, or who takes part in what
    was written on this case.
    """
    if sender.person is None:
        return False
    if sender.contact is not None and case.contact_id == sender.contact.pk:
        return True
    if sender.account is not None and case.account_id == sender.account.pk:
        return True
    return sender.person.address in _taking_part(case)


def _taking_part(case: Case) -> set[str]:
    """To whom an agent ever wrote, who wrote to the case, and whom they copied in."""
    both_sides = (MessageKind.REPLY, MessageKind.CUSTOMER)
    mails = MessageMail.objects.filter(message__case=case, message__kind__in=both_sides)
    found: set[str] = set()
    for sender, to, cc in mails.values_list("sender", "to", "cc"):
        found.update([sender, *to, *cc])
    return found


def _by_mails(ids: Sequence[str]) -> Case | None:
    known = MessageMail.objects.filter(mail_id__in=ids).values_list("mail_id", "message__case_id")
    cases = dict(known) if ids else {}
    nearest = next((cases[one] for one in ids if one in cases), None)
    return Case.objects.filter(pk=nearest).first() if nearest is not None else None


def _by_deliveries(ids: Sequence[str]) -> Case | None:
    found = {str(delivery.token): delivery for delivery in deliveries_named(ids)}
    for one in ids:
        ours = _OURS.fullmatch(one)
        if ours and ours.group(1) in found:
            return found[ours.group(1)].case
    return None


def _by_number(numbers: Sequence[str]) -> Case | None:
    return Case.objects.filter(number__in=[number.upper() for number in numbers]).first() if numbers else None
