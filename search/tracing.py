"""Trace of a query: the time of each stage.

A caller that wants the times opens a trace. Parts of the engine worth timing are marked with `stage`. The time of a
stage inside another one is subtracted from the outer one, so no moment counts twice.
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
    """Seconds of the stages inside the one that runs now."""


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


def open_trace() -> Trace:
    """A new trace for everything that this task and the threads it starts will do."""
    trace = Trace()
    _trace.set(trace)
    return trace


def count(what: str) -> None:
    """Note in the open trace, if there is one, that something happened."""
    trace = _trace.get()
    if trace is not None:
        trace.notes[what] += 1


def stage(name: str) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Mark a function as a stage: what it takes, without the stages inside it, is added to the open trace."""

    def marked(work: Callable[_P, _T]) -> Callable[_P, _T]:
        @wraps(work)
        def timed(*args: _P.args, **named: _P.kwargs) -> _T:
            check(name)
            trace = _trace.get()
            if trace is None:
                return work(*args, **named)
            outer, trace.inner = trace.inner, 0.0
            started = perf_counter()
            try:
                return work(*args, **named)
            finally:
                took = perf_counter() - started
                trace.seconds[name] = trace.seconds.get(name, 0.0) + took - trace.inner
                trace.inner = outer + took

        return timed

    return marked
