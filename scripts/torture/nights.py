"""Nightly runs in processes of their own, hundreds of them, each of which may be killed or denied the disk.

The parent imports everything once and forks for each run. Started under the shim, a run can be told at which of its
file operations to die, or from which one on all fail. Talks JSON, a line each way.
"""

import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from torture.apart import IMPORTED_FROM

_NEEDED = (
    "nightly_reindex torture.archive indexer.release.verify search.query.grammar search.analysis.time_expressions"
    " search.backends.tantivy"
    " search.backends.whoosh faiss numpy.ma rapidfuzz.process rapidfuzz.distance"
).split()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit status, or -9 if it was killed; what it wrote; its file operations, in order."""

    status: int
    wrote: str
    operations: list[list[str]]
    seconds: float


class Nights:
    """Runs nights of the small archive; close it in the end."""

    def __init__(self, scratch: Path, shim: Path | None) -> None:
        self.scratch = scratch
        environment = dict(os.environ) | {
            "PYTHONPATH": IMPORTED_FROM,
            "TMPDIR": str(scratch / "tmp"),
        }
        if shim is not None:
            environment["LD_PRELOAD"] = str(shim)
        (scratch / "tmp").mkdir(parents=True, exist_ok=True)
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "torture.nights", str(shim or "")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )

    def run(self, what: str = "night", /, **told: Any) -> Ended:
        """One run: `night` or `check`, with `content`, `index`, `keep`; `die`, `fail` (and `error`), `kill_after`."""
        journal = self.scratch / "journal"
        journal.unlink(missing_ok=True)
        request = {"what": what, "journal": str(journal), "below": str(self.scratch)} | {
            name: str(value) if isinstance(value, Path) else value for name, value in told.items()
        }
        assert self._parent.stdin and self._parent.stdout
        self._parent.stdin.write(json.dumps(request) + "\n")
        self._parent.stdin.flush()
        answer = json.loads(self._parent.stdout.readline())
        lines = journal.read_text(encoding="utf-8").splitlines() if journal.is_file() else []
        return Ended(answer["status"], answer["wrote"], [line.split("\t") for line in lines], answer["seconds"])

    def close(self) -> None:
        """End the parent of the runs."""
        assert self._parent.stdin
        self._parent.stdin.close()
        self._parent.wait()
        assert self._parent.stdout
        self._parent.stdout.close()


def night(content: str, index: str, keep: int = 2, keyword: str = "tantivy") -> int:
    """The nightly script with a model without weights; gives its exit status."""
    import nightly_reindex
    from indexer import kept_words, library
    from indexer.workspace import BuildConfig
    from search.settings import Settings
    from torture.archive import small_recipe

    def recipe(settings: Settings) -> BuildConfig:
        return small_recipe(settings.index / "cache" / "models" / "small", keyword)

    os.environ["LEDE_KEEP"] = str(keep)
    # However much of the small archive changed, words are brought up to date, as in a large one.
    with patch.object(library, "recipe", recipe), patch.object(kept_words, "MOST", 1.0):
        return nightly_reindex.main([content, "--index", index])


def check(index: str) -> int:
    """Verify the served generation, and print what it answers as JSON; 0 if it is sound."""
    from indexer.release.verify import verify
    from search.index.directory import IndexFolder
    from torture.archive import answers

    folder = IndexFolder(Path(index))
    verify(folder.path(folder.current_name()))
    given = answers(folder)
    print(json.dumps([given.generation, given.digest, given.degraded]))
    return 0


def _serve(shim: str) -> None:
    """Read what to run, run it in a fork, and tell how it ended; until the input ends."""
    for module in _NEEDED:  # once, before anything is forked
        importlib.import_module(module)
    gc.freeze()
    library = ctypes.CDLL(shim) if shim else None
    for line in sys.stdin:
        told = json.loads(line)
        started = time.monotonic()
        status, wrote = _forked(told, library)
        print(json.dumps({"status": status, "wrote": wrote, "seconds": time.monotonic() - started}), flush=True)


def _forked(told: dict[str, Any], library: ctypes.CDLL | None) -> tuple[int, str]:
    with tempfile.TemporaryFile("w+", dir=Path(told["below"]).parent) as output:
        child = os.fork()
        if not child:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            _run(told, library)
        if (limit := told.get("kill_after")) is not None:
            descriptor = os.pidfd_open(child)
            if not select.select([descriptor], [], [], limit)[0]:
                os.kill(child, signal.SIGKILL)
            os.close(descriptor)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        output.seek(0)
        return status, output.read()


def _run(told: dict[str, Any], library: ctypes.CDLL | None) -> None:
    status = 70
    try:
        if library is not None:
            library.shim_arm(
                told["below"].encode(),
                told["journal"].encode(),
                ctypes.c_long(told.get("die", 0)),
                ctypes.c_long(told.get("fail", 0)),
                told.get("error", 0),
                int(told.get("everything", False)),
            )
        runs: dict[str, Callable[..., int]] = {"night": night, "check": check}
        run = runs[told["what"]]
        names = ("content", "index", "keep", "keyword") if told["what"] == "night" else ("index",)
        status = run(**{name: told[name] for name in names if name in told})
    except BaseException:
        traceback.print_exc()
    with contextlib.suppress(OSError, io.UnsupportedOperation):
        sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    _serve(sys.argv[1])
