"""Which systems are there? Lede in its modes, and the peers, each with its index open."""

from collections.abc import Callable, Mapping
from pathlib import Path

from benchmark.latency import Ask, clocked
from benchmark.questions import CLOCK, Question
from peers.protocol import Searcher, peer
from search.engine.engine import EmbeddedEngine
from search.index.snapshot_manager import SnapshotManager
from search.settings import Settings
from search.wiring import engine, served

FLOOR = "the query's embedding alone"
PAGE = 10
LEDE = {
    "Lede, hybrid, with facets": (("mode", "hybrid"), ("facets", "true")),
    "Lede, hybrid": (("mode", "hybrid"),),
    "Lede, semantic": (("mode", "semantic"),),
    "Lede, keyword": (("mode", "keyword"),),
}


def lede(index: Path) -> Callable[[], Mapping[str, Ask]]:
    """Makes Lede in each mode, and the floor: the embedding of the query by the same model, and nothing else."""
    settings = Settings(index=index)
    snapshots = served(settings)

    def made() -> Mapping[str, Ask]:
        with snapshots.acquire() as snapshot:
            embedder = snapshot.embedder()
        modes = {
            name: forgetting(snapshots, _asking(engine(settings, snapshots, lambda: CLOCK), mode))
            for name, mode in LEDE.items()
        }
        return {FLOOR: clocked(lambda question: embedder.embed_query(question.text)), **modes}

    return made


def forgetting(snapshots: SnapshotManager, ask: Ask) -> Ask:
    """Asks a snapshot that has forgotten what it found for the question before: its other modes asked the same."""

    def forgotten(question: Question) -> float:
        with snapshots.acquire() as snapshot:
            snapshot.near.clear()
        return ask(question)

    return forgotten


def opened_peer(module: str, folder: Path) -> Callable[[], Mapping[str, Ask]]:
    """Makes a peer; none of them remembers questions."""
    searcher: Searcher = peer(module).open_searcher(folder)
    ask = clocked(lambda question: searcher.search(question.text, question.query().filters, PAGE))
    return lambda: {peer(module).NAME: ask}


def _asking(searcher: EmbeddedEngine, mode: tuple[tuple[str, str], ...]) -> Ask:
    return clocked(lambda question: searcher.search(question.query(*mode, ("limit", str(PAGE)))))
