"""Rate limit of a client: a bucket of tokens, paid with by work, that fills as time goes by.

A request takes one token, and one more for each further REQUEST_SECONDS of processor time that it turns out to cost.
An address has one bucket. People behind it who can be told apart share it: while at least half of it is there, anybody
may take; below that each takes from a share of his own, so that one who asks without end leaves the others theirs.
"""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from time import monotonic

import numpy as np

from search.arrays import Rows
from search.http.shared_state import SharedState, client_number

BURST_SECONDS = 5
"""A client that was quiet may ask at once what it could have asked in so many seconds."""
REQUEST_SECONDS = 0.02
"""Processor time that one token pays for: twice what an ordinary question takes."""
CLIENTS = 10_000
"""How many clients are remembered. Who is forgotten starts anew with a full bucket."""
PEOPLE = 256
"""How many people behind one address are told apart; further ones share what the forgotten ones had."""
_PEOPLE_IN_ALL = 4_096
"""How many people are told apart behind all addresses together."""
ACTIVE_SECONDS = 60.0
"""Who asked nothing for so long has no share any more."""
NETWORK = 10
"""How many times the tokens of one /64 a /48 of IPv6 has: one customer may hold all of it."""


class _Buckets:
    """Buckets of tokens by client and person, the one asked longest ago forgotten first. Arrays, (rows,) each."""

    def __init__(self, state: SharedState, rows: int) -> None:
        self._client = state.array(np.int64, rows)
        self._person = state.array(np.int64, rows)
        self._used = state.array(np.int64, rows)
        """When each was asked, as a number that rises with each asking; 0 for a row that is free."""
        self._asked = state.array(np.int64, 1)
        self._taken = state.array(np.int64, 1)
        """How many rows were ever taken, which are the first ones: no others are looked through."""
        self._seen: dict[tuple[int, int], int] = {}
        """Where a client and a person were when this process looked last: a place to look first."""
        self.tokens = state.array(np.float64, rows)
        self.since = state.array(np.float64, rows)

    def __len__(self) -> int:
        return int(self._taken[0])

    def of(self, client: int) -> Rows:
        """The rows of a client."""
        return np.flatnonzero(self._client[: self._taken[0]] == client)

    def find(self, client: int, person: int) -> int | None:
        """The row of a client and a person; None where there is none."""
        row = self._seen.get((client, person))
        if row is not None and self._client[row] == client and self._person[row] == person:
            return row
        rows = self.of(client)
        found = rows[self._person[rows] == person]
        return self._note(client, person, int(found[0])) if len(found) else None

    def _note(self, client: int, person: int, row: int) -> int:
        if len(self._seen) >= len(self._used):
            self._seen.clear()
        self._seen[client, person] = row
        return row

    def add(self, client: int, person: int, tokens: float, now: float, row: int | None = None) -> int:
        """A row with so many tokens, which takes the place of `row`, or else of the one asked longest ago."""
        if row is None:
            row = int(self._taken[0]) if self._taken[0] < len(self._used) else int(self._used.argmin())
            self._taken[0] = max(self._taken[0], row + 1)
        self._client[row], self._person[row], self.tokens[row], self.since[row] = client, person, tokens, now
        return self._note(client, person, row)

    def touch(self, row: int) -> None:
        """Note that a row is asked now."""
        self._asked[0] += 1
        self._used[row] = self._asked[0]

    def oldest(self, rows: Rows) -> int:
        """Which of these rows was asked longest ago."""
        return int(rows[self._used[rows].argmin()])

    def fill(self, row: int, now: float, rate: float, most: float) -> None:
        """Add what came since a row was looked at last."""
        self.tokens[row] = min(most, self.tokens[row] + (now - self.since[row]) * rate)
        self.since[row] = now

    def pay(self, row: int, tokens: float, least: float) -> None:
        """Take tokens, down to the least that a row may hold."""
        self.tokens[row] = max(least, self.tokens[row] - tokens)


class Rates:
    """Buckets by client, the one asked longest ago forgotten first; the workers of a service share them."""

    def __init__(
        self,
        per_second: int,
        clients: int = CLIENTS,
        clock: Callable[[], float] = monotonic,
        state: SharedState | None = None,
    ) -> None:
        """`per_second` requests may go on for ever; 0 stands for no limit. All processes have one clock."""
        self._rate = float(per_second)
        self._most = self._rate * BURST_SECONDS
        self._clock = clock
        self._state = state or SharedState()
        self._buckets = _Buckets(self._state, clients)
        self._shares = _Buckets(self._state, _PEOPLE_IN_ALL)

    def wait(self, client: str, person: str = "", times: int = 1) -> float:
        """Take a token: 0 if there was one, else the seconds until there is.

        `person` is who of those behind an address asks, as far as that is known. The bucket is `times` as large.
        """
        if not self._rate:
            return 0.0
        with self._state:
            return self._take(client_number(client), person, self._rate * times, self._most * times)

    def _take(self, client: int, person: str, rate: float, most: float) -> float:
        now, buckets, shares = self._clock(), self._buckets, self._shares
        bucket = buckets.find(client, 0)
        if bucket is None:
            bucket = buckets.add(client, 0, most, now)
        buckets.touch(bucket)
        buckets.fill(bucket, now, rate, most)
        share, people = self._share(client, person, now, rate, most)
        short = max(0.0, 1 - float(buckets.tokens[bucket])) / rate
        if not short and share is not None and buckets.tokens[bucket] < most / 2:
            short = max(0.0, 1 - float(shares.tokens[share])) * people / rate
        if not short:
            buckets.tokens[bucket] -= 1
            if share is not None:
                shares.pay(share, 1, 0.0)
        return short

    def charge(self, client: str, seconds: float, person: str = "") -> None:
        """Take what a request cost beyond its token; a bucket may owe as much as it holds."""
        further = seconds / REQUEST_SECONDS - 1
        if further <= 0 or not self._rate:
            return
        with self._state:
            number = client_number(client)
            bucket, share = self._buckets.find(number, 0), self._shares.find(number, client_number(person))
            if bucket is not None:
                self._buckets.pay(bucket, further, -self._most)
                if share is not None:
                    self._shares.pay(share, further, -self._most)

    def _share(self, client: int, person: str, now: float, rate: float, most: float) -> tuple[int | None, int]:
        """The part of a bucket that is one person's, and of how many; None where nobody else is there."""
        shares, own = self._shares, client_number(person)
        people = shares.of(client)
        people = people[now - shares.since[people] <= ACTIVE_SECONDS]
        if not person and not len(people):
            return None, 0
        share, count = shares.find(client, own), len(people)
        if share is None or share not in people:
            replaced = shares.oldest(people) if count >= PEOPLE else share
            share = shares.add(client, own, most / (count + 1), now, replaced)
            count = min(PEOPLE, count + 1)
        shares.touch(share)
        shares.fill(share, now, rate / count, most / count)
        return share, count


@lru_cache(1_000)
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


@lru_cache(1_000)
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
