"""Are tokens that are counted stretch by stretch those of the whole text?"""

import msgspec
import pytest
from awkward import texts
from hypothesis import given
from hypothesis import strategies as st

from search.embedders import token_counts
from search.embedders.onnx import TOKENIZER, OnnxEmbedder
from search.embedders.token_counts import TokenCounts, adds_up
from search.index.directory import IndexFolder

STRANGE = (
    "[SEP]",
    "a[MASK]b",
    "е\u0301",
    "\u0301",
    "漢字 かな",
    "a\u00a0b",
    "a\u2028b",
    "a\x0cb",
    "a\x85b",
    "\x00",
    "x" * 200,
)


@pytest.fixture(scope="module")
def model(samples):
    """The folder of the model that the samples' index carries."""
    index = IndexFolder(samples.index)
    return index.path(index.current_name()) / "model"


@given(some=st.lists(texts() | st.lists(st.sampled_from(STRANGE), min_size=1, max_size=4).map(" ".join), max_size=5))
def test_a_text_takes_what_its_stretches_take(model, some):
    """Whatever stands in it: marks of the model's own, accents, signs without blanks between them, odd blanks."""
    embedder = _opened(model)
    assert embedder.count_tokens(some) == embedder._counted(some)


def _opened(folder, kept={}):  # noqa: B006
    if not kept:
        kept[folder] = OnnxEmbedder(folder)
    return kept[folder]


def test_each_stretch_is_counted_once(monkeypatch):
    """Until too many are remembered."""
    asked = []

    def count(some):
        asked.extend(some)
        return list(map(len, some))

    counts = TokenCounts(count)
    assert counts.of(["to be", "or not to be", ""]) == [4, 9, 0]
    assert asked == ["to", "be", "or", "not"]
    monkeypatch.setattr(token_counts, "_REMEMBERED", 3)
    assert counts.of(["to be"]) == [4]
    assert asked[4:] == ["to", "be"]


def test_other_tokenizers_are_asked_about_whole_texts(model):
    """One that is not BERT's may look across a blank."""
    written = (model / TOKENIZER).read_text(encoding="utf-8")
    assert adds_up(written)
    whole = msgspec.json.decode(written)
    others = [
        {"pre_tokenizer": {"type": "Metaspace"}},
        {"normalizer": None},
        {"normalizer": whole["normalizer"] | {"clean_text": False}},
        {"model": {"type": "BPE"}},
        {"added_tokens": [{"content": "New York"}]},
    ]
    for other in others:
        assert not adds_up(msgspec.json.encode(whole | other).decode())
