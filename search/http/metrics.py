"""Counters and timings for Prometheus. docs/how-to/run-it-for-others.md describes every name."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from search.ports import Engine
from search.tracing import Trace

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series beside each, which only says when this process began
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
LEGS = ("words", "embedding", "meaning", "ranking", "showing")
NOTES = {
    "empty": "lede_empty_answers",
    "degraded": "lede_degraded_answers",
    "remembered": "lede_vector_cache_hits",
    "embedded": "lede_vector_cache_misses",
}
"""What the engine notes in a ledger, and the counter that it goes to."""


class Metrics:
    """All numbers of one service, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter("lede_requests", "Requests answered.", ("path", "status"), registry=registry)
        self._seconds = Histogram(
            "lede_request_seconds", "How long requests took.", ("path",), buckets=_SECONDS, registry=registry
        )
        legs = Histogram(
            "lede_leg_seconds", "Where the time of questions went.", ("leg",), buckets=_SECONDS, registry=registry
        )
        self._series: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._legs = {leg: legs.labels(leg) for leg in LEGS}
        self._notes = {what: Counter(name, f"Questions: {what}.", registry=registry) for what, name in NOTES.items()}
        self._refused = Counter("lede_refused", "Requests refused at the door.", ("why",), registry=registry)
        self._in_flight = Gauge("lede_in_flight", "Requests being answered.", registry=registry)
        self._degraded = Counter(
            "lede_degraded_seconds", "Seconds in which something could not serve as it should.", registry=registry
        )

    def begun(self) -> None:
        """A request came."""
        self._in_flight.inc()

    def ended(self, path: str, status: int, seconds: float, ledger: Trace) -> None:
        """A request was answered; what its ledger says is added."""
        self._in_flight.dec()
        requests, timed = self._series_of(path, status)
        requests.inc()
        timed.observe(seconds)
        for leg, took in ledger.seconds.items():
            self._legs[leg].observe(took)
        for what, times in ledger.notes.items():
            self._notes[what].inc(times)

    def _series_of(self, path: str, status: int) -> tuple[Counter, Histogram]:
        """The series of a path and a status, looked up once: both are few."""
        found = self._series.get((path, status))
        if found is None:
            found = self._requests.labels(path, str(status)), self._seconds.labels(path)
            self._series[path, status] = found
        return found

    def refused(self, why: str) -> None:
        """A request was refused before it reached the service: by its host, origin, key, rate or size."""
        self._refused.labels(why).inc()

    def degraded(self, seconds: float) -> None:
        """For so long something could not serve as it should: a generation, or a model."""
        self._degraded.inc(seconds)

    def watch(self, engine: Engine) -> None:
        """Tell of what is served whenever somebody reads."""
        self._gauge("lede_ready", "1 when a generation is open.", lambda: float(engine.status().generation is not None))
        self._gauge(
            "lede_trouble",
            "1 when the generation that should be served cannot be, and an older one is.",
            lambda: float(engine.status().last_error is not None),
        )
        self._gauge("lede_generation_age_seconds", "How old the served generation is.", lambda: _age(engine))
        self._gauge(
            "lede_articles",
            "Articles of the served generation.",
            lambda: float(served.articles if (served := engine.status().generation) else 0),
        )

    def _gauge(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        Gauge(name, meaning, registry=self.registry).set_function(value)


def add_metrics(app: FastAPI, metrics: Metrics) -> None:
    """Serve the numbers at /metrics."""

    @app.get("/metrics")
    def read() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _age(engine: Engine) -> float:
    served = engine.status().generation
    if served is None:
        return float("nan")
    return (datetime.now(UTC) - datetime.fromisoformat(served.built)).total_seconds()
