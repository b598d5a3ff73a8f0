"""What is likely an answer: the result set of a question, over the whole archive and before any filter.

In it are the articles that contain all that was asked, and those whose confidence passes a threshold: an absolute one
for the best article of the archive, and a share of that best for each. Where nothing is calibrated (another model, a
small archive) the similarity has to exceed the floor of `search.index.calibration`, and where meaning cannot speak the
words have to weigh enough.
"""

from functools import cached_property

import numpy as np
from msgspec import Struct

from search.arrays import Mask, Rows, firsts
from search.engine.confidence import Confidence, signals_of
from search.engine.interpretation import QueryInterpretation
from search.engine.lexical import LexicalRetriever
from search.engine.matches import MatchSet, find, gate_similarity, match_all
from search.engine.scoring import Numbers, time_fit
from search.errors import RequestError
from search.index.calibration import RelevanceCurves
from search.index.snapshot import Snapshot
from search.messages import say
from search.query.model import Mode, Query, Strictness

LEAST_ARTICLES = 300
"""In a smaller archive nothing is calibrated: rarity and ranks mean something else there."""
FIRST = 10
"""How many of the most likely articles need a smaller share of the best."""
NEAR = 5
"""How many of the nearest articles are shown where nothing is found."""
UNKNOWN_NAME = 0.1
"""What is left of a confidence where the question hinges on a name that no article has."""


class Threshold(Struct, frozen=True):
    """What a confidence must reach."""

    best: float
    """The least confidence of the best article in the archive, for any to be an answer."""
    share: float
    """The least share of the best's confidence."""
    first_share: float
    """The same for the FIRST, for a list in the order of relevance is read from its top."""


THRESHOLDS = {
    Strictness.STRICT: Threshold(0.3, 0.4, 0.4),
    Strictness.NORMAL: Threshold(0.12, 0.15, 0.07),
    Strictness.WIDE: Threshold(0.03, 0.05, 0.05),
}
"""docs/explanation/calibration.md shows what others reach."""


class ResultSet:
    """The result set of one question, and how likely each of its articles is an answer."""

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        said: QueryInterpretation,
        worded: LexicalRetriever,
        others: Mask | None,
    ) -> None:
        """`others` are the rows that may answer; None for all. Raises RequestError where no confidence is known."""
        self._snapshot = snapshot
        self._query = query
        self._said = said
        self._worded = worded
        self._others = others

    def check(self) -> None:
        """Raise RequestError where a confidence is asked for that is not known."""
        if self._query.min_confidence is None or self._query.lists:
            return
        if self._query.alpha is not None:
            raise RequestError(
                say("given-together", one="min_confidence", other="alpha"), say("give-one"), field="min_confidence"
            )
        if self._curves is None:
            raise RequestError(
                say("no-confidence"),
                say("use-strictness"),
                field="min_confidence",
            )

    @cached_property
    def every(self) -> MatchSet:
        """The candidates of the ranking, and the result set among all rows."""
        if self._query.lists:
            return match_all(self._snapshot).restricted_to(self._others)
        return self.candidates if not self._said.typed else self.candidates.having(self._answers())

    @cached_property
    def wider(self) -> MatchSet:
        """The same with the widest threshold: what is shown as weaker matches."""
        if self._curves is None or self._query.lists or not self._said.typed:
            return self.every
        return self.candidates.having(self.complete | self._passing(THRESHOLDS[Strictness.WIDE]))

    @property
    def complete(self) -> Mask:
        """The rows that contain all that was asked."""
        return self._worded.complete

    @cached_property
    def candidates(self) -> MatchSet:
        """What words match and what is near enough to be ranked."""
        said = self._said
        by_meaning = not said.hinges_on_unknown_name
        return find(self._snapshot, self._worded.matching, said.meant.vectors, self._others, by_meaning)

    @cached_property
    def confidence(self) -> Confidence:
        """What is known of how likely the articles are answers, calibrated or not."""
        said, snapshot = self._said, self._snapshot
        similarity = None if said.meant.vectors is None else gate_similarity(snapshot, said.meant.vectors)
        visible = snapshot.columns.visible
        if similarity is not None and visible is not None:  # the best of all must be one that may be shown
            similarity = np.where(visible, similarity, np.float32(-2))
        coverage = self._worded.coverage if said.by_words else None
        fit = time_fit(snapshot, said.time, np.arange(snapshot.columns.size)) if said.time else None
        return Confidence(snapshot, said, signals_of(said, similarity, coverage, fit, snapshot.columns.size))

    def confidences(self, rows: Rows) -> list[float | None]:
        """How likely each of these rows is an answer, 0 to 1; None where that is not known."""
        if self._curves is None or self._query.alpha is not None or self._query.lists or not len(rows):
            return [None] * len(rows)
        found = self._likely[self._snapshot.columns.group[rows]]
        behind = np.flatnonzero(found == 0)
        if len(behind):
            found[behind] = self._doubt * self.confidence.behind(self._curves, rows[behind])
        return [round(one, 3) for one in found.tolist()]

    def nearest(self, admitted: Mask | None) -> Rows:
        """The first NEAR articles that are admitted, by similarity and words, likeliest first: a row of each."""
        score = self.confidence.first if admitted is None else np.where(admitted, self.confidence.first, 0.0)
        rows = np.flatnonzero(score > 0)
        if len(rows) > NEAR * NEAR:
            rows = rows[score[rows] >= np.partition(score[rows], -NEAR * NEAR)[-NEAR * NEAR]]
        rows = rows[np.argsort(-score[rows], kind="stable")]
        return rows[firsts(self._snapshot.columns.group[rows])][:NEAR]

    @cached_property
    def _curves(self) -> RelevanceCurves | None:
        """The curves of what really answers; None where nothing is calibrated."""
        manifest, said = self._snapshot.manifest, self._said
        if not said.typed or manifest.articles < LEAST_ARTICLES or not said.words.words:
            return None
        mode = Mode.KEYWORD if said.meant.vectors is None else self._query.mode
        return manifest.model.calibration.curves.get(mode.value)

    @cached_property
    def _doubt(self) -> float:
        return UNKNOWN_NAME if self._said.hinges_on_unknown_name else 1.0

    @cached_property
    def _likely(self) -> Numbers:
        """The confidence of each article considered, by the number of its group."""
        if self._curves is None:
            return np.zeros(self._snapshot.columns.size)
        return self._doubt * self.confidence.by_group(self._curves)

    def _answers(self) -> Mask:
        complete = self.complete
        if self._curves is None:
            return complete | self._above_floor
        if self._query.min_confidence is not None:
            return complete | self._of_groups(self._likely >= max(self._query.min_confidence, 1e-9))
        return complete | self._passing(THRESHOLDS[self._query.strictness])

    def _passing(self, threshold: Threshold) -> Mask:
        likely = self._likely
        best = float(likely.max(initial=0.0))
        if best < threshold.best:
            return np.zeros(len(likely), dtype=np.bool_)
        passing = likely >= threshold.share * best
        rows = self.confidence.rows
        groups = self._snapshot.columns.group[rows]
        groups = groups[np.argsort(-likely[groups], kind="stable")[:FIRST]]
        passing[groups] |= likely[groups] >= threshold.first_share * best
        return self._of_groups(passing)

    def _of_groups(self, passing: Mask) -> Mask:
        """All copies of the articles that pass, by the number of their group."""
        rows: Mask = passing[self._snapshot.columns.group]
        return rows

    @property
    def _above_floor(self) -> Mask:
        """What the floor of similarity lets in, and where meaning cannot speak, what has words that weigh enough."""
        candidates = self.candidates
        if candidates.similarity is None:
            return candidates.keyword | candidates.semantic
        return candidates.semantic | (candidates.keyword & (candidates.similarity < -1))
