"""Packages for some file formats alone, imported when such a file is met."""

from importlib import import_module
from typing import Any

from indexer.content.document import UnfitError
from search.extras import DISTRIBUTION, EXTRA_OF


def needed(module: str, what: str) -> Any:
    """A module of an extra. Raises UnfitError that names the extra where it is not installed."""
    try:
        return import_module(module)
    except ImportError as missing:
        extra = EXTRA_OF[module]
        raise UnfitError(f"{what} need the extra `{extra}`: pip install '{DISTRIBUTION}[{extra}]'") from missing
