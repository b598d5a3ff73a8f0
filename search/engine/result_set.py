"""What is likely an answer: the result set of a question, over the whole archive and before any filter.

In it are the articles that contain all that was asked, and those whose confidence passes a threshold: an absolute one
for the best article of the archive, and a share of that best for each. Where nothing is calibrated (another model, a
small archive) the similarity has to exceed the floor of `search.index.calibration`, and where meaning cannot speak the
words have to weigh enough.
"""

from functools import cached_property
from typing import Generic

import numpy as np
from msgspec import Struct

from search.arrays import Mask, Numbers, Rows
from search.engine.confidence import Confidence
from search.engine.interpretation import QueryInterpretation
from search.errors import RequestError
from search.index.calibration import Calibration, RelevanceCurves
from search.messages import say
from search.ports import Found, Retriever
from search.query.model import Mode, Query, Strictness

LEAST_ARTICLES = 300
"""In a smaller archive nothing is calibrated: rarity and ranks mean something else there."""
FIRST = 10
"""How many of the most likely articles need a smaller share of the best."""
NEAR = 5
"""How many of the nearest articles are shown where nothing is found."""
UNKNOWN_NAME = 0.1
"""What is left of a confidence where the question hinges on a name that no article has."""

PARTED_NAMES = 0.15
"""The same where it names several things that no article has together."""


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


class ResultSet(Generic[Found]):
    """The result set of one question, and how likely each of its articles is an answer."""

    def __init__(
        self,
        retriever: Retriever[Found],
        query: Query,
        said: QueryInterpretation,
        articles: int,
        calibration: Calibration,
    ) -> None:
        """`articles` is the size of the archive, and `calibration` that of its model."""
        self._retriever = retriever
        self._query = query
        self._said = said
        self._articles = articles
        self._calibration = calibration

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
    def every(self) -> Found:
        """The candidates of the ranking, and the result set before any filter."""
        if self._query.lists:
            return self._retriever.everything()
        if not self._said.typed:
            return self._retriever.candidates()
        if self._curves is None:
            return self._retriever.above_floor()
        return self._retriever.likely(self._groups[self._passing()])

    @cached_property
    def wider(self) -> Found | None:
        """The same with the widest threshold: what is shown as weaker matches; None where there is no other."""
        if self._curves is None or self._query.lists or not self._said.typed:
            return None
        return self._retriever.likely(self._groups[self._above(THRESHOLDS[Strictness.WIDE])])

    @cached_property
    def confidence(self) -> Confidence:
        """What is known of how likely the articles are answers, calibrated or not."""
        return Confidence(self._said, self._retriever.considered(), self._retriever.contains)

    def confidences(self, rows: Rows) -> list[float | None]:
        """How likely each of these rows is an answer, 0 to 1; None where that is not known."""
        if self._curves is None or self._query.alpha is not None or self._query.lists or not len(rows):
            return [None] * len(rows)
        known = dict(zip(self._groups.tolist(), self._likely.tolist(), strict=True))
        found = np.array([known.get(group, 0.0) for group in self._retriever.groups(rows).tolist()])
        behind = found == 0
        if behind.any():
            articles = self._retriever.features(rows[behind])
            found[behind] = self._doubt * self.confidence.behind(self._curves, articles)
        return [round(one, 3) for one in found.tolist()]

    @cached_property
    def _curves(self) -> RelevanceCurves | None:
        """The curves of what really answers; None where nothing is calibrated."""
        said = self._said
        if not said.typed or self._articles < LEAST_ARTICLES or not said.words.words:
            return None
        mode = Mode.KEYWORD if said.meant.vectors is None else self._query.mode
        return self._calibration.curves.get(mode.value)

    @cached_property
    def _doubt(self) -> float:
        if self._said.hinges_on_unknown_name:
            return UNKNOWN_NAME
        return PARTED_NAMES if self.confidence.parts_names else 1.0

    @property
    def _groups(self) -> Rows:
        """The articles considered, by the numbers of their groups."""
        return self.confidence.articles.groups

    @cached_property
    def _likely(self) -> Numbers:
        """The confidence of each article considered; nothing else passes a threshold."""
        if self._curves is None:
            return np.zeros(len(self._groups))
        return self._doubt * self.confidence.probability(self._curves)

    def _passing(self) -> Mask:
        """Which of the articles considered are likely enough, (articles,)."""
        if self._query.min_confidence is not None:
            passing: Mask = self._likely >= max(self._query.min_confidence, 1e-9)
            return passing
        return self._above(THRESHOLDS[self._query.strictness])

    def _above(self, threshold: Threshold) -> Mask:
        """Which of the articles considered pass a threshold, (articles,)."""
        likely = self._likely
        best = float(likely.max(initial=0.0))
        if best < threshold.best:
            return np.zeros(len(likely), dtype=np.bool_)
        passing: Mask = likely >= threshold.share * best
        first = np.argsort(-likely, kind="stable")[:FIRST]
        passing[first] |= likely[first] >= threshold.first_share * best
        return passing
