"""A real HTTP server for tests of outbound messages, that can be told to misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behave = Callable[["Receiver", "Received", socket.socket], bytes | None]


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


def answer(status: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


OK = answer("200 OK", body=b"thanks")


class Receiver:
    """What it was sent; it behaves as it is told in `behave`, at each request anew."""

    def __init__(self, behave: Behave) -> None:
        self.received: list[Received] = []
        self.behave = behave
        self.port = 0
        self.closing = threading.Event()

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.received]

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def says(*answers: bytes) -> Behave:
    """Each in turn; the last one from then on."""
    rest = list(answers)

    def behave(receiver: Receiver, request: Received, sock: socket.socket) -> bytes:
        return rest.pop(0) if len(rest) > 1 else rest[0]

    return behave


always_ok = says(OK)


def hangs(receiver: Receiver, request: Received, sock: socket.socket) -> None:
    """Not a word until the test ends."""
    receiver.closing.wait(60)


def drips(receiver: Receiver, request: Received, sock: socket.socket) -> None:
    """A byte of the answer's head every twentieth of a second, for ever."""
    while not receiver.closing.wait(0.05):
        sock.sendall(b"H")


def floods(receiver: Receiver, request: Received, sock: socket.socket) -> None:
    """Ten gigabytes, as fast as they are taken."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    while not receiver.closing.is_set():
        sock.sendall(b"x" * 1_000_000)


@contextmanager
def open_receiver(settings: Any, behave: Behave = always_ok) -> Iterator[Receiver]:
    """The operator allows outbound messages to it."""
    receiver = Receiver(behave)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            names = {name.lower(): value for name, value in self.headers.items()}
            request = Received(self.path, names, body)
            receiver.received.append(request)
            try:
                said = receiver.behave(receiver, request, self.connection)
                if said:
                    self.wfile.write(said)
            except OSError:
                pass
            self.close_connection = True

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    settings.WEBHOOK_ALLOW = [f"127.0.0.1:{receiver.port}"]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
