"""Rate limit of a client: a bucket of tokens, paid with by work, that fills as time goes by.

A request takes one token, and one more for each further REQUEST_SECONDS of processor time that it turns out to cost.
An address has one bucket. People behind it who can be told apart share it: while at least half of it is there, anybody
may take; below that each takes from a share of his own, so that one who asks without end leaves the others theirs.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from time import monotonic

BURST_SECONDS = 5
"""A client that was quiet may ask at once what it could have asked in so many seconds."""
REQUEST_SECONDS = 0.02
"""Processor time that one token pays for: twice what an ordinary question takes."""
CLIENTS = 10_000
"""How many clients are remembered. Who is forgotten starts anew with a full bucket."""
PEOPLE = 256
"""How many people behind one address are told apart; further ones share what the forgotten ones had."""
ACTIVE_SECONDS = 60.0
"""Who asked nothing for so long has no share any more."""
NETWORK = 10
"""How many times the tokens of one /64 a /48 of IPv6 has: one customer may hold all of it."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    since: float
    people: "OrderedDict[str, _Bucket]" = field(default_factory=OrderedDict)

    def fill(self, now: float, rate: float, most: float) -> None:
        """Add what came since it was looked at last."""
        self.tokens = min(most, self.tokens + (now - self.since) * rate)
        self.since = now


class Rates:
    """Buckets by client, the one asked longest ago forgotten first. Used from one event loop."""

    def __init__(self, per_second: int, clients: int = CLIENTS, clock: Callable[[], float] = monotonic) -> None:
        """`per_second` requests may go on for ever; 0 stands for no limit."""
        self._rate = float(per_second)
        self._most = self._rate * BURST_SECONDS
        self._clients = clients
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, client: str, person: str = "", times: int = 1) -> float:
        """Take a token: 0 if there was one, else the seconds until there is.

        `person` is who of those behind an address asks, as far as that is known. The bucket is `times` as large.
        """
        if not self._rate:
            return 0.0
        now, rate, most = self._clock(), self._rate * times, self._most * times
        bucket = self._bucket(client, now, most)
        bucket.fill(now, rate, most)
        share = self._share(bucket, person, now, rate, most)
        short = max(0.0, 1 - bucket.tokens) / rate
        if not short and share is not None and bucket.tokens < most / 2:
            short = max(0.0, 1 - share.tokens) * len(bucket.people) / rate
        if not short:
            bucket.tokens -= 1
            if share is not None:
                share.tokens = max(0.0, share.tokens - 1)
        return short

    def charge(self, client: str, seconds: float, person: str = "") -> None:
        """Take what a request cost beyond its token; a bucket may owe as much as it holds."""
        bucket = self._buckets.get(client)
        further = seconds / REQUEST_SECONDS - 1
        if bucket is None or further <= 0:
            return
        bucket.tokens = max(-self._most, bucket.tokens - further)
        if person in bucket.people:
            share = bucket.people[person]
            share.tokens = max(-self._most, share.tokens - further)

    def _bucket(self, client: str, now: float, most: float) -> _Bucket:
        bucket = self._buckets.get(client)
        if bucket is None:
            bucket = self._buckets[client] = _Bucket(most, now)
        self._buckets.move_to_end(client)
        if len(self._buckets) > self._clients:
            self._buckets.popitem(last=False)
        return bucket

    def _share(self, bucket: _Bucket, person: str, now: float, rate: float, most: float) -> _Bucket | None:
        """The part of a bucket that is one person's; None where nobody else is there."""
        people = bucket.people
        if not person and not people:
            return None
        share = people.get(person)
        if share is None:
            share = people[person] = _Bucket(most / (len(people) + 1), now)
        people.move_to_end(person)
        while len(people) > PEOPLE or now - next(iter(people.values())).since > ACTIVE_SECONDS:
            people.popitem(last=False)
        share.fill(now, rate / len(people), most / len(people))
        return share


def client_network(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that one customer holds of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else _prefix(found, 64)
    return str(found)


def wide_network(address: str) -> str:
    """The /48 of an IPv6 address, which has a bucket of its own besides; "" for all else."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return _prefix(found, 48) if isinstance(found, IPv6Address) and not found.ipv4_mapped else ""


def _prefix(address: IPv6Address, bits: int) -> str:
    away = 128 - bits
    return f"{IPv6Address(int(address) >> away << away)}/{bits}"
