"""The archive that speed and equality over a cluster are measured on: what an index folder serves, loaded once."""

import sys
import time

from indexer.cluster.lease import leased
from indexer.cluster.loading import Loader
from indexer.cluster.publishing import publish
from search.cluster.connection import ClusterAddress, connect
from search.cluster.generations import ClusterGenerations
from search.cluster.layout import Names
from search.index.directory import IndexFolder
from search.wiring import vector_format

PREFIX = "measured"


def measured(addresses: tuple[str, ...], index: IndexFolder) -> ClusterGenerations:
    """The archive in the cluster under PREFIX: loaded, unless it is there, telling how fast; published."""
    generations = ClusterGenerations(connect(ClusterAddress(addresses)), Names(PREFIX))
    name = index.current_name()
    with leased(generations.connection, generations.names):
        if name not in generations.complete():
            _load(generations, index, name)
        publish(generations, name)
    return generations


def _load(generations: ClusterGenerations, index: IndexFolder, name: str) -> None:
    begun = time.perf_counter()
    ended: dict[str, float] = {}

    def told(stage: str, many: int, total: int) -> None:
        if many == total:
            ended[stage] = time.perf_counter()

    described = Loader(generations, index.path(name), vector_format(), told).load()
    seconds = ended["load passages"] - ended["load articles"]
    say(f"load: {described.views / seconds:,.0f} passages a second, {described.articles:,} articles")
    say(f"articles and all of it in {time.perf_counter() - begun:.0f} s")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
