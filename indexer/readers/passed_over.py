"""Why the tables of a database hold no articles, in words: its system may have to export them itself."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from indexer.content.conventions import states
from indexer.content.document import Omitted, SourceFile
from indexer.readers.database_tables import NO_TITLES, has_article_keys

WITHOUT_ARTICLES = "database without articles"
_MOST_TABLES = 8
_REMEDY = " (a copy under another name, such as `stories`, is read)"
_SYSTEMS = (
    ({"node_field_data", "node__body"}, "Drupal; its articles are read from JSON:API or an export of views"),
    ({"wagtailcore_page"}, "Wagtail; its articles are read from its API (/api/v2/pages/?fields=*)"),
)
"""Tables by whose ends a system is known that parts an article over several, and what of it is read."""


def passed_over(tables: Mapping[str, Sequence[str]]) -> str:
    """What is known of tables none of which holds an article, by their columns; those nearest to articles first."""
    for ends, system in _SYSTEMS:
        if all(any(table.endswith(end) for table in tables) for end in ends):
            return f"is of {system}"
    said = sorted((_why(columns), table) for table, columns in tables.items())
    listed = "; ".join(f"{table} {why}" for (_, why), table in said[:_MOST_TABLES])
    more = f"; and {len(said) - _MOST_TABLES} more" if len(said) > _MOST_TABLES else ""
    return f"{listed}{more}" if said else "has no tables"


def named_otherwise(file: SourceFile, tables: Mapping[str, Sequence[str]], read: Collection[str]) -> Iterator[Omitted]:
    """The tables that have a title and a text and were passed over by their names, beside those that were read."""
    others = sorted(one for one, columns in tables.items() if one not in read and has_article_keys(columns))
    if others:
        more = f" and {len(others) - _MOST_TABLES} more" if len(others) > _MOST_TABLES else ""
        note = f"by their names these tables hold something else: {', '.join(others[:_MOST_TABLES])}{more}{_REMEDY}"
        yield Omitted(file.path, "other tables with a title and a text", note=note)


def _why(columns: Sequence[str]) -> tuple[int, str]:
    """How far a table is from one of articles, and why it is none."""
    if not columns:
        return 1, "has no columns that are known"
    if has_article_keys(columns):
        return 0, f"holds no rows, or something else by its name{_REMEDY}"
    titled = any(states(one, ("title",)) and one.casefold() not in NO_TITLES for one in columns)
    if titled:
        return 2, "has no text"
    return (2, "has no title") if any(states(one, ("text",)) for one in columns) else (3, "has no title and no text")
