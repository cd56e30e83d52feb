"""A mailbox over IMAP: which letters are new, their bytes, and telling it that one was read."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from entitlements.models import Mailbox, SecretLost, Security

BEGINNING = 1_000_000
"""Bytes that are read of a letter that is too large."""

CHUNK = 200

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


class CannotConnect(Exception):
    """The mailbox cannot be read now. `str()` says why, without its password."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that lies in the mailbox."""

    uid: int
    size: int
    arrived_at: datetime


class OpenMailbox:
    """A connection, with the folder selected."""

    def __init__(self, box: BaseMailBox, mailbox: Mailbox) -> None:
        self._box = box
        self._mailbox = mailbox
        status = box.folder.status(mailbox.folder, ["UIDVALIDITY"])
        self.uid_validity = int(status["UIDVALIDITY"])

    def waiting(self, after: int, most: int) -> list[Waiting]:
        """Those with a higher UID than `after`, the lowest first."""
        criteria = f"UID {after + 1}:*"
        if self._mailbox.read_from is not None:
            day = self._mailbox.read_from.astimezone(UTC) - timedelta(days=1)
            criteria += f" SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        # “n:*” means the last one too, even where its UID is lower.
        uids = sorted(uid for given in self._box.uids(criteria) if (uid := int(given)) > after)
        found: list[Waiting] = []
        for at in range(0, len(uids), CHUNK):
            found += self._described(uids[at : at + CHUNK])
            if len(found) > most:
                break
        return found[: most + 1]

    def _described(self, uids: Sequence[int]) -> list[Waiting]:
        lines = self._fetched(",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)")
        found = {one.uid: one for line in lines if (one := _described_in(line)) is not None}
        since = self._mailbox.read_from
        there = [found[uid] for uid in uids if uid in found]
        return [one for one in there if since is None or one.arrived_at >= since]

    def letter(self, waiting: Waiting) -> bytes:
        """All of it, or its beginning where it is too large. Nothing is marked. Empty when it is gone."""
        part = f"<0.{BEGINNING}>" if waiting.size > settings.MAIL_LARGEST_BYTES else ""
        for answer in self._answers(str(waiting.uid), f"(UID BODY.PEEK[]{part})"):
            if isinstance(answer, tuple):
                return bytes(answer[1])
        return b""

    def file(self, uids: Sequence[int]) -> None:
        """Tell the mailbox that they were read: they are moved, or marked."""
        texts = [str(uid) for uid in uids]
        if not texts:
            return
        folder = self._mailbox.done_folder
        if not folder:
            self._box.flag(texts, "\\Seen", True)
            return
        if not self._box.folder.exists(folder):
            self._box.folder.create(folder)
        self._box.move(texts, folder)

    def _fetched(self, uids: str, what: str) -> Iterator[bytes]:
        for answer in self._answers(uids, what):
            line = answer[0] if isinstance(answer, tuple) else answer
            yield line if isinstance(line, bytes) else b""

    def _answers(self, uids: str, what: str) -> list[object]:
        status, answers = self._box.client.uid("FETCH", uids, what)
        if status != "OK":
            raise CannotConnect(f"The server did not hand out mail {uids[:40]}.")
        return list(answers)


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _described_in(line: bytes) -> Waiting | None:
    uid, size = _UID.search(line), _SIZE.search(line)
    if uid is None or size is None:
        return None
    arrived = imaplib.Internaldate2tuple(line)
    at = datetime(*arrived[:6]).astimezone(UTC) if arrived else datetime.max.replace(tzinfo=UTC)
    return Waiting(int(uid.group(1)), int(size.group(1)), at)


@contextmanager
def open_mailbox(mailbox: Mailbox) -> Iterator[OpenMailbox]:
    """Raises CannotConnect, also when the connection breaks while it is used."""
    try:
        with _connected(mailbox) as box:
            box.login(mailbox.log_in_as, mailbox.password, mailbox.folder)
            yield OpenMailbox(box, mailbox)
    except SecretLost as fault:
        raise CannotConnect(f"The password is lost. {fault}") from None
    except (ImapToolsError, imaplib.IMAP4.error, OSError, EOFError) as fault:
        raise CannotConnect(_why(fault)) from None


def _connected(mailbox: Mailbox) -> BaseMailBox:
    host, port, limit = mailbox.host, mailbox.port, settings.MAIL_TIMEOUT_SECONDS
    match mailbox.security:
        case Security.TLS:
            return MailBox(host, port, timeout=limit, ssl_context=_tls())
        case Security.STARTTLS:
            return MailBoxStartTls(host, port, timeout=limit, ssl_context=_tls())
        case _:
            return MailBoxUnencrypted(host, port, timeout=limit)


def _tls() -> ssl.SSLContext:
    """Certificates are checked, against SSL_CERT_FILE where that is set."""
    return ssl.create_default_context()


def _why(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"The server's certificate is not trusted: {fault.verify_message}"
    if isinstance(fault, socket.gaierror):
        return f"The server's name is not known: {fault.strerror}"
    if isinstance(fault, TimeoutError):
        return "The server did not answer in time."
    said = " ".join(str(fault).split())
    return f"{type(fault).__name__}: {said}"[:500]
