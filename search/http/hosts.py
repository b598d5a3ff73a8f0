"""Hosts and origins that a request may name.

DNS rebinding lets a stranger's page reach a service on this machine under the stranger's name; an address as such, or
a name of our own, no stranger can take. See Jackson et al., "Protecting browsers from DNS rebinding attacks", 2007,
doi:10.1145/1315245.1315298.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


@lru_cache(1_000)
def is_own(host: str, names: tuple[str, ...]) -> bool:
    """Whether a Host header names this service: an address, localhost, or one of its names (`*.example.org` is any
    below example.org, `*` is all). A request without one comes from no browser.
    """
    name = _split(f"//{host}")[0]
    if not host or name == "localhost" or is_address(name):
        return True
    return any(own in (name, "*") or (own.startswith("*.") and name.endswith(own[1:])) for own in names)


def is_welcome(origin: str, host: str, origins: Sequence[str]) -> bool:
    """Whether a page of this origin may ask: one of this service itself, or one of those named (`*` is all)."""
    if not origin or origin in origins or "*" in origins:
        return True
    scheme, _, rest = origin.partition("://")
    usual = _DEFAULT_PORTS.get(scheme)
    name, port = _split(f"//{rest}")
    own, own_port = _split(f"//{host}")
    return bool(name) and name == own and (port or usual) == (own_port or usual)


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
    return bool((getattr(address, "ipv4_mapped", None) or address).is_loopback)


def _split(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "", None
