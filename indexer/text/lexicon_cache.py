"""Cache of earlier builds: how each piece of text between two blanks splits into words.

Taking one apart costs 13 µs, and an archive of 11,280 articles has 131,000; most are the same the night after. The file
may be deleted at any time, and counts for nothing where a bit of it changed, or what decides about words.
"""

import unicodedata
from itertools import compress
from pathlib import Path

import msgspec
import numpy as np
import Stemmer
from msgspec.structs import replace

from indexer.text.lexicon import LexiconState
from indexer.text.relemmatized import lemma_marks, relemmatized
from indexer.text.remembered import keep, recalled
from indexer.text.token_matrix import Flags, TokenCache
from search.analysis.analyzer import Analyzer
from search.analysis.lemmas import LemmaMarks, differing

_FILE = "stretches.msgpack"
_RECIPE = "3"
"""Changes with the form of the file, and when search.wording would take the same stretch apart in another way."""
_FORMS = 2
"""The kind of words among what a lexicon remembers that are folded and not stemmed."""


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """What was known, and which lemmas words had then."""

    digests: bytes
    marks: bytes
    state: LexiconState


def stretches_known(analyzer: Analyzer, folder: Path) -> LexiconState | None:
    """What a build with the same analyzer left in this folder; None where there is nothing, or nothing sound.

    Stretches with a word that has other lemmas now are left out.
    """
    content = recalled(folder / _FILE, _made_of(analyzer))
    if content is None:
        return None
    kept = msgspec.msgpack.decode(content, type=_Kept)
    then = LemmaMarks(np.frombuffer(kept.digests, dtype=np.uint64), np.frombuffer(kept.marks, dtype=np.uint64))
    found = relemmatized(kept.state.forms, differing(then, lemma_marks(analyzer)), analyzer)
    if found is None:
        return None
    return _without(kept.state, found) if found.any() else kept.state


def keep_stretches(analyzer: Analyzer, folder: Path, known: LexiconState) -> None:
    """Leave this for the next build, whole or not at all."""
    now = lemma_marks(analyzer)
    content = msgspec.msgpack.encode(_Kept(now.digests.tobytes(), now.marks.tobytes(), known))
    keep(folder / _FILE, _made_of(analyzer), content)


def _without(state: LexiconState, forms: Flags) -> LexiconState:
    """The same, but for the stretches that have one of these forms."""
    learned = state.learned
    numbers, lengths = (np.frombuffer(part, dtype=np.int32) for part in learned.parts[_FORMS])
    owners = np.repeat(np.arange(len(lengths)), lengths)
    kept = np.ones(len(lengths), dtype=np.bool_)
    kept[owners[forms[numbers]]] = False
    parts = []
    for part in learned.parts:
        numbers, lengths = (np.frombuffer(one, dtype=np.int32) for one in part)
        parts.append((numbers[np.repeat(kept, lengths)].tobytes(), lengths[kept].tobytes()))
    return replace(state, learned=TokenCache(list(compress(learned.stretches, kept.tolist())), parts))


def _made_of(analyzer: Analyzer) -> tuple[str, ...]:
    """All that decides about words but their lemmas."""
    return _RECIPE, analyzer.seal_without_lemmas, str(Stemmer.version()), unicodedata.unidata_version
