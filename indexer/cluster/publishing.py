"""Publishing in a cluster: the aliases moved in one request; what no alias and no keep-list names is removed.

A request may arrive twice, the second time when another generation was published meanwhile. So each publication takes
away an alias of the state that the one before has left, its turn, and leaves one of its own. A request whose turn is
gone changes nothing.
"""

from uuid import uuid4

from opensearchpy.exceptions import NotFoundError
from opensearchpy.exceptions import RequestError as Refused

from indexer.cluster.lease import make_state
from search.cluster.connection import Connection
from search.cluster.generations import ClusterGenerations, marked
from search.cluster.layout import KINDS
from search.errors import LockedError, NoGenerationError


def publish(generations: ClusterGenerations, name: str) -> str:
    """Serve a generation that was loaded to the end from now on; gives its name. One request is the whole act.

    Raises NoGenerationError where it is not there, LockedError where another was published meanwhile.
    """
    generations.described(name)
    names, turn = generations.names, uuid4().hex
    actions = [
        {"remove": {"index": names.state, "alias": _turn(generations), "must_exist": True}},
        {"add": {"index": names.state, "alias": names.turn(turn)}},
    ]
    for kind in KINDS:
        every = {"index": names.index(kind, "*"), "alias": names.alias(kind), "must_exist": False}
        actions += [{"remove": every}, {"add": {"index": names.index(kind, name), "alias": names.alias(kind)}}]
    try:
        generations.connection.send("POST", "/_aliases", {"actions": actions})
    except (Refused, NotFoundError) as late:
        if _turn(generations) != names.turn(turn):  # else it was sent twice, and came once
            raise LockedError("Another run has published meanwhile.", "See `lede-index list`.") from late
    return name


def _turn(generations: ClusterGenerations) -> str:
    """The alias that the last publication has left; made where there was none."""
    connection, names = generations.connection, generations.names
    make_state(connection, names)
    aliases = connection.get(f"/{names.state}/_alias")[names.state]["aliases"]
    turns = sorted(alias for alias in aliases if alias.startswith(names.turn("")))
    if not turns:
        connection.send("PUT", f"/{names.state}/_alias/{names.turn('first')}")
        return names.turn("first")
    return str(turns[-1])


def earlier(generations: ClusterGenerations) -> str:
    """The generation before the served one. Raises NoGenerationError."""
    current = generations.current()
    before = [name for name in generations.complete() if name < current]
    if not before:
        raise NoGenerationError(f"There is no generation before {current}.", "See `lede-index list`.")
    return before[-1]


def prune(generations: ClusterGenerations, keep: int) -> list[str]:
    """Remove all but the newest generations, never the served one; gives the names removed."""
    names = list(generations.complete())
    kept = {*names[-keep:], *_current(generations)}
    removed = [name for name in names if name not in kept]
    for name in removed:
        _remove(generations, name)
    return removed


def sweep(generations: ClusterGenerations, wanted: str = "") -> list[str]:
    """Remove what killed runs have left unfinished, but not the generation `wanted`; gives the names removed."""
    complete = generations.complete()
    left = {
        name
        for index in _indexes(generations)
        if (name := generations.names.generation(index)) is not None and name not in complete and name != wanted
    }
    for name in sorted(left):
        _remove(generations, name)
    return sorted(left)


def _indexes(generations: ClusterGenerations) -> list[str]:
    """Every index of a generation. Raises ClusterUnfitError for one of that name that somebody else made."""
    pattern = ",".join(generations.names.index(kind, "*") for kind in KINDS)
    found = generations.connection.find(f"/{pattern}/_mapping") or {}
    for index, mapping in found.items():
        if generations.names.generation(index) is not None:
            marked(index, mapping)
    return list(found)


def _current(generations: ClusterGenerations) -> list[str]:
    try:
        return [generations.current()]
    except NoGenerationError:
        return []


def _remove(generations: ClusterGenerations, name: str) -> None:
    """Remove the indexes of a generation; the parts, which say that it is complete, first."""
    connection: Connection = generations.connection
    for kind in reversed(KINDS):
        connection.send("DELETE", f"/{generations.names.index(kind, name)}", ignore_unavailable="true")
