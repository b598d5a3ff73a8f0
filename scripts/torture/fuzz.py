"""Does any input at all bring a parser down, or send it astray? By atheris, where it is installed, else by mutation."""

import importlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

_NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
_LONGEST = 400
_SEEDS = (
    "---\ntitle: 'a: b'\nlang: en\ntags: [A, B]\nsource: {key: k, name: N}\npublishedAt: '2026-02-05T05:01:58.123Z'\n"
    "---\n# H\n\nText *em* [l](u).",
    "---\n? a\n: &a [*b]\n<<: {x: y}\n---\n| a | b |\n|-|-|\n| x | y |\n\n> quote\n\n```\ncode\n```\n<b>html</b>",
    '"interest rates"~5 -mining hack OR theft title:(one two) regulat* NEAR/3 bank AND tag:"Real World Assets"',
    "після:2026-01 НЕ майнінг АБО «лапки» when:7d before:2026-02-30 -(a b) ) ( \" ' ~ * : -",
    "last week of january 2026, минулого тижня, 5 лютого, Q3 2025, 36h 1,000 12/31/1999 latest",
    "2026-02-05T05:01:58Z 0001-01-01 9999-12-31 99999y 2w 3m",
)
_TOKENS = (
    *"--- : [ ] { } * & < > | - ~ ( ) OR AND NOT NEAR/9 title: tag: lang: 0 9 # ` é й 🚀".split(),
    *(" ", "\n", "\t", "\0", "\ufeff", "'", '"'),
)


def sources(text: str) -> None:
    """A file is an article, a draft or a rejection."""
    from indexer.content.document import Omitted, ReadArticle, Refused, SourceFile
    from indexer.content.parsing import parse

    for name in ("a.en.md", "a.mdx", "a.html", "a.rst", "a.adoc"):
        (outcome,) = parse(SourceFile(name, "digest", text.encode("utf-8", "surrogatepass")))
        assert isinstance(outcome, ReadArticle | Omitted | Refused)


def markdown(text: str) -> None:
    """A body has a text, and its headings lie within it, in order."""
    from indexer.content.markdown import plain_text

    plain = plain_text(text.encode("utf-8", "replace").decode())
    spans = [place for span in plain.headings for place in span]
    assert spans == sorted(spans)
    assert all(0 <= place <= len(plain.text) for place in spans)


def query(text: str) -> None:
    """No text is an error, but one that is too long or blank; what was understood is understood the same again."""
    from search.api.params import query_from
    from search.errors import RequestError

    try:
        asked = query_from([("q", text)], _NOW)
    except RequestError as wrong:
        assert not text.strip() or len(text) > 2_000 or "\0" in text, (text, wrong)
        return
    assert asked.parsed.plain is not None


def times(text: str) -> None:
    """A text names a time or none; a date is a moment, or refused."""
    from search.analysis.time_expressions import named_time
    from search.errors import RequestError
    from search.query.dates import since, until

    named = named_time(text, _NOW, UTC)
    assert named is None or (named.text in text.lower() and named.since <= named.until), named
    for moment in (since, until):
        try:
            assert isinstance(moment(text, UTC, _NOW), int)
        except RequestError:
            continue


TARGETS: dict[str, Callable[[str], None]] = {"sources": sources, "markdown": markdown, "query": query, "times": times}


def fuzz(name: str, runs: int, scratch: Path) -> str:
    """So many runs of a target; gives their number, who made them and how long it took. Raises what it raises."""
    started = time.monotonic()
    if find_spec("atheris") is None:
        mutate(TARGETS[name], runs)
        return f"{runs} by mutation in {time.monotonic() - started:.0f} s"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "torture.fuzz",
            name,
            f"-runs={runs}",
            f"-max_len={_LONGEST}",
            "-seed=1",
            "-verbosity=0",
        ],
        env=dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=scratch,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4_000:]
    return f"{runs} by atheris in {time.monotonic() - started:.0f} s"


def mutate(target: Callable[[str], None], runs: int, seed: int = 1) -> None:
    """Give a target so many texts, each a seed changed in a few places."""
    draw = random.Random(seed)  # noqa: S311 - chance to break by  # nosec B311
    for _ in range(runs):
        text = draw.choice(_SEEDS)
        for _ in range(draw.randint(1, 6)):
            at, to = sorted((draw.randrange(len(text) + 1), draw.randrange(len(text) + 1)))
            put = draw.choice(_TOKENS) * draw.choice((1, 1, 1, 2, 30))
            text = draw.choice(
                (text[:at] + put + text[at:], text[:at] + text[to:], text[:at] + put + text[to:], text[at:to] * 2)
            )
        target(text[:_LONGEST])


def _by_atheris(name: str) -> None:
    import atheris

    with atheris.instrument_imports(include=["indexer", "search"]):
        for module in ("indexer.content.parsing", "search.analysis.time_expressions", "search.api.params"):
            importlib.import_module(module)

    def one(data: bytes) -> None:
        TARGETS[name](atheris.FuzzedDataProvider(data).ConsumeUnicodeNoSurrogates(_LONGEST))

    atheris.Setup([sys.argv[0], *sys.argv[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    _by_atheris(sys.argv[1])
