"""Hosts and origins that a request may name.

DNS rebinding lets a stranger's page reach a service on this machine under the stranger's name; an address as such, or
a name of our own, no stranger can take. See Jackson et al., "Protecting browsers from DNS rebinding attacks", 2007,
doi:10.1145/1315245.1315298.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


_LONGEST = 300
"""Characters of a Host or Origin that are looked at: a name has at most 253."""


def is_own(host: str, names: tuple[str, ...], here: str = "", peer: str = "") -> bool:
    """Whether a Host header names this service: localhost, or one of its names (`*.example.org` is any below
    example.org, `*` is all). A request without one comes from no browser.

    An address is a name of ours only for whom it led here: `here` is the address that the connection came to. One of
    this machine is so also for a `peer` in a network of one's own, as the gateway of a container is.
    """
    name = _split(f"//{host}")[0] if len(host) <= _LONGEST else ""
    if not host or name == "localhost":
        return True
    if any(own in (name, "*") or (own.startswith("*.") and name.endswith(own[1:])) for own in names):
        return bool(name)
    if not is_address(name):
        return False
    return is_same(name, here) or (is_loopback(name) and is_private(peer))


def is_welcome(origin: str, host: str, origins: Sequence[str]) -> bool:
    """Whether a page of this origin may ask: one of this service itself, or one of those named (`*` is all)."""
    if not origin or origin in origins or "*" in origins:
        return True
    if len(origin) > _LONGEST or len(host) > _LONGEST:
        return False
    scheme, _, rest = origin.partition("://")
    usual = _DEFAULT_PORTS.get(scheme)
    name, port = _split(f"//{rest}")
    own, own_port = _split(f"//{host}")
    return bool(name) and name == own and (port or usual) == (own_port or usual)


def is_same(one: str, other: str) -> bool:
    """Whether two texts are the same address, an IPv4 address within IPv6 included."""
    try:
        return _unmapped(ip_address(one)) == _unmapped(ip_address(other))
    except ValueError:
        return False


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(1_000)
def is_address(name: str) -> bool:
    """Whether a name is an IP address as such."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


@lru_cache(1_000)
def is_loopback(name: str) -> bool:
    """Whether what listens there, or comes from there, is this machine alone."""
    if name == "localhost":
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return _unmapped(address).is_loopback


@lru_cache(1_000)
def is_private(name: str) -> bool:
    """Whether an address belongs to a network of one's own, this machine included."""
    try:
        return _unmapped(ip_address(name)).is_private
    except ValueError:
        return False


@lru_cache(1_000)
def _split(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "", None
