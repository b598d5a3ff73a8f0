#!/usr/bin/env python3
"""How good are Lede's answers on the judged sets, and its peers'? Builds what is needed, asks, and writes the tables.

Lede is asked by the code that users call. The judged sets are looked for in ../shared (or --data); without them there
is nothing to evaluate, and it says so. Indexes are kept below build/, so that a second run embeds nothing.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from evaluation import CONDENSED, Quality, Run, chance, judge
from indexer.cli import build_shown
from indexer.content.reader import KnownFiles, read
from judged_sets import JudgedSet, Need, judged_sets, sampled
from peers.indexes import opened
from peers.protocol import ROSTER, Corpus
from search.api.params import query_from
from search.engine.engine import EmbeddedEngine
from search.query.model import FieldFilter, Mode, Query
from search.settings import Settings
from search.wiring import engine, served

DEPTH = 100
CLOCK = datetime(2026, 4, 26, 23, 59, tzinfo=UTC)
"""When the newest of the judged articles was published: relative dates count back from there."""
MODES = (Mode.HYBRID, Mode.SEMANTIC, Mode.KEYWORD)
COLUMNS = ("nDCG@10", CONDENSED, "MRR@10", "recall@50", "judged@10")
HEAD = """# Relevance

Written by `make evaluate`: Lede as users call it, and its peers as their documentation shows them, over the same
articles of the same language. Columns of kinds are nDCG@10. `nDCG@10 judged` leaves unjudged documents out; an unjudged
document is not an irrelevant one. *Chance* is how often chance alone gives a difference from Lede, hybrid, as large as
that in nDCG@10 (paired randomisation, two-sided).

Lede answers with its result set: the articles that contain every word, and those whose confidence passes a threshold.
The peers rank every article that matches at all. So recall@50 of Lede counts only what it calls an answer. Within the
set, the sum of all signals orders the hits ([how hits are ranked](explanation/how-hits-are-ranked.md)).

MiniLM is all-MiniLM-L6-v2 in fp32 over title, description and body, of which it reads 256 tokens; Lede's own vectors
are int8. “BM25 + MiniLM, z-scores” is half and half, over bodies without recurring headings and titles counted twice;
“RRF” is the textbook recipe taken literally: the best 50 of each, k = 60. Pagefind answers only with pages that have
every word. txtai was asked for 100 answers; what it ranks first depends on that a little (asked for ten: +0.01).

"""


@dataclass(frozen=True, slots=True)
class Row:
    """One system's answers to a judged set, judged."""

    system: str
    quality: Quality


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate every set that is there and print the tables; with --write, into a file too."""
    given = _parser().parse_args(arguments)
    if not (given.data / "judged").is_dir():
        print(f"There are no judged sets in {given.data}: nothing is evaluated.", file=sys.stderr)
        return 0
    peers, encoders = ([name for name in names.split(",") if name] for names in (given.peers, given.encoders))
    lines = []
    for whole in judged_sets(given.data, given.work):
        if given.only in (None, whole.name):
            judged = whole if given.sample is None else sampled(whole, given.work, given.sample)
            lines += _table(
                judged,
                [
                    *lede_rows(judged, given.work, given.reranker),
                    *(row for one in encoders for row in encoder_rows(judged, given.work, one)),
                    *peer_rows(judged, given.work, peers),
                ],
            )
    print("\n".join(lines))
    if given.write:
        given.write.write_text(HEAD + "\n".join(lines), encoding="utf-8")
    return 0


def lede_rows(judged: JudgedSet, work: Path, reranker: str = "") -> Iterator[Row]:
    """Lede in each mode, over an index that is built if its articles have changed."""
    settings = Settings(index=work / f"index-{judged.content.name}", content=judged.content, reranker=reranker)
    build_shown(settings, full=False, strict=False)
    searcher = engine(settings, served(settings), lambda: CLOCK)
    for mode in MODES:
        yield Row(f"**Lede, {mode.value}**", judge(_answers(judged, searcher, mode), judged.judgments))


def encoder_rows(judged: JudgedSet, work: Path, model: str) -> Iterator[Row]:
    """Lede with another encoder, over an index of its own."""
    settings = Settings(
        index=work / f"index-{judged.content.name}-{Path(model).name}", content=judged.content, model=model
    )
    build_shown(settings, full=False, strict=False)
    searcher = engine(settings, served(settings), lambda: CLOCK)
    for mode in (Mode.HYBRID, Mode.SEMANTIC):
        yield Row(
            f"**Lede, {Path(model).name}, {mode.value}**", judge(_answers(judged, searcher, mode), judged.judgments)
        )


def peer_rows(judged: JudgedSet, work: Path, names: Sequence[str]) -> Iterator[Row]:
    """Each peer that is installed, over the articles of the set's language; what is not installed is said."""
    articles = read(judged.content, KnownFiles(), lambda *_: None).articles
    spoken = [article for article in articles if judged.language in ("", article.language)]
    corpus = Corpus(spoken, work / "peers")
    for name in names:
        try:
            system, searcher = opened(name, corpus, work / "peers")
        except ImportError as missing:
            print(f"{name} is left out: {missing}.", file=sys.stderr)
            continue
        run = {need.id: searcher.search(need.text, _query(need).filters, DEPTH) for need in judged.needs}
        note = f" ({system.FILTERING})" if system.FILTERING and any(need.filters for need in judged.needs) else ""
        yield Row(system.NAME + note, judge(run, judged.judgments))


def _answers(judged: JudgedSet, searcher: EmbeddedEngine, mode: Mode) -> Run:
    run = {}
    for need in judged.needs:
        query = replace(_query(need), mode=mode)
        if judged.language:
            query = replace(query, filters=query.filters.replaced(language=FieldFilter(include=(judged.language,))))
        run[need.id] = [hit.article.path for hit in searcher.search(query).hits]
    return run


def _query(need: Need) -> Query:
    return query_from([("q", need.text), ("limit", str(DEPTH)), *need.filters], CLOCK)


def _table(judged: JudgedSet, rows: Sequence[Row]) -> list[str]:
    kinds = sorted({need.kind for need in judged.needs if need.kind})
    columns = ("system", *COLUMNS, *kinds, "chance")
    lines = [
        f"## {judged.name} ({len(judged.needs)} queries)",
        "",
        f"| {' | '.join(columns)} |",
        "|---" * len(columns) + "|",
    ]
    for row in rows:
        by_kind = (_of_kind(row.quality, judged.needs, kind) for kind in kinds)
        values = [f"{value:.3f}" for value in (*(row.quality.mean(column) for column in COLUMNS), *by_kind)]
        odds = "" if row is rows[0] else f"{chance(rows[0].quality, row.quality):.4f}"
        lines.append(f"| {' | '.join((row.system, *values, odds))} |")
    return [*lines, ""]


def _of_kind(quality: Quality, needs: Sequence[Need], kind: str) -> float:
    return quality.mean("nDCG@10", [need.id for need in needs if need.kind == kind])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Evaluate Lede and its peers on the judged sets.")
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="where corpus/ and judged/ are")
    parser.add_argument("--work", type=Path, default=Path("build/evaluate"), help="where indexes are kept")
    parser.add_argument("--only", metavar="SET", help="one set, such as B-English")
    parser.add_argument("--peers", metavar="NAMES", default=",".join(ROSTER), help="by comma; '' for none")
    parser.add_argument("--encoders", metavar="NAMES", default="", help="besides the built-in one, by comma: strong")
    parser.add_argument("--sample", type=int, metavar="N", help="only the judged articles and N others (default all)")
    parser.add_argument("--reranker", default="", metavar="FOLDER", help="a cross-encoder for the hybrid answers")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables there too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
