#!/usr/bin/env python3
"""How much do mistyped words cost? One slip in each judged question, by chance of a seed, corrected and as typed.

The judged sets are looked for in ../shared (or --data), the index of their articles is given. Prints nDCG@10 of the
questions as they are, with a slip, and with a slip and correct=false; and every clean question that is changed.
"""

import argparse
import random
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from evaluation import judge
from judged_sets import JudgedSet, Need, judged_sets
from search.api.params import query_from
from search.query.model import Query
from search.settings import Settings
from search.wiring import engine, served

CLOCK = datetime(2026, 4, 26, 23, 59, tzinfo=UTC)
KINDS = ("swap", "double", "key", "drop", "insert")
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхї", "фівапролджє", "ячсмитьбю")
_WORD = re.compile(r"[^\W\d_]{4,}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both languages of B and print a line for each."""
    given = _parser().parse_args(arguments)
    if not (given.data / "judged").is_dir():
        print(f"There are no judged sets in {given.data}: nothing is measured.", file=sys.stderr)
        return 0
    for judged in judged_sets(given.data, given.work):
        if judged.name in ("B-English", "B-Ukrainian"):
            print(_line(judged, given.index, given.seeds))
    return 0


def slipped(text: str, dice: random.Random) -> str:
    """The text with one slip inside of one of its words of four letters or more; capitals alone stay as they are."""
    words = [match for match in _WORD.finditer(text) if not match[0].isupper()]
    if not words:
        return text
    match = dice.choice(words)
    word, kind = match[0], dice.choice(KINDS)
    at = dice.randrange(1, len(word) - 1)
    changed = {
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        "double": word[: at + 1] + word[at:],
        "key": word[:at] + _beside(word[at], dice) + word[at + 1 :],
        "drop": word[:at] + word[at + 1 :],
        "insert": word[: at + 1] + _beside(word[at], dice) + word[at + 1 :],
    }[kind]
    return text[: match.start()] + changed + text[match.end() :]


def _beside(letter: str, dice: random.Random) -> str:
    """The letter on a key beside that of a letter."""
    row = next((row for row in ROWS if letter.lower() in row), letter.lower() * 2)
    at = row.index(letter.lower())
    return dice.choice(row[max(0, at - 1) : at] + row[at + 1 : at + 2])


def _line(judged: JudgedSet, index: Path, seeds: int) -> str:
    settings = Settings(index=index)
    searcher = engine(settings, served(settings), lambda: CLOCK)

    def quality(texts: dict[str, str], correct: bool) -> float:
        run = {
            need: [hit.article.path for hit in searcher.search(_query(text, judged, correct)).hits]
            for need, text in texts.items()
        }
        return judge(run, judged.judgments).mean("nDCG@10")

    needs: Sequence[Need] = judged.needs
    clean = {need.id: need.text for need in needs}
    for text in clean.values():
        corrected = searcher.search(_query(text, judged, True)).corrected
        if corrected:
            print(f"changed: {corrected.typed} -> {corrected.answered}")
    plain = quality(clean, True)
    mistyped = []
    for seed in range(seeds):
        dice = random.Random(seed)  # noqa: S311 - chance to measure by, not to hide by  # nosec B311
        mistyped.append({need: slipped(text, dice) for need, text in clean.items()})
    put_right, as_typed = (sum(quality(texts, on) for texts in mistyped) / seeds for on in (True, False))
    return (
        f"{judged.name}: clean {plain:.3f}, with a slip {put_right:.3f} ({put_right / plain:.3f} of it),"
        f" with a slip and correct=false {as_typed:.3f} ({as_typed / plain:.3f})"
    )


def _query(text: str, judged: JudgedSet, correct: bool) -> Query:
    asked = [("q", text), ("lang", judged.language), ("limit", "20"), ("correct", str(correct).lower())]
    return query_from(asked, CLOCK)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure what mistyped words cost.")
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="where corpus/ and judged/ are")
    parser.add_argument("--work", type=Path, default=Path("build/evaluate"), help="where archives are unpacked")
    parser.add_argument("--index", type=Path, default=Path("build/evaluate/index-articles"), help="of the articles")
    parser.add_argument("--seeds", type=int, default=4, help="slips in each question")
    return parser


if __name__ == "__main__":
    sys.exit(main())
