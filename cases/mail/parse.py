"""The bytes of a mail → what the desk needs to know of it. Asks neither the database nor the clock."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from cases.mail import headers
from cases.mail.addresses import Person
from cases.mail.body import Body, body_of
from cases.mail.kinds import Bounce, Kind, bounces_in, kind_of

NO_SUBJECT = "(no subject)"
_PREFIXES = re.compile(r"^((re|aw|fwd?|wg|sv|antw|tr|rif)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_NUMBER = re.compile(r"\bC-\d{6,12}\b", re.IGNORECASE)
_TRACE = 200_000


class CannotRead(Exception):
    """This is no mail that can be understood. `str()` says why."""


@dataclass(frozen=True, slots=True)
class Mail:
    """`refers_to` are the ids of the mails that it answers, the nearest first; `case_number` stands in its
    subject. `fingerprint` is the same for each copy of one mail, by whichever way it came.
    """

    message_id: str
    refers_to: tuple[str, ...]
    sender: Person | None
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    subject: str
    case_number: str
    body: Body
    kind: Kind
    bounces: tuple[Bounce, ...]
    returned: tuple[str, ...]
    fingerprint: str


def parse(raw: bytes) -> Mail:
    """Raises CannotRead."""
    try:
        message = BytesParser(policy=compat32).parsebytes(raw)
        return _mail(message, raw)
    except RecursionError:
        raise CannotRead("Its parts are nested too deep.") from None


def _mail(message: Message, raw: bytes) -> Mail:
    kind = kind_of(message)
    subject = headers.text(message, "Subject")
    number = _NUMBER.search(subject)
    answered = headers.ids(message, "In-Reply-To")
    referred = reversed(headers.ids(message, "References"))
    writers = headers.people(message, "From") or headers.people(message, "Sender")
    return Mail(
        message_id=headers.message_id(message),
        refers_to=tuple(dict.fromkeys([*answered, *referred])),
        sender=writers[0] if writers else None,
        to=tuple(headers.people(message, "To")),
        cc=tuple(headers.people(message, "Cc")),
        subject=subject or NO_SUBJECT,
        case_number=number.group().upper() if number else "",
        body=body_of(message),
        kind=kind,
        bounces=tuple(bounces_in(message)) if kind is Kind.BOUNCE else (),
        returned=tuple(_returned(raw)) if kind is Kind.BOUNCE else (),
        fingerprint=_fingerprint(message, raw),
    )


def plain_subject(subject: str) -> str:
    """Without “Re:”, “AW:”, “Fwd:” before it."""
    return _PREFIXES.sub("", subject).strip() or subject


def _returned(raw: bytes) -> list[str]:
    """Every message id in what a mail server sent back, whichever way it did: one of them may be ours."""
    text = raw[:_TRACE].decode("ascii", "ignore")
    return list(dict.fromkeys(re.findall(r"<[^<>\s]{1,248}@[^<>\s]{1,200}>", text)))[:200]


def _fingerprint(message: Message, raw: bytes) -> str:
    """Over what the writer wrote, not over what servers on the way put before it."""
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    written = [headers.raw(message, name).strip() for name in ("Message-ID", "From", "Date", "Subject")]
    head = "\n".join(written).encode("utf-8", "surrogateescape")
    return hashlib.sha256(head + b"\n\n" + body.strip()).hexdigest()
