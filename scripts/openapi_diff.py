#!/usr/bin/env python3
"""Differences between two OpenAPI documents: what clients relied on and is gone or changed, and how much was added.

Each document is a file, as `curl http://127.0.0.1:8080/openapi.json` writes it. Exits 1 where anything is gone or
changed besides descriptions, examples and the version.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

_WORDING = ("description", "summary", "example", "examples", "title")


class Difference(NamedTuple):
    """A place in the documents, `added`, `removed` or `changed`, and what stands there."""

    kind: str
    place: str
    value: object


def differences(old: Any, new: Any, place: str = "") -> Iterator[Difference]:
    """Every difference, in the order of places; parameters are compared by name, other lists of values as sets."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            there = f"{place}/{name}"
            if name not in old:
                yield Difference("added", there, new[name])
            elif name not in new:
                yield Difference("removed", there, old[name])
            else:
                yield from differences(old[name], new[name], there)
    elif isinstance(old, list) and isinstance(new, list):
        yield from differences(_named(old), _named(new), place)
    elif old != new:
        yield Difference("changed", place, (old, new))


def breaks(difference: Difference) -> bool:
    """Whether a client may notice: not by an addition, and not by other words."""
    name = difference.place.rsplit("/", 1)[-1]
    return difference.kind != "added" and name not in _WORDING and difference.place != "/info/version"


def _named(values: list[Any]) -> dict[str, Any]:
    """A list as a dictionary: parameters by name, values by themselves, anything else by place."""
    if all(isinstance(value, dict) and "name" in value for value in values):
        return {str(value["name"]): value for value in values}
    if not any(isinstance(value, dict | list) for value in values):
        return {str(value): True for value in values}
    return {str(number): value for number, value in enumerate(values)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences, and how many there are of each kind."""
    parser = argparse.ArgumentParser(description="Compare two OpenAPI documents.")
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    given = parser.parse_args(arguments)
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (given.old, given.new))
    found = list(differences(old, new))
    broken = [difference for difference in found if breaks(difference)]
    for difference in broken:
        print(f"{difference.kind:8} {difference.place}  {str(difference.value)[:120]}")
    print(f"{sum(one.kind == 'added' for one in found)} added, {len(broken)} removed or changed.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
