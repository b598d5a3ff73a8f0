"""Search over a newsroom's own archive: by words, by meaning, and with filters.

    import search

    with search.open_index("index") as index:
        for hit in index.search("stablecoin law", source="ft", since="2025-10-01", limit=5).hits:
            print(f"{hit.score:.2f}  {hit.article.title}")

Names are loaded when they are first used, so that a program pays only for what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.article import Article
    from search.errors import (
        ArticleNotFoundError,
        BrokenGenerationError,
        IndexUnusableError,
        LedeError,
        ModelError,
        NoGenerationError,
        RequestError,
    )
    from search.library import Index, open_index
    from search.ports import Engine
    from search.query.model import FieldFilter, Filters, Fold, Mode, Query, Sort
    from search.results import Hit, Results
    from search.server.app import create_app
    from search.version import __version__

_MODULES = {
    "search.article": "Article",
    "search.errors": (
        "ArticleNotFoundError BrokenGenerationError IndexUnusableError LedeError ModelError NoGenerationError"
        " RequestError"
    ),
    "search.library": "Index open_index",
    "search.ports": "Engine",
    "search.query.model": "FieldFilter Filters Fold Mode Query Sort",
    "search.results": "Hit Results",
    "search.server.app": "create_app",
    "search.version": "__version__",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = [
    "Article",
    "ArticleNotFoundError",
    "BrokenGenerationError",
    "Engine",
    "FieldFilter",
    "Filters",
    "Fold",
    "Hit",
    "Index",
    "IndexUnusableError",
    "LedeError",
    "Mode",
    "ModelError",
    "NoGenerationError",
    "Query",
    "RequestError",
    "Results",
    "Sort",
    "__version__",
    "create_app",
    "open_index",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
