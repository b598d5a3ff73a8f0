#!/usr/bin/env python3
"""Which request within the limits costs most, as a multiple of an ordinary one?

Random requests of every route, their texts made by the grammar of the query language out of the archive's own words,
are answered in this process; the dearest are varied and crossed, round after round. The cost is processor time, event
loop, page, compression and all, of a multi-search by question, of an export by 100 hits. No answer may be a 500.
Exit status: 0 all cost at most --most times the median hybrid request, 1 one costs more, or something was a 500.
"""

import argparse
import asyncio
import gc
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any
from urllib.parse import urlencode

import msgspec

from search.article import Article
from search.query.model import MAX_LIMIT, MAX_SEARCHES, MAX_TEXT, MAX_VALUE, Query, Sort
from search.server.app import create_app
from search.settings import Settings

_PROJECT = Path(__file__).resolve().parent.parent
Pairs = tuple[tuple[str, str], ...]
TARGET = 20.0
"""How many times the median hybrid request the dearest may cost."""
_KEPT = 40
"""The dearest requests, of which the next round is made."""
_AGAIN = 5
"""Readings of a request that is among the dearest; the least counts."""
_PER_HITS = 100
_COMMON = "the of in to and a is for on with що на та від"


@dataclass(frozen=True, slots=True)
class Request:
    """A request: its route, its parameters, and for several questions at once those of each."""

    path: str
    pairs: Pairs
    questions: tuple[Pairs, ...] = ()
    accept: str = "application/json"
    zipped: bool = False


@dataclass(slots=True)
class Cost:
    """What a request cost: seconds of processor time by question or by 100 hits; and the status of its answer."""

    request: Request
    seconds: float
    status: int


class Service:
    """The service in this process, asked without a network."""

    def __init__(self, index: Path) -> None:
        self._app = create_app(Settings(index=index, rate=0))
        self.engine = self._app.state.engine

    async def ask(self, request: Request) -> Cost:
        """Answer a request and tell its cost."""
        body = msgspec.json.encode([dict(_joined(each)) for each in request.questions]) if request.questions else b""
        headers = [(b"host", b"localhost"), (b"accept", request.accept.encode())]
        headers += [(b"accept-encoding", b"gzip")] if request.zipped else []
        if body:
            headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        told = {"status": 0, "lines": 0}
        sent = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if sent.is_set():
                await asyncio.Event().wait()  # the client stays
            sent.set()
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            told["status"] = message.get("status", told["status"])
            told["lines"] += message.get("body", b"").count(b"\n")

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "headers": headers,
            "method": "POST" if body else "GET", "path": request.path, "raw_path": request.path.encode(),
            "query_string": urlencode(request.pairs).encode(), "root_path": "", "client": ("127.0.0.1", 1),
            "server": ("localhost", 80), "state": {},
        }  # fmt: skip
        began = process_time()
        with suppress(Exception):  # whatever it is was answered as a 500, which is counted
            await self._app(scope, receive, send)
        took = process_time() - began
        parts = max(1, len(request.questions))
        if request.path == "/export":
            parts = max(1, -(-told["lines"] // _PER_HITS))
        return Cost(request, took / parts, told["status"])


class Maker:
    """Makes requests, and varies them."""

    def __init__(self, articles: Sequence[Article], dice: random.Random) -> None:
        self.dice = dice
        self._articles = articles
        words = sorted({word for article in articles for word in article.title.split() if word.isalpha()})
        self.words = words
        """Words of titles, each once."""
        self._common = _COMMON.split()
        self._tags = sorted({tag for article in articles for tag in article.tags}) or ["none"]

    def request(self) -> Request:
        """Any request."""
        dice = self.dice
        kind = dice.choice(
            ("/search",) * 4 + ("/",) * 3 + ("/multi-search", "/export", "/timeline", "/suggest", "/facets/",
            "/similar/", "/feed.atom", "/articles/", "/feed.json")
        )  # fmt: skip
        zipped = dice.random() < 0.3 and kind != "/export"  # the lines of an export are counted as they leave
        if kind == "/multi-search":
            several = tuple(self.question() for _ in range(dice.choice((1, 2, MAX_SEARCHES))))
            return Request(kind, (), several, zipped=zipped)
        if kind == "/suggest":
            return Request(kind, (("q", self.text(200)), ("limit", "20")))
        article = dice.choice(self._articles)
        path = {"/similar/": f"/similar/{article.id}", "/articles/": f"/articles/{article.id}"}.get(kind, kind)
        if kind == "/facets/":
            path += dice.choice(("tag", "source", "author", "category", "language"))
        accept = "text/html" if kind == "/" or (kind in ("/similar/", "/articles/") and dice.random() < 0.5) else "*/*"
        pairs = self.question(page=kind == "/")
        if kind == "/export":
            pairs = tuple(pair for pair in pairs if pair[0] not in ("limit", "offset", "facets"))
            pairs += (("format", dice.choice(("jsonl", "csv", "bibtex", "ris"))),)
        if kind.startswith("/feed"):
            pairs = tuple(pair for pair in pairs if pair[0] not in ("offset", "facets", "explain", "fields"))
        if kind == "/similar/":
            pairs = tuple(pair for pair in pairs if pair[0] in ("limit", "facets", "explain", "fold", "lang", "tag"))
        if kind == "/articles/":
            pairs = tuple(pair for pair in pairs if pair[0] == "q") if accept == "text/html" else ()
        return Request(path, pairs, accept=accept, zipped=zipped)

    def known(self) -> Iterator[Request]:
        """What an attacker tries first: the most of each thing that costs something, all at once."""
        common = self._common
        pairs = [f'"{one} {other}"' for one in common for other in common if one != other]
        groups = ["(" + " OR ".join(pairs[at : at + 8]) + ")" for at in range(0, 96, 8)]
        starts = [f"{one}{other}*" for one in "abcdeimoprst" for other in ("", "a", "e", "o", "r")]
        words = [self._mistyped(word) for word in self.words[:300]]
        texts = [
            " NEAR/100 ".join(groups), " ".join(groups), " OR ".join(pairs), " ".join(starts), " OR ".join(starts),
            " ".join(words), " OR ".join(words), " ".join(common * 40), " ".join(f"-{word}" for word in words),
            " OR ".join(f"title:{one}" for one in starts), " ".join(f"={word}" for word in self.words[:300]),
            "東京都知事選挙" * 280, "กรุงเทพมหานคร" * 150, "1,000 " * 300, "a.b." * 500, "(" * 900 + "a" + ")" * 900,
            " ".join(f"tag:{self.value()[:20]}" for _ in range(120)), '"' + " ".join(common * 40) + '"',
        ]  # fmt: skip
        unknown = tuple(("tag", "".join(self.dice.sample("eitanrosclpdmu", 14))) for _ in range(45))
        most = (("limit", "100"), ("facets", "true"), ("explain", "true"), ("fold", "story"), ("strictness", "wide"))
        for text in texts:
            for besides in ((), most, (*most, ("sort", "newest")), unknown):
                yield Request("/search", (("q", text[:MAX_TEXT]), *besides))
                yield Request("/", (("q", text[:MAX_TEXT]), *besides[:18]), accept="text/html")
            yield Request("/multi-search", (), tuple((("q", text[at:MAX_TEXT]), *most) for at in range(MAX_SEARCHES)))
            yield Request("/export", (("q", text[:MAX_TEXT]), ("explain", "true"), ("format", "csv")))
            yield Request("/timeline", (("q", text[:MAX_TEXT]),))
            yield Request("/facets/tag", (("q", text[:MAX_TEXT]),))
            yield Request("/suggest", (("q", text[:MAX_VALUE]), ("limit", "20")))

    def question(self, page: bool = False) -> Pairs:
        """The parameters of a question."""
        dice = self.dice
        pairs: list[tuple[str, str]] = []
        if dice.random() < 0.93:
            pairs.append(("q", self.text(dice.choice((20, 100, 400, 1_000, MAX_TEXT)))))
        choices = {
            "limit": (str(MAX_LIMIT), "10", "50"), "offset": ("0", "900", "500"), "facets": ("true",),
            "explain": ("true",),
            "fold": ("story",), "mode": ("hybrid", "keyword", "semantic"), "sort": tuple(Sort), "lang": ("en", "uk"),
            "strictness": ("wide", "strict"), "prefix": ("true",), "from": ("1y", "2025-11-03"),
            "time": ("true", "false"),
            "tz": ("Europe/Kyiv", "Asia/Kathmandu"), "alpha": ("0", "0.5", "1"), "correct": ("true", "false"),
        }  # fmt: skip
        for name, values in choices.items():
            if dice.random() < 0.45:
                pairs.append((name, dice.choice(values)))
        for name in ("tag", "source", "author", "category"):
            if dice.random() < 0.25:
                most = 12 if page else 50
                pairs += [(name, self.value()) for _ in range(dice.choice((1, 3, most)))][: 50 - len(pairs)]
        return tuple(pairs)

    def value(self) -> str:
        """A value of a filter: known, unknown, mistyped, negated, long."""
        dice = self.dice
        kind = dice.randrange(5)
        if kind == 0:
            return dice.choice(self._tags)
        if kind == 1:
            return "-" + dice.choice(self._tags)
        if kind == 2:
            return "".join(dice.sample("eitanrosclpdmu", 14))
        return self._mistyped(dice.choice(self._tags)) if kind == 3 else dice.choice("aeіо") * dice.choice((20, 200))

    def text(self, most: int) -> str:
        """A text of the query language, of at most so many characters."""
        made = self._expression(3)
        while len(made) < most - 30 and self.dice.random() < 0.93:
            made += self.dice.choice((" ", " ", " OR ", " NEAR/100 ", " -", " AND ")) + self._expression(2)
        return made[:most]

    def _expression(self, deep: int) -> str:
        dice = self.dice
        kind = dice.randrange(14 if deep else 9)
        if kind < 2:
            return dice.choice(self._common)
        if kind < 4:
            return dice.choice(self.words)
        if kind == 4:
            return self._mistyped(dice.choice(self.words))
        if kind == 5:
            return dice.choice("abcdefgstпзк") + dice.choice(("", "a", "e", "o", "та")) + "*"
        if kind == 6:
            return '"' + " ".join(dice.choice(self._common) for _ in range(dice.choice((2, 3, 6)))) + '"'
        if kind == 7:
            return dice.choice(("title:", "tag:", "source:", "=", "-", "after:", "category:")) + dice.choice(self.words)
        if kind == 8:
            return dice.choice(
                (
                    "x" * 200,
                    "a.b.c.d.e.f",
                    "1,000,000",
                    "12 500",
                    "U.S.A.",
                    "l'été",
                    "東京都知事選挙",
                    "กรุงเทพมหานคร",
                    "don't",
                )
            )
        parts = [self._expression(deep - 1) for _ in range(dice.choice((2, 3, 8)))]
        return "(" + dice.choice((" OR ", " ", " NEAR/50 ", " AND ", " NOT ")).join(parts) + ")"

    def _mistyped(self, word: str) -> str:
        at = self.dice.randrange(len(word))
        return word[:at] + self.dice.choice("aeioxqzі") + word[at + 1 :]

    def varied(self, request: Request, other: Request) -> Request:
        """A request like this one: a parameter more, less or changed, or one half of another's text."""
        dice = self.dice
        if request.questions:
            one = list(request.questions)
            one[dice.randrange(len(one))] = self._changed(
                dice.choice(one), dice.choice(other.questions or (other.pairs,))
            )
            return replace(request, questions=tuple(one) if dice.random() < 0.7 else (dice.choice(one),))
        if request.path in ("/suggest",) or request.path.startswith("/articles/"):
            return replace(request, pairs=tuple((n, self.text(200) if n == "q" else v) for n, v in request.pairs))
        accept = dice.choice((request.accept, request.accept, "*/*")) if request.path != "/" else "text/html"
        return replace(request, pairs=self._changed(request.pairs, other.pairs), accept=accept)

    def _changed(self, pairs: Pairs, other: Pairs) -> Pairs:
        dice, text = self.dice, dict(pairs).get("q", "")
        rest = [pair for pair in pairs if pair[0] != "q"]
        kind = dice.randrange(6)
        if kind == 0 and text:
            text = (text[: len(text) // 2] + " " + dict(other).get("q", "")[: MAX_TEXT // 2])[:MAX_TEXT]
        elif kind == 1:
            text = (text + " " + self._expression(2))[:MAX_TEXT]
        elif kind == 2 and text:
            text = (text + " " + text)[:MAX_TEXT]
        elif kind == 3 and rest:
            rest.pop(dice.randrange(len(rest)))
        elif kind == 4:
            allowed = {name for name, _ in pairs} or {"limit"}
            rest = [*rest, *(pair for pair in self.question() if pair[0] in allowed and pair[0] != "q")][:50]
        else:
            text = self.text(dice.choice((100, MAX_TEXT)))
        return (("q", text), *_single(rest)) if text.strip() else tuple(_single(rest))


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, report the worst ten and give the exit status."""
    given = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        index = given.index or _built(Path(folder) / "index")
        return asyncio.run(_searched(Service(index), given))


async def _searched(service: Service, given: argparse.Namespace) -> int:
    dice = random.Random(given.seed)  # noqa: S311  # nosec B311 - a search, no secret
    found = service.engine.search(Query(text="", sort=Sort.NEWEST, limit=MAX_LIMIT))
    service.engine.warm()
    maker = Maker([hit.article for hit in found.hits], dice)
    ordinary = await _ordinary(service, maker)
    print(f"The median hybrid request takes {ordinary * 1000:.2f} ms of processor time.")
    worst: list[Cost] = []
    faults: list[Cost] = []
    gc.collect()
    gc.freeze()  # what is there stays: looking through it again and again would be counted
    for number, request in enumerate(islice(_requests(maker, worst), given.requests)):
        cost = await service.ask(request)
        if cost.status >= 500 and cost.status != 503:
            faults.append(cost)
        if len(worst) < _KEPT or cost.seconds > worst[-1].seconds:
            again = [(await service.ask(request)).seconds for _ in range(2)]
            cost.seconds = min(cost.seconds, *again)
            if not worst or cost.seconds > worst[0].seconds:
                print(f"{cost.seconds / ordinary:6.1f} x  {cost.status}  {_told(request)}", flush=True)
            worst.append(cost)
            worst.sort(key=lambda one: -one.seconds)
            del worst[_KEPT:]
        if number % 100 == 99:
            print(
                f"{number + 1:,} requests; the dearest costs {worst[0].seconds / ordinary:.1f} times as much.",
                flush=True,
            )
    for cost in worst[:10]:
        cost.seconds = min([cost.seconds, *[(await service.ask(cost.request)).seconds for _ in range(_AGAIN)]])
    worst = sorted(worst[:10], key=lambda one: -one.seconds)
    for cost in worst:
        print(f"{cost.seconds / ordinary:6.1f} x  {cost.seconds * 1000:7.1f} ms  {cost.status}  {_told(cost.request)}")
    for cost in faults[:10]:
        print(f"{cost.status}: {_told(cost.request)}")
    dearest = worst[0].seconds / ordinary
    print(f"The dearest costs {dearest:.1f} times the median hybrid request; {given.most:g} are allowed.")
    return 0 if dearest <= given.most and not faults else 1


async def _ordinary(service: Service, maker: Maker) -> float:
    """Seconds of the median hybrid request: a few words of titles, each asked for the first time."""
    taken = []
    for _ in range(60):
        words = maker.dice.sample(maker.words, maker.dice.choice((2, 3, 4)))
        taken.append((await service.ask(Request("/search", (("q", " ".join(words)),)))).seconds)
    return statistics.median(taken)


def _requests(maker: Maker, worst: list[Cost]) -> Iterator[Request]:
    """What is known to cost much, then half at random, half like the dearest so far."""
    yield from maker.known()
    while True:
        if worst and maker.dice.random() < 0.6:
            one, other = maker.dice.choice(worst), maker.dice.choice(worst)
            yield maker.varied(one.request, other.request)
        else:
            yield maker.request()


def _single(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The parameters, those once that may stand but once."""
    seen = set()
    for name, value in pairs:
        if name in ("tag", "source", "author", "category", "lang") or name not in seen:
            seen.add(name)
            yield name, value


def _joined(pairs: Pairs) -> Iterator[tuple[str, object]]:
    """The parameters of one of several questions: lists where a name stands several times."""
    names: dict[str, list[str]] = {}
    for name, value in pairs:
        names.setdefault(name, []).append(value)
    for name, values in names.items():
        yield name, values[0] if len(values) == 1 else values


def _told(request: Request) -> str:
    asked = request.questions[0] if request.questions else request.pairs
    shown = [f"{name}={value[:160]}" for name, value in asked[:12]]
    several = f" ({len(request.questions)} questions)" if request.questions else ""
    length = len(dict(asked).get("q", ""))
    return f"{request.path}{several} text of {length}: {'&'.join(shown)[:400]}"


def _built(index: Path) -> Path:
    """An index of the sample articles."""
    from indexer.cli import main as lede_index

    lede_index(["build", str(_PROJECT / "examples" / "articles"), "--index", str(index)])
    return index


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, help="an index that is there; one of the sample articles if not given")
    parser.add_argument("--requests", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=float, default=TARGET, help="times the median hybrid request that one may cost")
    return parser


if __name__ == "__main__":
    sys.exit(main())
