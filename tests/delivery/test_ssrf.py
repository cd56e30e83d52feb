"""No outbound message reaches the inner network, however its address is written."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from cases.delivery.post import post
from cases.delivery.resolve import CannotResolve, Forbidden, by_system, targets
from tests.delivery.receiver import open_receiver

# As the system's resolver reads them, all of them are addresses of this machine or of its network.
LITERALS = (
    *(
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
    ),
    *("0", "0.0.0.0", "0x0", "00000000", "10.1", "167772161", "0xa000001", "012.0.0.1"),
    *("192.168.1", "0xc0a80101", "3232235777", "172.16.1", "169.254.43518", "2852039166", "0xa9fea9fe"),
    *("0251.0376.0251.0376", "100.64.1", "224.1", "255.255.255.255", "4294967295", "0xffffffff"),
    *("::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:10.0.0.1", "64:ff9b::7f00:1"),
    *("2002:7f00:0001::", "2001:0:7f00:1::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::127.0.0.1"),
    *("localhost", "LOCALHOST", "①②⑦.⓪.⓪.①", "１２７.0.0.1"),
)


@pytest.mark.parametrize("host", LITERALS)
def test_no_spelling_of_an_inner_address_gets_past(host: str) -> None:
    with pytest.raises(Forbidden, match="is not a public address"):
        targets(host, 443, 5)


@pytest.mark.parametrize(
    "host", ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "134744072", "0x08080808"]
)
def test_public_addresses_pass(host: str) -> None:
    assert targets(host, 443, 5)[0].port == 443


@pytest.mark.parametrize("hidden", ["127.0.0.1", "10.0.0.7", "::1", "fe80::1%1"])
def test_one_inner_address_among_public_ones_forbids_the_name(hidden: str) -> None:
    with pytest.raises(Forbidden):
        targets("mixed.example", 443, 5, lambda *_: ["93.184.216.34", hidden])


def test_a_name_is_looked_up_once_and_the_address_that_was_judged_is_connected_to(settings: Any) -> None:
    """Rebinding: the second answer would be this machine's."""
    answers = [["203.0.113.1"], ["127.0.0.1"]]
    with open_receiver(settings) as receiver:
        settings.WEBHOOK_ALLOW = ["203.0.113.0/24"]
        with pytest.raises(OSError):
            post(f"http://rebind.example:{receiver.port}/", b"{}", {}, 0.3, lambda *_: answers.pop(0))
    assert (len(answers), receiver.received) == (1, [])


def test_a_name_that_turns_inward_later_is_refused_then(settings: Any) -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    assert targets("rebind.example", 443, 5, lambda *_: answers.pop(0))
    with pytest.raises(Forbidden):
        targets("rebind.example", 443, 5, lambda *_: answers.pop(0))


def test_the_host_is_asked_for_by_its_name_at_the_address(settings: Any) -> None:
    with open_receiver(settings) as receiver:
        settings.WEBHOOK_ALLOW = [f"hooks.example:{receiver.port}"]
        post(f"http://hooks.example:{receiver.port}/in?x=1", b"{}", {}, 5, lambda *_: ["127.0.0.1"])
    (request,) = receiver.received
    assert (request.path, request.headers["host"]) == ("/in?x=1", f"hooks.example:{receiver.port}")


def test_an_allowed_address_is_allowed_at_its_port_alone(settings: Any) -> None:
    settings.WEBHOOK_ALLOW = ["127.0.0.1:8123"]
    assert targets("127.0.0.1", 8123, 5)
    with pytest.raises(Forbidden):
        targets("127.0.0.1", 8124, 5)


def test_public_addresses_are_not_for_every_port() -> None:
    with pytest.raises(Forbidden, match="Port 25"):
        targets("93.184.216.34", 25, 5)


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    with socket.socket() as never:
        never.bind(("127.0.0.1", 0))
        never.listen()
        with pytest.raises(CannotResolve, match="within 0 seconds"):
            targets("slow.example", 443, 0.05, lambda *_: [never.accept()[1][0]])


def test_a_name_without_an_address_is_said() -> None:
    with pytest.raises(CannotResolve, match="has no address"):
        targets("nowhere.example", 443, 5, lambda *_: [])


def test_the_system_says_every_address_once() -> None:
    assert by_system("127.0.0.1", 80) == ["127.0.0.1"]
