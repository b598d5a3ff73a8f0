"""The latest slow and empty queries, kept in memory only, and only if set."""

from collections import deque
from dataclasses import dataclass
from heapq import nlargest

MAX_QUERIES = 1_000
"""Questions that are kept."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One question, how long its answer took in milliseconds, and how much it found."""

    text: str
    took_ms: float
    found: int


class QueryLog:
    """The last questions of this process; none unless they shall be kept."""

    def __init__(self, kept: bool) -> None:
        self._asked: deque[Asking] = deque(maxlen=MAX_QUERIES)
        self.kept = kept

    def note(self, text: str, took_ms: float, found: int) -> None:
        """Remember a question that had words."""
        if self.kept and text.strip():
            self._asked.append(Asking(text.strip(), took_ms, found))

    def slowest(self, count: int) -> list[Asking]:
        """The questions that took longest, each text once."""
        by_text: dict[str, Asking] = {}
        for asking in sorted(self._asked.copy(), key=lambda asking: asking.took_ms):
            by_text[asking.text] = asking
        return nlargest(count, by_text.values(), key=lambda asking: asking.took_ms)

    def empty(self, count: int) -> list[str]:
        """The latest questions that found nothing, each once."""
        return list(dict.fromkeys(asking.text for asking in reversed(self._asked.copy()) if not asking.found))[:count]
