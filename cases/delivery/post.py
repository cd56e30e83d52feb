"""One HTTP POST with a limit on everything: time in total, size of the answer, redirects (none).

The standard library's client with a socket of our own: it is connected to the address that was judged, and
each read is given only what is left of the time, so that a byte a second does not go on for ever.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cases.delivery.resolve import Resolver, Target, by_system, targets
from entitlements.core.web_address import port_of

LARGEST_ANSWER = 64 * 1024
"""Bytes of an answer that are read. The rest is left unread; the connection is closed."""


class TookTooLong(OSError):
    """The whole exchange did not end in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers by small letters, and the first bytes of the body."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    address: str


class Deadline:
    """A moment on the monotonic clock by which all must have ended."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left. Raises TookTooLong."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TookTooLong(f"It did not end within {self.seconds:g} seconds.")
        return left


def post(
    url: str, body: bytes, headers: Mapping[str, str], seconds: float, resolver: Resolver = by_system
) -> Answer:
    """Send the body. Raises Forbidden, and OSError or HTTPException when there is no whole answer."""
    deadline = Deadline(seconds)
    parts = urlsplit(url)
    host, port = parts.hostname or "", port_of(parts)
    found = targets(host, port, deadline.left(), resolver)
    connection, target = _connected(parts.scheme, found, deadline)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers={**headers, "Connection": "close"})
        response = connection.getresponse()
        content = _beginning(response)
    except TimeoutError as fault:
        raise TookTooLong(f"It did not end within {seconds:g} seconds.") from fault
    finally:
        connection.close()
    names = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, response.reason, names, content, target.address)


def _beginning(response: http.client.HTTPResponse) -> bytes:
    """What comes of the body in time. The status has been said: breaking off does not undo it."""
    content = b""
    try:
        while len(content) < LARGEST_ANSWER and (more := response.read1(LARGEST_ANSWER - len(content))):
            content += more
    except (OSError, http.client.HTTPException):
        pass
    return content


def _connected(
    scheme: str, found: list[Target], deadline: Deadline
) -> tuple[http.client.HTTPConnection, Target]:
    """To the first address that answers, each given its share of the time."""
    fault: OSError | None = None
    for place, target in enumerate(found):
        share = deadline.left() / (len(found) - place)
        try:
            plain = socket.create_connection((target.address, target.port), timeout=share)
        except OSError as refused:
            fault = refused
            continue
        return _speaking(scheme, plain, target, deadline), target
    raise fault or OSError("There is no address to connect to.")


def _speaking(
    scheme: str, plain: socket.socket, target: Target, deadline: Deadline
) -> http.client.HTTPConnection:
    sock = plain
    try:
        if scheme == "https":
            plain.settimeout(deadline.left())
            sock = ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(target.host, target.port)
    connection.sock = _Timed(sock, deadline)
    return connection


class _Timed:
    """As much of a socket as http.client asks for, each step within what is left of the time."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def sendall(self, data: Any) -> None:
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(data)

    def makefile(self, mode: str, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock, self._deadline))

    def close(self) -> None:
        self._sock.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)
