"""Which network a request comes from: what a proxy of ours has seen, never what a browser says."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
# What one household or telephone is given, and may choose any address of.
IPV6_PREFIX = 64
# More names than a chain of proxies has are somebody's invention.
_LONGEST_CHAIN = 20


def networks(listed: Sequence[str]) -> tuple[Network, ...]:
    """Read networks as ``10.0.0.0/8`` or single addresses. Raises ValueError naming what is not."""
    return tuple(ip_network(one) for one in listed)


@lru_cache(maxsize=8)
def _trusted(listed: tuple[str, ...]) -> tuple[Network, ...]:
    return networks(listed)


def is_trusted(address: Address) -> bool:
    """Tell whether an address is that of a proxy of ours (``MPOX_PROXIES``)."""
    return any(address in network for network in _trusted(tuple(settings.PROXIES)))


def comes_through_proxy(request: HttpRequest) -> bool:
    """Tell whether the other end of the connection is a proxy of ours."""
    peer = _read(request.META.get("REMOTE_ADDR", ""))
    return peer is not None and is_trusted(peer)


def client_address(request: HttpRequest) -> str:
    """Return the address that asks; "" when the server knows none, as on a Unix socket.

    ``X-Forwarded-For`` is read from the right, only as long as it was written by proxies of ours:
    whatever a browser has put in it stands further left.
    """
    found = _read(request.META.get("REMOTE_ADDR", ""))
    if found is None:
        return ""
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-_LONGEST_CHAIN:]
    while said and is_trusted(found):
        before = _read(said.pop())
        if before is None:
            break
        found = before
    return str(found)


def client_network(request: HttpRequest) -> str:
    """Return what limits count as one address: an IPv4 address, or an IPv6 network of /64."""
    address = _read(client_address(request))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address) if address else ""


def _read(text: str) -> Address | None:
    """Read an address; an IPv4 one that is written as IPv6 is the IPv4 one."""
    try:
        address = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
