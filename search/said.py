"""What does the text of a question say, by its words and by its meaning? Each is worked out when first asked for."""

from datetime import datetime
from functools import cached_property

from search.keywords import names_nobody
from search.language import uses_language
from search.query import Mode, Query
from search.snapshot import Snapshot
from search.spelling import LITTLE, corrected, corrections
from search.understanding import Named, named, understand
from search.vectors import Embed, Meant, meant
from search.when import Time


class Said:
    """The text of one question, as one snapshot understands it."""

    def __init__(self, snapshot: Snapshot, query: Query, now: datetime, embed: Embed, like: bool) -> None:
        """`embed` gives the vector of a text; `like` says that it is an article's own, and nobody typed the text."""
        self._snapshot = snapshot
        self._query = query
        self._now = now
        self._embed = embed
        self._typed = not like
        self._understood = understand(snapshot, query)
        self.language, self.words = self._understood.language, self._understood.words
        self.unknown = self._understood.unknown

    @cached_property
    def meant(self) -> Meant:
        """What the model makes of the text."""
        return meant(
            self._snapshot, self._query, self._understood, self._embed, lambda: self.time, like=not self._typed
        )

    @cached_property
    def by_words(self) -> bool:
        """Whether words answer."""
        return self._query.mode is not Mode.SEMANTIC or self.meant.vectors is None

    @cached_property
    def _named(self) -> Named:
        return named(self._snapshot, self._query, self._now)

    @property
    def time(self) -> Time | None:
        """The time that the text names, if it counts."""
        return self._named.time

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of how the text was read."""
        return (*self._query.asked.notes, *([self._named.note] if self._named.note else []))

    @cached_property
    def names_nobody(self) -> bool:
        """Whether it asks about somebody whom no article names; then nothing is near enough in meaning."""
        if not self._typed:
            return False
        snapshot, said = self._snapshot, self._query.asked.said
        return names_nobody(said, self.words, snapshot.analyzer, lambda word: snapshot.vocabulary().nearest(word))

    def corrected(self, found: int) -> str | None:
        """The text with its mistyped words put right, where so many were found; None where none seems to be mistyped.

        In the query language nothing is doubted: there a name may be the value of a field.
        """
        text, snapshot = self._query.text, self._snapshot
        if not self._typed or uses_language(text):
            return None
        little = self.by_words and found <= LITTLE
        slips = corrections(text, snapshot.analyzer, snapshot.vocabulary, snapshot.words.frequency, little)
        return corrected(text, slips) if slips else None
