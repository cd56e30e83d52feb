"""To whom a reply on a case would go by mail."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from cases.mail.addresses import canonical
from cases.mail.copies import correspondence_of
from cases.mail.outgoing import Addressed, addressed
from cases.models import Case
from cases.queries.people import Hands
from entitlements.models import Mailbox


def addressees_of(case: Case, hands: Hands) -> Addressed:
    """In one query, of the case's mails. `case` is one that `load` takes."""
    mailboxes = _mailboxes_at(case.revision_of_setup)  # type: ignore[attr-defined]
    of_desk = {canonical(one) for one in hands.addresses}
    return addressed(case, correspondence_of(case), mailboxes, of_desk)


@lru_cache(maxsize=2)
def _mailboxes_at(revision: UUID | None) -> list[Mailbox]:
    """All of them, kept until Setup changes; without their passwords."""
    return list(Mailbox.objects.order_by("name").only("name", "address", "queue"))
