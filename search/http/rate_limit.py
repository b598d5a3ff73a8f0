"""Rate limit of a client: a bucket of tokens that fills as time goes by."""

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from time import monotonic

BURST_SECONDS = 5
"""A client that was quiet may ask at once what it could have asked in so many seconds."""
CLIENTS = 10_000
"""How many clients are remembered. Who is forgotten starts anew with a full bucket."""


class Rates:
    """Buckets by client, the one asked longest ago forgotten first. Used from one event loop."""

    def __init__(self, per_second: int, clients: int = CLIENTS, clock: Callable[[], float] = monotonic) -> None:
        """`per_second` requests may go on for ever; 0 stands for no limit."""
        self._rate = float(per_second)
        self._most = self._rate * BURST_SECONDS
        self._clients = clients
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Take a token: 0 if there was one, else the seconds until there is."""
        if not self._rate:
            return 0.0
        now = self._clock()
        tokens, since = self._buckets.get(client, (self._most, now))
        tokens = min(self._most, tokens + (now - since) * self._rate)
        allowed = tokens >= 1
        self._buckets[client] = (tokens - 1 if allowed else tokens, now)
        self._buckets.move_to_end(client)
        if len(self._buckets) > self._clients:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._rate


def client_network(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that one customer holds of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Address(int(found) >> 64 << 64)) + "/64"
    return str(found)
