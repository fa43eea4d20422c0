"""Which network a request comes from, whatever a browser makes up."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from limits.addresses import client_address, client_network, networks

ADDRESSES = [
    # the other end, what it says, what is believed
    ("203.0.113.9", None, "203.0.113.9"),
    ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours
    ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
    ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # made up by a browser
    ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.7", "198.51.100.1"),  # two proxies of ours
    ("10.0.0.1", "10.0.0.5, 10.0.0.7", "10.0.0.5"),  # a machine in our own network
    ("10.0.0.1", "nonsense, 198.51.100.1", "198.51.100.1"),
    ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
    ("10.0.0.1", "198.51.100.1,", "10.0.0.1"),
    ("10.0.0.1", "", "10.0.0.1"),
    ("10.0.0.1", "127.0.0.1", "127.0.0.1"),
    ("10.0.0.1", "x" * 10_000, "10.0.0.1"),
    ("10.0.0.1", ", ".join(["10.0.0.2"] * 1000), "10.0.0.2"),
    ("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
    ("fd00::1", "2001:db8::1", "2001:db8::1"),
    ("fd00::1", "[2001:db8::1]", "2001:db8::1"),
    ("fe80::1%eth0", "2001:db8::1", "fe80::1"),
    ("", "198.51.100.1", ""),
    ("unix:", "198.51.100.1", ""),
]
NETWORKS = [
    ("203.0.113.9", "203.0.113.9"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
    ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
    ("", ""),
]


def asking(peer: str, said: str | None = None) -> object:
    more = {} if said is None else {"HTTP_X_FORWARDED_FOR": said}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **more)


def test_only_what_proxies_of_ours_have_written_is_believed(settings: Settings) -> None:
    settings.PROXIES = ["10.0.0.0/8", "fd00::/8"]
    believed = [(peer, said, client_address(asking(peer, said))) for peer, said, _ in ADDRESSES]

    assert believed == ADDRESSES


def test_an_ipv6_household_is_one_address() -> None:
    assert [(peer, client_network(asking(peer))) for peer, _ in NETWORKS] == NETWORKS


def test_a_network_that_is_none_is_named() -> None:
    for wrong in ("10.0.0.1/8", "example.no", "10.0.0.0/33", ""):
        with pytest.raises(ValueError, match=wrong or "does not"):
            networks([wrong])
