"""Who has copies of what is said on a case, and how an agent changes that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases.mail.addresses import canonical
from cases.models import Case, MessageKind, MessageMail

MOST_COPIES = 20
LONGEST_CC = 6_000
MOST_MAILS = 300
"""So many of the newest mails of a case say who takes part."""

_BETWEEN = re.compile(r"[,;\n]")
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]*)>\s*")


@dataclass(frozen=True, slots=True)
class CcChanges:
    """What somebody made of the copies that they were shown: so that whoever came since has one too."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def applied_to(self, copies: Iterable[str]) -> list[str]:
        kept = [one for one in copies if one not in self.removed]
        return list(dict.fromkeys([*kept, *self.added]))

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


UNCHANGED = CcChanges()


def changes_between(shown: Sequence[str], typed: Sequence[str]) -> CcChanges:
    return CcChanges(
        added=tuple(one for one in typed if one not in shown),
        removed=tuple(one for one in shown if one not in typed),
    )


def addresses_in(text: str) -> list[str]:
    """What stands between commas, semicolons or ends of lines, each once: “Bob <bob@acme.example>” too.

    Canonical; what is no address stays as it is.
    """
    found = (part.strip() for part in _BETWEEN.split(text))
    plain = (inside[1] if (inside := _IN_BRACKETS.fullmatch(part)) else part for part in found if part)
    return list(dict.fromkeys(canonical(one) for one in plain))


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The mails of a case: the latest from the customer's side, and everybody who takes part."""

    last: MessageMail | None
    circle: list[str]


def correspondence_of(case: Case) -> Correspondence:
    """In one query. Whom the newest reply was sent to takes part, and whoever wrote since or was copied in.

    So somebody whom that reply left out is out. In the order in which mails were recorded: one that arrived
    before a reply, and was read after it, brings its people along. A reply that a merge brought from another
    case leaves nobody of this one out.
    """
    both_sides = (MessageKind.CUSTOMER, MessageKind.REPLY)
    mails = MessageMail.objects.filter(message__case=case, message__kind__in=both_sides)
    newest = list(
        mails.select_related("message").defer("html", "message__body").order_by("-message_id")[:MOST_MAILS]
    )
    circle = [canonical(case.contact.email)] if case.contact and case.contact.email else []
    for mail in reversed(newest):
        if mail.message.kind == MessageKind.CUSTOMER:
            circle += [mail.sender, *mail.to, *mail.cc]
        elif mail.message.moved_from_id is not None:
            circle += [*mail.to, *mail.cc]
        else:
            circle = [*mail.to, *mail.cc]
    theirs = [mail for mail in newest if mail.message.kind == MessageKind.CUSTOMER]
    last = max(theirs, key=lambda mail: (mail.message.at, mail.pk), default=None)
    return Correspondence(last, [one for one in dict.fromkeys(circle) if one])
