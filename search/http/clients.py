"""Clients: a key, or else an address and, behind it, a person as far as an anonymous cookie tells.

The cookie is a random number with a signature. It names nobody, opens nothing and raises no limit: it divides what an
address may ask among those who share the address, so that one of an office does not use up what all of them have.
"""

import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest

from search.http.hosts import is_address

COOKIE = "lede_visitor"
"""The name of the cookie."""
_LONGEST_COOKIES = 8_192
_LONGEST_ADDRESS = 60
_ID, _SIGNATURE = 8, 12


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks. `name` is a key's or an address's; `person` is "" where nothing tells people apart."""

    name: str
    person: str = ""
    network: str = ""
    """The /48 of an IPv6 address, which has limits of its own; else ""."""


client_asking: ContextVar[Client | None] = ContextVar("client", default=None)
"""Whose request is being answered; None where nothing is counted: this machine itself, or no request at all."""


class Visitors:
    """The anonymous cookies of one service."""

    def __init__(self, key: bytes = b"") -> None:
        """`key` signs them; without one they hold as long as the process."""
        self._key = key or secrets.token_bytes(32)

    def person(self, cookies: str) -> str:
        """The person that a Cookie header names; "" where none does, or the signature is wrong."""
        number, _, signature = cookie(cookies, COOKIE).partition(".")
        known = number and compare_digest(self._sign(number).encode(), signature.encode("utf-8", "replace"))
        return number if known else ""

    def new(self) -> str:
        """A cookie for somebody who has none yet."""
        number = secrets.token_hex(_ID)
        return f"{number}.{self._sign(number)}"

    def _sign(self, number: str) -> str:
        return blake2b(number.encode("utf-8", "replace"), key=self._key, digest_size=_SIGNATURE).hexdigest()


def cookie(header: str, name: str) -> str:
    """The value of a cookie in a Cookie header, as it stands there; "" where there is none.

    The standard library's reader takes quadratic time on some Pythons (CVE-2024-7592); this one splits.
    """
    for pair in header[:_LONGEST_COOKIES].split(";"):
        own, _, value = pair.partition("=")
        if own.strip() == name:
            return value.strip()
    return ""


def forwarded_address(header: str, proxies: int, peer: str) -> str:
    """Where the client of the outermost trusted proxy is, by X-Forwarded-For; the peer where it says too little.

    Each trusted proxy adds one hop, so a header with fewer did not pass all of them and is not believed.
    """
    hops = header.rsplit(",", proxies)[-proxies:]
    if header.count(",") + 1 < proxies or not header.strip():
        return peer
    hop = without_port(hops[0].strip())[:_LONGEST_ADDRESS]
    return hop if is_address(hop) else peer


def without_port(hop: str) -> str:
    """The address of a hop such as 192.0.2.1:443 or [2001:db8::1]:443; the hop as it is where it is no address."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    host, _, port = hop.rpartition(":")
    if host and port.isdecimal() and ":" not in host:
        return host
    return hop


class ClientNames:
    """What stands in the log of one process for its clients."""

    def __init__(self, *, plain: bool = False) -> None:
        """A plain name is the key's or the address; any other is hashed by a key that ends with the process."""
        self._plain = plain
        self._key = secrets.token_bytes(32)

    def of(self, client: Client | None) -> str:
        """The name of a client: hashed, the same for the same one, and nobody can tell which. "local" for None."""
        if client is None:
            return "local"
        if self._plain:
            return client.name
        return blake2b(client.name.encode("utf-8", "replace"), key=self._key, digest_size=6).hexdigest()


def headers_of(scope_headers: list[tuple[bytes, bytes]], names: frozenset[bytes]) -> Mapping[bytes, str]:
    """The headers of these names, as text; of several of one name the last, cookies joined."""
    given: dict[bytes, str] = {}
    for name, value in scope_headers:
        if name in names:
            text = value.decode("latin-1")
            given[name] = f"{given[name]}; {text}" if name == b"cookie" and name in given else text
    return given
