"""What a question's words gain where an article was published in the time that they name.

`hack in february 2026` asks for hacks of that month, whatever words the articles use for it. So what was published
then counts as having *february* and *2026*.
"""

import numpy as np

from search.arrays import Scores
from search.engine.interpretation import naming
from search.index.columns import Columns
from search.index.postings import Coverage, Postings
from search.ports import KeywordQuery
from search.times import Time

SCORE = 0.5
"""What a word that the date stands for adds to the BM25 score, as a share of its idf: a text that says it adds more."""


def time_coverage(time: Time, words: KeywordQuery, postings: Postings, columns: Columns) -> Coverage:
    """What every article has of the words for having been published in that time, beside what it contains."""
    weights, count = (np.zeros(columns.size, dtype=np.int32) for _ in range(2))
    rarity = np.zeros(columns.size, dtype=np.float32)
    inside = columns.within(time.since, time.until)
    for word in naming(time, words):
        gains = inside.copy()
        gains[postings.rows(word.terms)] = False
        weights[gains] += word.clause_weight
        count[gains] += 1
        rarity[gains] += np.float32(word.idf)
    return Coverage(weights, count, rarity, np.zeros(columns.size, dtype=np.float32))


def time_scores(coverage: Coverage) -> Scores:
    """What `time_coverage` adds to the BM25 score of every article, (articles,)."""
    added: Scores = coverage.rarity * np.float32(SCORE)
    return added
