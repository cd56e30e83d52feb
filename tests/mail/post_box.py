"""A mailbox on the real IMAP server of the tests: what lies in it, and what the desk has made of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from typing import Any

from imap_tools.mailbox import MailBoxUnencrypted

from cases.mail.read import Outcomes, read_all
from cases.mail.receive import Letter, receive
from entitlements.models import Mailbox
from tests.factory import NOON
from tests.servers import IMAP_PASSWORD

_numbers = count(1)


class Hatch:
    """Letters handed to the desk as if they had just been read from its mailbox “Support”."""

    def __init__(self) -> None:
        self.mailbox = Mailbox.objects.create(
            name="Support", address="support@desk.example", host="imap.desk.example", read_from=None
        )

    def receive(self, *letters: bytes, at: datetime = NOON, now: datetime | None = None) -> Outcomes:
        """What became of letters that arrived then; they are looked at at once, or later."""
        mailbox = Mailbox.objects.get(pk=self.mailbox.pk)
        outcomes: Outcomes = Outcomes()
        for raw in letters:
            letter = Letter(mailbox, 1, next(_numbers), raw, len(raw), at)
            outcomes[receive(letter, now or at).outcome] += 1
        return outcomes


class PostBox:
    """One mailbox, known to the desk as “Support”."""

    def __init__(self, port: int, **fields: Any) -> None:
        self.port = port
        self.user = f"box{next(_numbers)}"
        given = {"name": "Support", "address": "support@desk.example", "read_from": None, **fields}
        self.mailbox = Mailbox(host="127.0.0.1", port=port, security="none", user=self.user, **given)
        self.mailbox.password = IMAP_PASSWORD
        self.mailbox.save()

    def post(self, *letters: bytes, at: datetime = NOON) -> None:
        """Letters that arrive."""
        with self.opened() as box:
            for letter in letters:
                box.append(letter, "INBOX", dt=at)

    def read(self, now: datetime = NOON) -> Outcomes:
        """What became of what was new, however often it is asked."""
        self.mailbox.refresh_from_db()
        return read_all(self.mailbox, now)

    def receive(self, *letters: bytes, at: datetime = NOON) -> Outcomes:
        self.post(*letters, at=at)
        return self.read(at)

    def flags(self, folder: str = "INBOX") -> list[tuple[str, ...]]:
        """The flags of each letter that lies there."""
        with self.opened(folder) as box:
            return [message.flags for message in box.fetch(mark_seen=False)]

    @contextmanager
    def opened(self, folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=20) as box:
            box.login(self.user, IMAP_PASSWORD, folder)
            yield box
