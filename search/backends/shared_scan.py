"""One pass over the codes for all questions that wait together.

Reading the codes takes most of a pass, so eight questions cost little more than one (docs/experiments.md). A question
that comes alone is answered at once. One that comes while as many passes run as there are cores for them waits for
the end of one, and shares the next with all others that wait.
"""

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from search.arrays import Matrix, Scores

if TYPE_CHECKING:
    from concurrent.futures import Future

MOST = 8
"""Questions in one pass: beyond it, the products cost as much as the reading."""


class SharedScan:
    """Compares with all vectors; safe to ask from several threads. Every question gets what it would get alone."""

    def __init__(self, passes: int) -> None:
        """At most `passes` run at a time."""
        self._free = passes
        self._waiting: deque[tuple[Scores, Future[Scores | None]]] = deque()
        self._lock = Lock()

    def similarities(self, vector: Scores, compare: Callable[[Matrix], Matrix]) -> Scores:
        """The similarity of every view to the vector, (size,). Raises what `compare` raised for its pass.

        `compare` takes (questions, dimension) to (questions, size). It is not kept: what it belongs to keeps this, and
        would else hold its files open until the garbage collector comes.
        """
        answer = self._queued(vector)
        similarities = None if answer is None else answer.result()
        return self._pass(vector, compare) if similarities is None else similarities

    def _queued(self, vector: Scores) -> "Future[Scores | None] | None":
        """What a question waits for: its similarities, or None once a pass is its own. None where it need not wait."""
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            from concurrent.futures import Future  # a query on the command line never waits, and need not load it

            answer: Future[Scores | None] = Future()
            self._waiting.append((vector, answer))
            return answer

    def _pass(self, vector: Scores, compare: Callable[[Matrix], Matrix]) -> Scores:
        """Run a pass for a question and the first that wait; the next of them has the pass after it."""
        with self._lock:
            others = [self._waiting.popleft() for _ in range(min(MOST - 1, len(self._waiting)))]
        try:
            found = compare(np.stack([vector, *(one for one, _ in others)]))
        except BaseException as error:
            for _, answer in others:
                answer.set_exception(error)
            raise
        else:
            for (_, answer), similarities in zip(others, found[1:], strict=True):
                answer.set_result(similarities)
            own: Scores = found[0]
            return own
        finally:
            self._hand_on()

    def _hand_on(self) -> None:
        """Let the first that waits have the next pass; where none waits, whoever comes has it."""
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            _, answer = self._waiting.popleft()
        answer.set_result(None)
