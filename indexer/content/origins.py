"""Where in an item of a system a field's value comes from: its path there, whatever Lede calls the field."""

from collections import deque
from collections.abc import Mapping
from functools import cached_property

_MOST_VALUES = 1_000
"""Of an item so many values are looked at."""


class Origins:
    """The paths of the values of one item, as the system has it."""

    def __init__(self, item: Mapping[str, object]) -> None:
        self._item = item

    def path(self, key: str, value: object) -> str:
        """Where a value that stands under `key` in the plain item stands in the system's; else the key."""
        if not self._item or self._item.get(key) == value:
            return key
        if found := self._paths.get(f"\0{id(value)}") if isinstance(value, list | Mapping) else "":
            return found
        for one in _parts(value):
            if found := self._paths.get(one):
                return found
        return key

    @cached_property
    def _paths(self) -> dict[str, str]:
        """By text, number, or identity of a list or table, the first path at which it stands, the least deep first."""
        found: dict[str, str] = {}
        left: deque[tuple[str, object]] = deque([("", self._item)])
        seen = 0
        while left and seen < _MOST_VALUES:
            path, value = left.popleft()
            seen += 1
            if isinstance(value, list | Mapping):
                found.setdefault(f"\0{id(value)}", path)
            if isinstance(value, Mapping):
                left += [(f"{path}.{key}" if path else str(key), each) for key, each in value.items()]
            elif isinstance(value, list):
                left += [(f"{path}[]", each) for each in value]
            elif isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
                found.setdefault(str(value).strip(), path)
        return found


def _parts(value: object) -> list[str]:
    """The texts that a value is made of, its own first: names of several, an address with what stands before it."""
    if isinstance(value, Mapping):
        return [part for each in value.values() for part in _parts(each)]
    if isinstance(value, list | tuple):
        return [part for each in value for part in _parts(each)]
    if value is None or isinstance(value, bool):
        return []
    text = str(value).strip()
    return [text, text.removesuffix(" UTC"), text.strip("#")] if text else []
