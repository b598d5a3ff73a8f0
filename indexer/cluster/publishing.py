"""Publishing in a cluster: the aliases moved in one request; what no alias and no keep-list names is removed."""

from search.cluster.connection import Connection
from search.cluster.generations import ClusterGenerations, marked
from search.cluster.layout import KINDS
from search.errors import NoGenerationError


def publish(generations: ClusterGenerations, name: str) -> str:
    """Serve a generation that was loaded to the end from now on; gives its name. One request is the whole act.

    Raises NoGenerationError where it is not there.
    """
    generations.described(name)
    names = generations.names
    actions = []
    for kind in KINDS:
        every = {"index": names.index(kind, "*"), "alias": names.alias(kind), "must_exist": False}
        actions += [{"remove": every}, {"add": {"index": names.index(kind, name), "alias": names.alias(kind)}}]
    generations.connection.send("POST", "/_aliases", {"actions": actions})
    return name


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
