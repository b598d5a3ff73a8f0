"""Pagefind: a static bundle, asked through its own pagefind.js and WebAssembly under node, files in place of HTTP.

It has no ranges: times are filtered afterwards.
"""

import json
import shutil
import subprocess
import tempfile
from html import escape
from pathlib import Path

from pagefind_bin import get_executable

from peers.facts import FIELDS, Facts, values, write_facts
from peers.protocol import Corpus
from search.article import Article
from search.query.model import Filters

NAME = "Pagefind"
FILTERING = "dates filtered afterwards"
MEANING = False
_BUNDLE, _LANGUAGE = "bundle", "language.txt"
_NODE_PROGRAM = Path(__file__).with_suffix(".mjs")
if shutil.which("node") is None:
    raise ImportError("node is not installed")


def write(corpus: Corpus, folder: Path) -> None:
    """Write an index of the corpus into an empty folder; all languages in one, stemmed by the commonest."""
    with tempfile.TemporaryDirectory() as site:
        for row, article in enumerate(corpus.articles):
            Path(site, f"{row}.html").write_text(_page(article), encoding="utf-8")
        languages = [article.language for article in corpus.articles if article.language]
        language = max(sorted(set(languages)), key=languages.count, default="en")
        command = [get_executable(), "--site", site, "--output-path", folder / _BUNDLE, "--force-language", language]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (folder / _LANGUAGE).write_text(language)
    write_facts(corpus.articles, folder)


def open_searcher(folder: Path) -> "PagefindSearcher":
    """Open what `write` wrote."""
    return PagefindSearcher(folder)


class PagefindSearcher:
    """A bundle, and a node process that asks it; it ends with this one."""

    def __init__(self, folder: Path) -> None:
        self._facts = Facts(folder)
        self._node = subprocess.Popen(
            ["node", _NODE_PROGRAM, folder.resolve() / _BUNDLE, (folder / _LANGUAGE).read_text()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def search(self, text: str, filters: Filters, limit: int) -> list[str]:
        """The paths of at most so many articles that answer, best first."""
        dated = filters.since is not None or filters.until is not None
        asked = {"text": text, "filters": _chosen(filters), "limit": 1_000 if dated else limit}
        assert self._node.stdin and self._node.stdout
        self._node.stdin.write(f"{json.dumps(asked)}\n")
        self._node.stdin.flush()
        rows = [int(Path(url).stem) for url in json.loads(self._node.stdout.readline())]
        admitted = self._facts.admitted(filters)
        return [self._facts.paths[row] for row in rows if admitted[row]][:limit]


def _page(article: Article) -> str:
    marks = [
        f'<i data-pagefind-filter="{field}">{escape(v)}</i>' for field, own in values(article).items() for v in own
    ]
    return (
        f"<!doctype html><html><head><title>{escape(article.title)}</title></head><body>{''.join(marks)}"
        f"<main data-pagefind-body><h1>{escape(article.title)}</h1><p>{escape(article.description)}</p>"
        f"<p>{escape(article.text)}</p></main></body></html>"
    )


def _chosen(filters: Filters) -> dict[str, object]:
    choices = (filters["source"], filters["tag"], filters["sentiment"], filters.language)
    return {
        field: {"any": [value.casefold() for value in choice.include]}
        for field, choice in zip(FIELDS, choices, strict=True)
        if choice.include
    }
