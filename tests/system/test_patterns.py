"""Does every regular expression of Lede take time in proportion to what it reads, whoever wrote that?

Each pattern meets repeated pieces of text between heads and tails (pumping). What is pumped is taken from the pattern:
one sign for all that it does not tell apart, and what each of its parts begins with. The slowest readings are repeated
at n, 2n and 4n: twice the text may take twice the time, and with some noise three times, but never four times.
"""

import ast
import gc
import importlib
import re
import signal
from collections import defaultdict
from contextlib import contextmanager, suppress
from itertools import islice, product
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]  # the standard library names no parser
from time import thread_time
from typing import Any

import pytest
from conftest import REPOSITORY

MODULES = sorted(path for package in ("search", "indexer") for path in (REPOSITORY / package).rglob("*.py"))
OPTIONAL = ("sentence_transformers", "onnx_export")
"""Modules that need packages which a small installation lacks; they hold no pattern of their own."""
WAYS = {"match": "start", "fullmatch": "whole"}
"""How a method reads; every other one looks everywhere."""
ALPHABET = "aZzїІé1９ \t\n\r\u00a0.,;:!?-–_'\"`’“”«»„()[]{}<>*/\\|~+#&%$€@^=…\u0301\u00ad\u4e2d\u0e01😀\x00\ue000"
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
ONE_SIGN = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY)
SMALL = 300
"""A repeat of at most so many is bounded; a larger bound is as good as none, and is read as none."""
FIRST, LENGTHS, CONFIRMING = 400, (1_000, 2_000, 4_000), (4_000, 8_000, 16_000)
"""Signs that are read first, then to see which readings are in doubt, and then to tell those for sure."""
NOISE = 0.0004
"""Seconds below which a reading is too short to be told from noise."""
ENOUGH = 0.4
"""Seconds of processor time after which a reading is given up: in a text so short no linear one takes them."""


class TooSlowError(Exception):
    """A reading was given up."""


def uses():
    """By module and name of a pattern, the ways in which the code reads with it."""
    found = defaultdict(set)
    for path in MODULES:
        module, tree = name_of(path), ast.parse(path.read_text(encoding="utf-8"))
        origins = {
            alias.asname or alias.name: (node.module, alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        asked = {
            id(node.func.value): WAYS.get(node.func.attr, "everywhere") if len(node.args) == 1 else "everywhere"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        shown = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in ("pattern", "flags")
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in shown:
                found[origins.get(node.id, (module, node.id))].add(asked.get(id(node), "everywhere"))
    return found


def name_of(path):
    """The name of the module in a file."""
    return ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)


def patterns():
    """Every compiled pattern that a module holds, and every one that its code spells out, with the ways of reading."""
    ways, found = uses(), {}

    def add(name, pattern, read):
        found.setdefault((pattern.pattern, pattern.flags), (name, pattern, set()))[2].update(read)

    for path in MODULES:
        name = name_of(path)
        if any(word in name for word in OPTIONAL):
            continue
        module = importlib.import_module(name)
        for key, value in vars(module).items():
            for pattern in held(value):
                add(name, pattern, ways[name, key] if isinstance(value, re.Pattern) else ["everywhere"])
        for pattern, way in spelled(ast.parse(path.read_text(encoding="utf-8")), vars(module)):
            add(name, pattern, [way])
    return [
        pytest.param(pattern, tuple(sorted(read)) or ("everywhere",), id=f"{name}:{pattern.pattern[:30]!r}")
        for name, pattern, read in found.values()
        if unbounded(parsed(pattern))
    ]


def held(value):
    """The patterns in a value: itself, or within a dict or a sequence."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from held(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from held(one)


def spelled(tree, names):
    """The patterns that code gives to functions of `re`, and how it reads; what it fills in is an `x` where unknown."""
    kept = {id(node.value) for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        if getattr(node.func.value, "id", "") != "re" or id(node) in kept:
            continue
        text = written(node.args[0], names)
        if text is None:
            continue
        flags = re.NOFLAG
        for given in [*node.args[1:], *(keyword.value for keyword in node.keywords if keyword.arg == "flags")]:
            for part in ast.walk(given):
                flag = getattr(re, getattr(part, "attr", ""), None)
                flags |= flag if isinstance(flag, re.RegexFlag) else 0
        with suppress(re.error):
            yield re.compile(text, flags), WAYS.get(node.func.attr, "everywhere")


def written(node, names):
    """The text of a pattern in code; None where it is made elsewhere."""
    if isinstance(node, ast.Constant):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    parts: list[Any] = node.values
    return "".join(
        str(names.get(getattr(part.value, "id", ""), "x")) if isinstance(part, ast.FormattedValue) else part.value
        for part in parts
    )


def parsed(pattern):
    """The parts of a pattern, every large bound of a repeat taken away."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    _loosen(tree)
    return tree


def _loosen(tree):
    for place, (kind, value) in enumerate(tree):
        if kind in REPEATS and value[1] > SMALL:
            tree[place] = (kind, (value[0], _constants.MAXREPEAT, value[2]))
        for part in parts(value):
            _loosen(part)


def parts(value):
    """The sequences within one item of a parsed pattern."""
    if isinstance(value, _parser.SubPattern):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from parts(one)


def unbounded(tree):
    """Whether something in it repeats without a (small) bound."""
    return any(
        (kind in REPEATS and value[1] is _constants.MAXREPEAT) or any(map(unbounded, parts(value)))
        for kind, value in tree
    )


def sets(tree):
    """Each item that stands for one sign."""
    for item in tree:
        if item[0] in ONE_SIGN:
            yield item
        for part in parts(item[1]) if item[0] is not _constants.IN else ():
            yield from sets(part)


class Pump:
    """What a pattern is pumped with: signs that it tells apart, and texts that its parts begin with."""

    def __init__(self, pattern):
        self.tree = parsed(pattern)
        self.bytes = isinstance(pattern.pattern, bytes)
        self.flags = self.tree.state.flags
        self.fits = {}
        own = {chr(value) for kind, value in sets(self.tree) if kind is _constants.LITERAL}
        signs = dict.fromkeys(sign for sign in [*ALPHABET, *sorted(own)] if not self.bytes or ord(sign) < 256)
        told_apart = [self.fitting(item) for item in dict.fromkeys(map(_frozen, sets(self.tree)))]
        kinds = {}
        for sign in signs:
            kind = (*(sign in fitting for fitting in told_apart), sign == "\n", sign.isalnum() or sign == "_")
            kinds.setdefault(kind, sign)
        self.signs = list(kinds.values())
        self.repeated = {}
        self.began = list(islice(dict.fromkeys(filter(None, self.beginnings(self.tree, ""))), 64))

    def fitting(self, item):
        """The signs that fit one item."""
        if item not in self.fits:
            known = [sign for sign in ALPHABET if not self.bytes or ord(sign) < 256]
            known += [chr(item[1])] if item[0] is _constants.LITERAL else []
            known += [chr(part[1]) for part in item[1] if part[0] is _constants.LITERAL] if _is_in(item) else []
            thawed = (item[0], list(item[1])) if _is_in(item) else item
            one = _compiler.compile(_parser.SubPattern(self.tree.state, [thawed]), self.flags)
            self.fits[item] = {sign for sign in known if one.fullmatch(sign.encode("latin-1") if self.bytes else sign)}
        return self.fits[item]

    def least(self, tree):
        """A short text that fits (but for what it looks at around itself); what may be left out stands once."""
        text = ""
        for kind, value in tree:
            if kind in ONE_SIGN:
                text += next(iter(sorted(self.fitting(_frozen((kind, value))))), "a")
            elif kind is _constants.BRANCH:
                text += self.least(value[1][0])
            elif kind in REPEATS:
                text += self.least(value[2]) * max(1, min(value[0], 20))
            elif kind not in (_constants.ASSERT, _constants.ASSERT_NOT):
                text += "".join(map(self.least, parts(value)))
        return text

    def beginnings(self, tree, before):
        """What stands before each part, with and without it, and the part alone; what repeats is noted on the way."""
        for place, item in enumerate(tree):
            kind, value = item
            if kind in REPEATS and value[1] is _constants.MAXREPEAT:
                self.repeated.setdefault((before, self.least(value[2])))
            if kind is not _constants.IN:
                for part in parts(value):
                    yield from self.beginnings(part, before)
            alone = self.least([item])
            before += alone
            if kind is not _constants.LITERAL or place + 1 == len(tree) or tree[place + 1][0] is not kind:
                yield from (alone, before)

    def tried(self):
        """Heads, pieces and tails: pieces alone, and behind what leads to each repeat."""
        signs = self.signs[:14]
        pairs = ["".join(pair) for pair in product(signs, repeat=2) if pair[0] != pair[1]]
        led = ["".join(pair) for pair in product(self.began[:24], signs[:8])]
        lines = ["\n" + text for text in self.began] if self.flags & re.MULTILINE else []
        pieces = dict.fromkeys([*self.signs, *self.began, *pairs, *led, *lines])
        tails = ["", "\n!", *self.signs[:3]]
        yield from product([""], pieces, tails)
        for head, piece in islice(self.repeated, 24):
            yield from product([head], dict.fromkeys(filter(None, [piece, *signs])), tails[:3])

    def text(self, pump, length):
        """A text of about that length, as text or as bytes."""
        head, piece, tail = pump
        text = head + piece * (length // len(piece)) + tail
        return text.encode("latin-1", "replace") if self.bytes else text


def _is_in(item):
    return item[0] is _constants.IN


def _frozen(item):
    return (item[0], tuple(item[1])) if _is_in(item) else tuple(item)


@contextmanager
def given_up():
    """Within it a reading that takes far too long ends as TooSlowError."""

    def stop(*_):
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    gc.disable()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        gc.enable()


def seconds(pattern, text, way):
    """How much processor time it takes to read the text."""
    signal.setitimer(signal.ITIMER_VIRTUAL, ENOUGH)
    began = thread_time()
    if way == "everywhere":
        for _ in pattern.finditer(text):
            pass
    elif way == "start":
        pattern.match(text)
    else:
        pattern.fullmatch(text)
    return thread_time() - began


def growth(pattern, texts, way):
    """By what factor the time grows from n to 4n, and from 2n to 4n; the least of three readings each."""
    if seconds(pattern, texts[2], way) < NOISE:
        return 1.0, 1.0
    times = [min(seconds(pattern, text, way) for _ in range(3)) for text in texts]
    return (times[2] / max(times[0], 1e-7), times[2] / max(times[1], 1e-7)) if times[2] > NOISE else (1.0, 1.0)


def superlinear(pattern, ways=("everywhere", "start", "whole")):
    """The pump that makes a pattern take more than its share of time; None where there is none."""
    pump = Pump(pattern)
    loose = _compiler.compile(pump.tree, pattern.flags)
    with given_up():
        try:
            for form, way in slowest(loose, pump, ways):
                if in_doubt(growth(loose, [pump.text(form, length) for length in LENGTHS], way)) and all(
                    is_superlinear(growth(loose, [pump.text(form, length) for length in CONFIRMING], way))
                    for _ in range(2)
                ):
                    return form, way
        except TooSlowError:
            return form, way
    return None


def slowest(pattern, pump, ways):
    """The ten slowest readings of LENGTHS[1] signs, of the sixty slowest of FIRST; one tail for each piece."""
    first = {}
    for way, form in product(ways, pump.tried()):
        taken = _taken(pattern, pump.text(form, FIRST), way)
        first[way, form[:2]] = max(first.get((way, form[:2]), (0.0, form)), (taken, form))
    sixty = sorted(((taken, form, way) for (way, _), (taken, form) in first.items()), reverse=True)[:60]
    longer = sorted(((_taken(pattern, pump.text(form, LENGTHS[1]), way), form, way) for _, form, way in sixty))
    return [(form, way) for _, form, way in reversed(longer[-10:])]


def _taken(pattern, text, way):
    """How long a reading takes, ENOUGH where it was given up."""
    try:
        return seconds(pattern, text, way)
    except TooSlowError:
        return ENOUGH


def in_doubt(factors):
    """Whether a growth in a short text is more than linear, though what every reading costs may hide the rest."""
    four, two = factors
    return four > 5.5 and two > 2.2


def is_superlinear(factors):
    """Whether a growth is more than noise lets a linear reading show."""
    four, two = factors
    return four > 9 and two > 3


@pytest.mark.parametrize(("pattern", "ways"), patterns())
def test_no_pattern_is_superlinear(pattern, ways):
    """Neither where it looks for something everywhere, nor where it reads a text from its beginning."""
    assert superlinear(pattern, ways) is None


@pytest.mark.parametrize(
    "slow",
    [
        r"\s*([a-zA-Z]{1,8})[\w-]*\s*(?:;\s*q\s*=\s*([01](?:\.\d{1,3})?))?\s*",
        r"([.!?…]+[\"'”’»)\]]*)\s+(?=[\"'“‘«(\[$€£₴]*[^\W_])",
        r"No article has (.+?) (.+?)\. Did you mean (.+?)\?",
        r"(?:a+)+!",
        r"(?:a|\w)+!",
        r"[ \t]+\n",
        r"\s*\(.*\)$",
        r"\S+@\S+\.\S",
        r"<[^>]*>",
        r"\{%.{0,2000}?%\}",
        r":[\w-]+:[ \t]*(.*)$",
        r"(?:^|/)(?:tags?|page)/(?:.*/)?(?:index|\d+)?[^/]*\.html?$",
        r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1",
        r"(?m)^import\s*\{[^}]*\}",
        r"(?:link:)?((?:https?://)?[^\s\[\]]+?)\[",
        r"([\"'])(.*)\1\s*(?:#.*)?$",
        rb"charset[^>]*encoding\s*=",
    ],
)
def test_the_test_notices(slow):
    """The patterns that an outside review found are found again, and so are others of their kinds.

    Where the machine was busy just while a short text was read, time seems to grow less: each may be looked at again.
    """
    assert any(superlinear(re.compile(slow)) is not None for _ in range(4))


@pytest.mark.parametrize(
    "quick",
    [
        r"[ \t]+",
        r"(?<![ \t])[ \t]+\n",
        r"[^\W_]+",
        r"<[^<>]*>",
        r"\w{1,40}@\w",
        r"\{%(?:(?!\{%|%\}).)*%\}",
        r"(?<!\S)\S++",
        r"\d{4}-\d\d-\d\d",
    ],
)
def test_the_test_lets_what_is_linear_pass(quick):
    """What takes time in proportion is not called superlinear."""
    assert superlinear(re.compile(quick)) is None


def test_what_is_read_from_its_beginning_is_pumped_so():
    """A pattern that only ever meets the beginning of a text is not blamed for what a search with it would take."""
    assert superlinear(re.compile(r"[ \t]*\n"), ("start",)) is None
    assert superlinear(re.compile(r"[ \t]*\n"), ("everywhere",)) is not None
