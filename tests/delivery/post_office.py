"""A real SMTP server for tests, that can be told to hesitate or to refuse."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import free_port

OK = "250 taken"


class PostOffice:
    """What it was offered, and what it answered to each offer: `answers` in turn, then "taken"."""

    def __init__(self, answers: tuple[str, ...] = (), hesitates: float = 0) -> None:
        self.offered: list[EmailMessage] = []
        self.envelopes: list[list[str]] = []
        self.taken: list[EmailMessage] = []
        self.port = free_port()
        self._answers = list(answers)
        self._hesitates = hesitates

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        time.sleep(self._hesitates)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.offered.append(message)
        self.envelopes.append(list(envelope.rcpt_tos))
        answer = self._answers.pop(0) if self._answers else OK
        if answer == OK:
            self.taken.append(message)
        return answer

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.offered]


@contextmanager
def open_post_office(settings: Any, *answers: str, hesitates: float = 0) -> Iterator[PostOffice]:
    """The project sends its mail here."""
    office = PostOffice(answers, hesitates)
    send_to(settings, office.port)
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def send_to(settings: Any, port: int) -> None:
    """By SMTP, to this port of the machine, whoever listens there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.DEFAULT_FROM_EMAIL = "Service Desk <desk@example.org>"
