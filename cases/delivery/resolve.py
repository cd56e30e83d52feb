"""Names of hosts → addresses that may be connected to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from queue import Empty, SimpleQueue

from django.conf import settings

from entitlements.core.web_address import Address, Allowed, refusal

Found = list[str]
Resolver = Callable[[str, int], Found]


class Forbidden(Exception):
    """The host resolves to an address that nothing may be sent to. `str()` says which and why."""


class CannotResolve(OSError):
    """The name has no address, or nobody said it in time."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: the address that was judged, and the host that is asked for there."""

    host: str
    port: int
    address: str


def by_system(host: str, port: int) -> Found:
    """Every address of a host, as the system's resolver says. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def targets(host: str, port: int, seconds: float, resolver: Resolver = by_system) -> list[Target]:
    """Where a host may be connected to. One forbidden address forbids the host: it could be the next answer.

    Raises Forbidden, CannotResolve.
    """
    allowed = allow_list()
    found = _in_time(host, port, seconds, resolver)
    if not found:
        raise CannotResolve(f"{host} has no address.")
    for text in found:
        address = ip_address(text.partition("%")[0])
        if not any(one.covers(host, address, port) for one in allowed):
            _judge(address, port)
    return [Target(host, port, text) for text in found]


def allow_list() -> list[Allowed]:
    """The operator's exceptions."""
    return [Allowed.read(text) for text in settings.WEBHOOK_ALLOW]


def _judge(address: Address, port: int) -> None:
    why = refusal(address)
    if why:
        raise Forbidden(why)
    if port not in settings.WEBHOOK_PORTS:
        raise Forbidden(f"Port {port} is not allowed.")


def _in_time(host: str, port: int, seconds: float, resolver: Resolver) -> Found:
    """The system's resolver knows no time limit of ours: it is asked in a thread that may be left behind."""
    answer: SimpleQueue[Found | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolver(host, port))
        except Exception as fault:
            answer.put(fault)

    threading.Thread(target=ask, name=f"resolve {host[:40]}", daemon=True).start()
    try:
        found = answer.get(timeout=max(seconds, 0))
    except Empty:
        raise CannotResolve(f"Nobody said the address of {host} within {seconds:.0f} seconds.") from None
    if isinstance(found, Exception):
        raise CannotResolve(f"{host} cannot be resolved: {found}") from found
    return found
