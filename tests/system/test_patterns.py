"""Does every regular expression of Lede take time in proportion to what it reads, whoever wrote that?

Each pattern meets repeated pieces of text between heads and tails (pumping). The slowest of them are read again at n,
2n and 4n: twice the text may take twice the time, and with some noise three times, but never four times.
"""

import ast
import gc
import importlib
import re
from itertools import product
from time import thread_time

import pytest
from conftest import REPOSITORY

from search.analysis import analyzer

MODULES = sorted(path for package in ("search", "indexer") for path in (REPOSITORY / package).rglob("*.py"))
OPTIONAL = ("sentence_transformers", "onnx_export")
"""Modules that need packages which a small installation lacks; they hold no pattern of their own."""
READERS = ("indexer.content", "indexer.readers")
UNMENDED = pytest.mark.xfail(
    run=False,
    reason="several patterns that clean articles are quadratic; pumping the one of all words takes minutes",
)
WHOLE_ONLY = {analyzer._IS_NUMBER.pattern}
"""What is only asked whether it fits a whole word of at most 200 signs."""
SIGNS = list("aї1 .,-_'\"“”«»„():*/\\\n\t~+#&%$€|`<>[]{}!?=;@^…І")
PIECES = [
    *SIGNS,
    *("A.", "1,", "1.", "a-", "a'", "--", "\r\n", "NOT ", "OR ", "NEAR/1 ", "tag:", "a:", "<mark>", "</mark>", "19"),
    *("2026-", "jan ", "last ", "early ", "the ", "q1 ", "/a", "./", "''", "\u0301", "\u00ad", "&a", '\\"'),
]
PIECES += ["".join(pair) for pair in product("a1 .,-'\"/:(_*", repeat=2) if pair[0] != pair[1]]
HEADS, TAILS = ("", ". "), ("", "_", "!", "x")
SHORT, LONG = 16, 400
NOISE = 0.0004
"""Seconds below which a reading is too short to be told from noise."""


def patterns():
    """Every compiled pattern that a module holds, and every one that its code spells out, by a name for each."""
    found = {}
    for path in MODULES:
        name = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
        if any(word in name for word in OPTIONAL):
            continue
        for value in vars(importlib.import_module(name)).values():
            for pattern in held(value):
                found.setdefault((pattern.pattern, pattern.flags), (name, pattern))
        for pattern in spelled(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault((pattern.pattern, pattern.flags), (name, pattern))
    return [
        pytest.param(
            pattern,
            id=f"{name}:{pattern.pattern[:30]!r}",
            marks=UNMENDED if name.startswith(READERS) or pattern is analyzer._UNIT else (),
        )
        for name, pattern in found.values()
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


def spelled(tree):
    """The patterns that code gives to functions of `re` as they are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            given = node.args[0]
            if getattr(node.func.value, "id", "") == "re" and isinstance(given, ast.Constant):
                yield re.compile(given.value)


def text_for(pattern, form, length):
    """A text of about that length, as text or as bytes."""
    head, piece, tail = form
    text = head + piece * (length // len(piece)) + tail
    return text.encode() if isinstance(pattern.pattern, bytes) else text


def seconds(pattern, text, way):
    """How much processor time it takes to read the text: everywhere in it, or all of it."""
    gc.disable()
    began = thread_time()
    if way == "everywhere":
        for _ in pattern.finditer(text):
            pass
    else:
        pattern.fullmatch(text)
    took = thread_time() - began
    gc.enable()
    return took


def slowest(pattern, length, tried):
    """Of what is tried the six that take longest at a length, the longest first; fails where one takes far too long."""
    taken = []
    for pump in tried:
        *form, way = pump
        text = text_for(pattern, form, length)
        took = seconds(pattern, text, way)
        if took > 0.002 * length:  # or something else took it
            took = min(seconds(pattern, text, way) for _ in range(3))
        assert took < 0.002 * length, f"{length} signs took {took:.2f} s: {pump}"
        taken.append((took, pump))
    return [pump for _, pump in sorted(taken, key=lambda one: -one[0])[:6]]


def growth(pattern, pump, length):
    """By what factor the time grows from n to 4n, and from 2n to 4n; the least of three readings each."""
    *form, way = pump
    times = [
        min(seconds(pattern, text, way) for _ in range(3))
        for text in (text_for(pattern, form, length * times) for times in (1, 2, 4))
    ]
    return (times[2] / max(times[0], 1e-7), times[2] / max(times[1], 1e-7)) if times[2] > NOISE else (1.0, 1.0)


def superlinear(pattern):
    """The pump that makes a pattern take more than its share of time; None where there is none."""
    own = [literal.replace("\\", "") for literal in re.findall(r"(?:\\\.|[\w <>/]){3,40}", str(pattern.pattern))][:20]
    ways = ("whole",) if pattern.pattern in WHOLE_ONLY else ("everywhere", "whole")
    every = list(product((*HEADS, *own[:1]), (*PIECES, *own), TAILS, ways))
    slowest(pattern, SHORT, every)  # what is exponential shows here
    for pump in slowest(pattern, LONG, every):
        for length in (1_000, 4_000):
            if all(four > 9 and two > 3 for four, two in (growth(pattern, pump, length) for _ in range(2))):
                return pump
    return None


@pytest.mark.xfail(strict=False, reason="some patterns of the analyzer and of the page are not mended yet")
@pytest.mark.parametrize("pattern", patterns())
def test_no_pattern_is_superlinear(pattern):
    """Neither where it looks for something everywhere, nor where it reads a whole text."""
    assert superlinear(pattern) is None


@pytest.mark.parametrize(
    "slow",
    [
        r"\s*([a-zA-Z]{1,8})[\w-]*\s*(?:;\s*q\s*=\s*([01](?:\.\d{1,3})?))?\s*",
        r"([.!?…]+[\"'”’»)\]]*)\s+(?=[\"'“‘«(\[$€£₴]*[^\W_])",
        r"No article has (.+?) (.+?)\. Did you mean (.+?)\?",
        r"(?:a+)+!",
    ],
)
def test_the_test_notices(slow):
    """The patterns that an outside review found are found again."""
    try:
        assert superlinear(re.compile(slow)) is not None
    except AssertionError as caught:
        assert "took" in str(caught)
