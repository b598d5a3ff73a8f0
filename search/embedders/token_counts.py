"""Token counts of texts, by a model's tokenizer.

BERT's tokenizer looks at nothing across a blank, so a text takes what its stretches between blanks take, and each is
counted once: most of an archive was met before.
"""

from collections.abc import Callable, Sequence
from itertools import chain

import msgspec
import numpy as np

Count = Callable[[Sequence[str]], list[int]]

_REMEMBERED = 250_000
_JOINING = "\x0b\x0c\x1c\x1d\x1e\x1f\x85"
"""Blanks for Python, but BERT drops them, and what stands on either side is one word."""


class TokenCounts:
    """Counts tokens of texts, remembering what stretches between blanks take."""

    def __init__(self, count: Count) -> None:
        """`count` says it of any texts; the sum over the stretches must be what it says of the whole."""
        self._count = count
        self._known: dict[str, int] = {}

    def of(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text takes."""
        joined = "\n".join(texts)
        if any(sign in joined for sign in _JOINING):
            return self._count(texts)
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        split = [text.split() for text in texts]
        every = list(chain.from_iterable(split))
        new = [chunk for chunk in dict.fromkeys(every) if chunk not in self._known]
        self._known.update(zip(new, self._count(new), strict=True))
        sums = np.cumsum([0, *map(self._known.__getitem__, every)])
        ends = np.cumsum([0, *map(len, split)])
        counts: list[int] = np.diff(sums[ends]).tolist()
        return counts


def adds_up(tokenizer: str) -> bool:
    """Whether the tokenizer of this JSON looks at nothing across a blank."""
    try:
        parts = msgspec.json.decode(tokenizer, type=_Tokenizer)
    except msgspec.MsgspecError:
        return False
    return (
        (parts.normalizer.type, parts.pre_tokenizer.type) == ("BertNormalizer", "BertPreTokenizer")
        and parts.normalizer.clean_text
        and parts.model.type == "WordPiece"
        and all(token.content.split() == [token.content] for token in parts.added_tokens)
    )


class _Part(msgspec.Struct):
    type: str
    clean_text: bool = False


class _Added(msgspec.Struct):
    content: str


class _Tokenizer(msgspec.Struct):
    normalizer: _Part
    pre_tokenizer: _Part
    model: _Part
    added_tokens: list[_Added]
