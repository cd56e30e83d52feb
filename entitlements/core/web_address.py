"""Which addresses outbound messages may go to: none inside the organisation's own network (SSRF).

A name is judged by every address that it resolves to, and the connection goes to the address that was
judged. The ranges are IANA's special-purpose registries; of IPv6 only global unicast counts as public.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
PORTS = {"http": 80, "https": 443}

_NOT_PUBLIC: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "unspecified"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "shared by a provider (CGNAT)"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved for protocols"),
    ("192.0.2.0/24", "for documentation"),
    ("192.88.99.0/24", "a 6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("255.255.255.255/32", "broadcast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "an IPv4 address in disguise (mapped)"),
    ("::ffff:0:0:0/96", "an IPv4 address in disguise (translated)"),
    ("::/96", "an IPv4 address in disguise (compatible)"),
    ("64:ff9b::/96", "an IPv4 address in disguise (NAT64)"),
    ("64:ff9b:1::/48", "an IPv4 address in disguise (NAT64)"),
    ("100::/64", "for discarding"),
    ("2001::/32", "an IPv4 address in disguise (Teredo)"),
    ("2001::/23", "reserved for protocols"),
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "an IPv4 address in disguise (6to4)"),
    ("3fff::/20", "for documentation"),
    ("fc00::/7", "private (unique local)"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_RANGES: tuple[tuple[Network, str], ...] = tuple((ip_network(text), why) for text, why in _NOT_PUBLIC)
_GLOBAL_UNICAST = ip_network("2000::/3")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry of the operator's list: a network or a name, at one port or at all."""

    network: Network | None
    name: str
    port: int | None

    @classmethod
    def read(cls, text: str) -> Allowed:
        """From "10.1.0.0/16", "hooks.internal", "hooks.internal:9000", "127.0.0.1:8123", "[::1]:80".

        Raises ValueError.
        """
        text = text.strip()
        try:
            return cls(ip_network(text), "", None)
        except ValueError:
            parts = urlsplit(f"//{text}")
        if not parts.hostname or parts.path or parts.username is not None:
            raise ValueError(f"“{text}” is neither a network nor a name, with or without a port.")
        try:
            return cls(ip_network(parts.hostname), "", parts.port)
        except ValueError:
            return cls(None, _plain(parts.hostname), parts.port)

    def covers(self, host: str, address: Address | None, port: int) -> bool:
        if self.port not in (None, port):
            return False
        if self.network is not None:
            return address is not None and address in self.network
        return _plain(host) == self.name


def wrong_url(url: str, ports: Iterable[int] = (), allowed: Iterable[Allowed] = ()) -> str:
    """What is wrong with the URL of an endpoint as it is written; empty when nothing is.

    A name is not looked up here: it is judged each time that something is sent to it.
    """
    try:
        parts = urlsplit(url)
        port = port_of(parts)
    except ValueError as fault:
        return f"This is no URL: {fault}."
    if parts.scheme not in PORTS or not parts.hostname:
        return "Write a URL that begins with https:// or http:// and names a host."
    if parts.username is not None or parts.password is not None:
        return "A URL with a name and a password is not allowed: add a header instead."
    if any(letter <= " " or letter == "\x7f" for letter in url):
        return "A URL has no blanks and no control characters."
    if parts.fragment:
        return "A URL to post to has no part after #."
    address = _literal(parts.hostname)
    if any(one.covers(parts.hostname, address, port) for one in allowed):
        return ""
    known = sorted(ports)
    if known and port not in known:
        return f"Port {port} is not allowed. Allowed: {', '.join(map(str, known))}."
    return refusal(address) if address is not None else ""


def port_of(parts: SplitResult) -> int:
    """Raises ValueError."""
    return parts.port if parts.port is not None else PORTS.get(parts.scheme, 443)


def refusal(address: Address) -> str:
    """Why nothing may be sent to an address; empty when it is public."""
    for network, why in _RANGES:
        if address in network:
            return f"{address} is not a public address: it is {why}."
    if isinstance(address, IPv6Address):
        if address not in _GLOBAL_UNICAST:
            return f"{address} is not a public address: it is not global unicast."
        if int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
            return f"{address} is not a public address: it is an IPv4 address in disguise (ISATAP)."
    return ""


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _plain(host: str) -> str:
    return host.rstrip(".").lower()
