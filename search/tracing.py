"""Trace of a query: the time of each stage.

Whoever wants to know opens a ledger; parts of the engine worth timing are marked with `stage`. A stage within
another one takes its time away from that: the legs of a question never count a moment twice.
"""

from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from time import perf_counter
from typing import ParamSpec, TypeVar

from msgspec import Struct, field

from search.deadline import check

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Trace(Struct):
    """Seconds by stage, and what was noted on the way. Written by one question at a time."""

    seconds: dict[str, float] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)
    inner: float = 0.0
    """Seconds of the legs within the one that runs now."""


_ledger: ContextVar[Trace | None] = ContextVar("ledger", default=None)


def open_trace() -> Trace:
    """A new ledger for everything that this task and the threads it starts will do."""
    ledger = Trace()
    _ledger.set(ledger)
    return ledger


def count(what: str) -> None:
    """Note in the open ledger, if there is one, that something happened."""
    ledger = _ledger.get()
    if ledger is not None:
        ledger.notes[what] += 1


def stage(name: str) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Mark a function as a stage: what it takes, without the legs within it, is added to the open ledger."""

    def marked(work: Callable[_P, _T]) -> Callable[_P, _T]:
        @wraps(work)
        def timed(*args: _P.args, **named: _P.kwargs) -> _T:
            check(name)
            ledger = _ledger.get()
            if ledger is None:
                return work(*args, **named)
            outer, ledger.inner = ledger.inner, 0.0
            started = perf_counter()
            try:
                return work(*args, **named)
            finally:
                took = perf_counter() - started
                ledger.seconds[name] = ledger.seconds.get(name, 0.0) + took - ledger.inner
                ledger.inner = outer + took

        return timed

    return marked
