"""Edition: what the answer to a query depends on besides the query. Equal editions of equal queries answer alike."""

from datetime import datetime

from msgspec import Struct

from search.engine.interpretation import Named, named
from search.engine.snapshot_knowledge import SnapshotKnowledge
from search.index.snapshot import Snapshot
from search.query.model import Query


class Edition(Struct, frozen=True):
    """The generation, what of it may be shown now, and how the text reads now."""

    generation: str
    visible: bytes
    """Which rows are neither embargoed nor expired; empty where all are."""
    withdrawn: frozenset[str]
    named: Named
    degraded: tuple[str, ...]
    """What is said of every answer while an older generation is served."""


def edition(snapshot: Snapshot, query: Query, now: datetime, degraded: tuple[str, ...]) -> Edition | None:
    """The edition of the answer to a query at a moment; None where the answer depends on the very moment.

    That is so where the newest is asked for, and where an explanation tells how many days old each article is. A page
    behind a cursor belongs to its own generation and moment.
    """
    if query.explain or query.cursor is not None:
        return None
    time = named(SnapshotKnowledge(snapshot), query, now)
    if time.time is not None and time.time.fresh:
        return None
    return Edition(snapshot.manifest.name, snapshot.columns.visible_rows, snapshot.visible.withdrawn, time, degraded)
