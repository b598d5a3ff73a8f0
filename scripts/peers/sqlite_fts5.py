"""SQLite FTS5: any word of the query, ranked by its own bm25(), Porter stems."""

import re
import sqlite3
from pathlib import Path

from peers.facts import FIELDS, sql_condition, sql_values
from peers.protocol import BEFORE, Corpus
from search.query.model import Filters

NAME = "SQLite FTS5"
FILTERING = BEFORE
MEANING = False
_FILE = "articles.sqlite"


def write(corpus: Corpus, folder: Path) -> None:
    """Write an index of the corpus into an empty folder."""
    columns = ("path", *FIELDS, "published")
    with sqlite3.connect(folder / _FILE) as database:
        database.execute(f"CREATE TABLE facts (row INTEGER PRIMARY KEY, {', '.join(columns)})")
        database.execute("CREATE VIRTUAL TABLE words USING fts5(title, description, body, tokenize='porter unicode61')")
        for row, article in enumerate(corpus.articles):
            texts = (row, article.title, article.description, article.text)
            database.execute("INSERT INTO words (rowid, title, description, body) VALUES (?, ?, ?, ?)", texts)
            facts = (row, article.path, *sql_values(article).values())
            database.execute(f"INSERT INTO facts VALUES ({', '.join('?' * len(facts))})", facts)
    database.close()


def open_searcher(folder: Path) -> "Fts5Searcher":
    """Open what `write` wrote."""
    return Fts5Searcher(folder)


class Fts5Searcher:
    """A full-text table of SQLite."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / _FILE, check_same_thread=False)

    def search(self, text: str, filters: Filters, limit: int) -> list[str]:
        """The paths of at most so many articles that answer, best first."""
        words = [f'"{word}"' for word in re.findall(r"\w+", text)]
        if not words:
            return []
        condition = f" AND {sql_condition(filters)}" if filters else ""
        statement = (
            "SELECT path FROM words JOIN facts ON facts.row = words.rowid "
            f"WHERE words MATCH ?{condition} ORDER BY bm25(words) LIMIT ?"
        )
        return [path for (path,) in self._database.execute(statement, (" OR ".join(words), limit))]
