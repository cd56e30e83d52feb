"""Which addresses outbound messages may go to."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from entitlements.core.web_address import Allowed, refusal, wrong_url

FORBIDDEN = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255"),
    *("127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8"),
    *("192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7"),
    *("203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:7f00:1::"),
    *("2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1"),
    *("3fff::1", "fc00::1", "fd12:3456:789a::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "4000::1"),
    *("2606:4700::5efe:127.0.0.1", "2606:4700::200:5efe:a00:1"),
)
PUBLIC = (
    *("1.1.1.1", "8.8.8.8", "9.9.9.9", "93.184.216.34", "100.63.255.255", "100.128.0.1", "126.255.255.255"),
    *(
        "128.0.0.1",
        "169.253.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.167.0.1",
        "198.17.0.1",
        "223.255.255.1",
    ),
    *("2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001::1", "2400::1"),
)


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_is_not_public_is_refused_with_a_reason(text: str) -> None:
    assert "is not a public address: it is" in refusal(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_public_passes(text: str) -> None:
    assert refusal(ip_address(text)) == ""


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://hooks.example.com/desk?x=1", ""),
        ("http://93.184.216.34/", ""),
        ("https://[2606:4700:4700::1111]/", ""),
        ("ftp://example.com/", "begins with https"),
        ("file:///etc/passwd", "begins with https"),
        ("gopher://example.com/", "begins with https"),
        ("https://", "begins with https"),
        ("example.com", "begins with https"),
        ("https://user:pass@example.com/", "a name and a password"),
        ("https://example.com@127.0.0.1/", "a name and a password"),
        ("https://example.com:22/", "Port 22 is not allowed"),
        ("https://example.com:99999/", "no URL"),
        ("https://127.0.0.1/", "loopback"),
        ("https://[::1]/", "loopback"),
        ("https://[::ffff:127.0.0.1]/", "mapped"),
        ("https://[fe80::1%25eth0]/", "link-local"),
        ("https://169.254.169.254/latest/meta-data/", "link-local"),
        ("https://example.com/#part", "after #"),
        ("https://example.com/a b", "no blanks"),
        ("https://example.com/\x7f", "no blanks"),
    ],
)
def test_a_url_is_judged_as_it_is_written(url: str, says: str) -> None:
    wrong = wrong_url(url, ports=(80, 443))
    assert says in wrong and bool(says) == bool(wrong)


@pytest.mark.parametrize(
    ("entry", "url", "allows"),
    [
        ("10.1.0.0/16", "http://10.1.2.3:9999/", True),
        ("10.1.0.0/16", "http://10.2.0.1/", False),
        ("127.0.0.1:8123", "http://127.0.0.1:8123/", True),
        ("127.0.0.1:8123", "http://127.0.0.1:8124/", False),
        ("[::1]:8080", "http://[::1]:8080/", True),
        ("hooks.internal", "http://HOOKS.internal.:7000/", True),
    ],
)
def test_the_operators_list_allows_what_it_names(entry: str, url: str, allows: bool) -> None:
    assert (wrong_url(url, (80, 443), [Allowed.read(entry)]) == "") == allows


@pytest.mark.parametrize("entry", ["", "http://x/", "a b/c", "user@host", "10.0.0.1/99"])
def test_an_entry_of_the_list_that_means_nothing_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError):
        Allowed.read(entry)
