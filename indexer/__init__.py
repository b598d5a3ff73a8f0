"""The indexer: everything needed to make a new generation of the index out of a folder of articles.

    import indexer

    report = indexer.build_index("articles", "index")

Names are loaded when they are first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.library import build_index
    from indexer.reindex import Report

__all__ = ["Report", "build_index"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from indexer import library

    return getattr(library, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
