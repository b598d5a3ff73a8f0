"""How many articles a second are read, and their words indexed, where nothing else is done?

From files to the keyword engine's index, our own lists of words and the outline, by the cores there are.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmark.processes import measured, report
from indexer.content.reader import KnownFiles, read
from indexer.text.archive_reader import ArchiveReader
from indexer.text.boilerplate import boilerplate
from indexer.text.postings_builder import PostingsBuilder
from search.analysis.analyzer import Analyzer
from search.analysis.synonyms import BUILT_IN, read_names
from search.index.directory import IndexFolder
from search.process import cores
from search.settings import Settings
from search.wiring import keyword_format


def parsing_rates(content: Path, index: Path) -> tuple[float, float]:
    """Articles a second with what earlier builds of an index remember of words, and with nothing remembered."""
    with tempfile.TemporaryDirectory() as nothing:
        found = [measured("benchmark.parsing", content, memory) for memory in (IndexFolder(index).cache, nothing)]
    return found[0]["rate"], found[1]["rate"]


def _rate(content: Path, memory: Path) -> float:
    analyzer, keyword = Analyzer(read_names(BUILT_IN).words), keyword_format(Settings().keyword_engine)
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder, name) for name in ("keyword", "words", "forms", "outline")]
        for place in places:
            place.mkdir()
        started = time.perf_counter()
        articles = read(content, KnownFiles(), lambda *_: None).articles
        common = boilerplate(articles)
        reader = ArchiveReader(analyzer, common, memory)
        with reader.begun(articles, cores()) as (_, wordings):
            notes = PostingsBuilder(reader, common)
            keyword.write(places[0], notes.documents(articles, wordings, lambda *_: None))
        notes.write(*places[1:])
        return len(articles) / (time.perf_counter() - started)


def main(arguments: Sequence[str]) -> None:
    """Read and index the articles of a folder, here and now."""
    report({"rate": _rate(*map(Path, arguments))})


if __name__ == "__main__":
    main(sys.argv[1:])
