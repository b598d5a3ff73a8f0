"""Tables among the values of JSON, whatever else stands in their place."""

from collections.abc import Mapping
from typing import Any


def tables_of(value: object) -> list[Mapping[str, Any]]:
    """The tables of a list, or the one table that stands there itself; none of anything else."""
    listed = [value] if isinstance(value, Mapping) else value
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
