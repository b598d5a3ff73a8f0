"""Counters and timings for Prometheus. docs/how-to/run-it-for-others.md describes every name.

The workers of a service write their numbers into files of one folder, as prometheus_client has it, and whichever is
asked adds them up. The files are named by slots, so that a worker goes on where the one before it in its slot stopped.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir, mkdtemp

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
    values,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from search.http.shared_state import SharedState
from search.ports import Engine
from search.tracing import Trace

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series beside each, which only says when this process began
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
STAGES = ("words", "embedding", "meaning", "ranking", "showing")
NOTES = {
    "empty": "lede_empty_answers",
    "degraded": "lede_degraded_answers",
    "repeated": "lede_answer_cache_hits",
    "remembered": "lede_vector_cache_hits",
    "embedded": "lede_vector_cache_misses",
}
"""What the engine notes in a trace, and the counter that it goes to."""


_FOLDER = "lede-numbers-"


class Metrics:
    """All numbers of one service, in a registry of its own."""

    def __init__(self, state: SharedState | None = None, folder: Path | None = None) -> None:
        """With a `folder`, the workers that share `state` keep their numbers there."""
        self.registry = registry = CollectorRegistry()
        self._told = CollectorRegistry() if folder else registry
        if folder and state:
            keep_numbers_in(folder, state)
            MultiProcessCollector(self._told, path=str(folder))  # type: ignore[no-untyped-call]
            self._told.register(_Processes(state))
        else:
            ProcessCollector(registry=registry)
        self._requests = Counter("lede_requests", "Requests answered.", ("path", "status"), registry=registry)
        self._seconds = Histogram(
            "lede_request_seconds", "How long requests took.", ("path",), buckets=_SECONDS, registry=registry
        )
        stages = Histogram(
            "lede_leg_seconds", "Where the time of questions went.", ("leg",), buckets=_SECONDS, registry=registry
        )
        self._series: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._stages = {stage: stages.labels(stage) for stage in STAGES}
        self._notes = {what: Counter(name, f"Questions: {what}.", registry=registry) for what, name in NOTES.items()}
        self._refused = Counter("lede_refused", "Requests refused at the door.", ("why",), registry=registry)
        self._in_flight = Gauge(
            "lede_in_flight", "Requests being answered.", registry=registry, multiprocess_mode="livesum"
        )
        self._degraded = Counter(
            "lede_degraded_seconds", "Seconds in which something could not serve as it should.", registry=registry
        )

    def begun(self) -> None:
        """A request came."""
        self._in_flight.inc()

    def ended(self, path: str, status: int, seconds: float, trace: Trace) -> None:
        """A request was answered; what its trace says is added."""
        self._in_flight.dec()
        requests, timed = self._series_of(path, status)
        requests.inc()
        timed.observe(seconds)
        for stage, took in trace.seconds.items():
            self._stages[stage].observe(took)
        for what, times in trace.notes.items():
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
        self._told.register(_Served(engine))

    def text(self) -> bytes:
        """The numbers as Prometheus reads them."""
        return generate_latest(self._told)


class _Served(Collector):
    """What is served, found out when somebody reads; each worker of a service says the same."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        status = self._engine.status()
        served = status.generation
        for name, meaning, value in (
            ("lede_ready", "1 when a generation is open.", float(served is not None)),
            (
                "lede_trouble",
                "1 when the generation that should be served cannot be, and an older one is.",
                float(status.last_error is not None),
            ),
            ("lede_generation_age_seconds", "How old the served generation is.", _age(self._engine)),
            ("lede_articles", "Articles of the served generation.", float(served.articles if served else 0)),
        ):
            yield GaugeMetricFamily(name, meaning, value=value)


_LEAST = ("process_max_fds", "process_start_time_seconds")
"""What is not added up over processes: the least is told."""


class _Processes(Collector):
    """The processes of a service: their memory, processor time and open files, added up."""

    def __init__(self, state: SharedState) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for pid in self._state.pids[self._state.pids > 0].tolist():
            with suppress(OSError):
                for family in ProcessCollector(pid=partial(int, pid), registry=None).collect():
                    _add(found, family)
        yield from found.values()


def _add(found: dict[str, Metric], family: Metric) -> None:
    known = found.setdefault(family.name, family)
    if known is not family:
        for at, (old, new) in enumerate(zip(known.samples, family.samples, strict=True)):
            least = old.name in _LEAST
            known.samples[at] = old._replace(value=min(old.value, new.value) if least else old.value + new.value)


def keep_numbers_in(folder: Path, state: SharedState) -> None:
    """Let every number that is made from now on be kept in files of a folder, by the slot of its process."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue(lambda: state.own)  # type: ignore[no-untyped-call]


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder in memory, where there is such, for the numbers of workers; those of ended services go."""
    memory = Path("/dev/shm")  # noqa: S108 # nosec B108 - a folder with a random name, for its owner alone
    place = memory if os.access(memory, os.W_OK) else Path(gettempdir())
    for left in place.glob(f"{_FOLDER}*"):
        owner = left.name.removeprefix(_FOLDER).partition("-")[0]
        if not Path("/proc", owner).exists():
            rmtree(left, ignore_errors=True)
    folder = Path(mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-", dir=place))
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def forget_live(folder: Path, slot: int) -> None:
    """Drop what a process that has ended had on its way; what it counted stays."""
    for file in folder.glob(f"gauge_live*_{slot}.db"):
        file.unlink(missing_ok=True)


def add_metrics(app: FastAPI, metrics: Metrics) -> None:
    """Serve the numbers at /metrics."""

    @app.get("/metrics")
    def read() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _age(engine: Engine) -> float:
    served = engine.status().generation
    if served is None:
        return float("nan")
    return (datetime.now(UTC) - datetime.fromisoformat(served.built)).total_seconds()
