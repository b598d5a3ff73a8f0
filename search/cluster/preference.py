"""Preference of searches among the nodes while one of them takes requests and does not answer.

A frozen machine keeps its connections: the cluster itself notices after half a minute. A search that was not answered
soon is sent again, to the copies of shards that stand on nodes that do answer.
"""

import time
from collections.abc import Mapping
from typing import Any

FIRST_PATIENCE = 5.0
"""Seconds before a search is sent again. A cluster that lost a node is slow; asked twice, it refuses some."""
PATIENCE = 10.0
"""Seconds that it waits once the nodes were called, and each further time."""
HOLDS = 15.0
"""Seconds for which it is taken that the same nodes answer, and others do not."""
ROLL_CALL = "/_nodes/http"
"""The request that asks which nodes answer."""
ROLL_CALL_WAITS, ROLL_CALL_PATIENCE = "1s", 2.0
"""How long the cluster waits for each of them, and how long its answer is waited for."""


class Preference:
    """Which nodes a search is sent to, and how long its first try waits. Threads share one."""

    def __init__(self) -> None:
        self._known: tuple[float, tuple[str, ...]] = 0.0, ()

    @property
    def patience(self) -> float:
        """Seconds for the first try: few, unless the nodes were called lately, so a busy cluster is not asked twice."""
        return PATIENCE if time.monotonic() < self._known[0] else FIRST_PATIENCE

    @property
    def header(self) -> dict[str, str]:
        """What the header of a search says about nodes; empty where all are thought to answer."""
        until, nodes = self._known
        return {"preference": f"_only_nodes:{','.join(nodes)}"} if nodes and time.monotonic() < until else {}

    def learn(self, roll_call: Mapping[str, Any]) -> None:
        """Note which nodes answered: those alone are asked for a while, where one did not."""
        answered = tuple(sorted(roll_call["nodes"])) if roll_call["_nodes"]["failed"] else ()
        self._known = time.monotonic() + HOLDS, answered

    def give_time(self) -> None:
        """Ask all nodes, and wait longer for a while."""
        self._known = time.monotonic() + HOLDS, ()

    def forget(self) -> None:
        """Ask all nodes again."""
        self._known = 0.0, ()
