"""Two nightly runs at once: does one work and the other end at once, naming the first?"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from torture.apart import IMPORTED_FROM
from torture.archive import write_articles

LOCKED = 4
_RUN = "import sys; from torture.nights import night; sys.stdin.readline(); sys.exit(night(sys.argv[1], sys.argv[2]))"


def race(scratch: Path, rounds: int) -> dict[str, int]:
    """So many times, two runs let go at the same moment, after each round one article more to index."""
    told: Counter[str] = Counter(rounds=0, both_worked_in_turn=0, one_was_locked_out=0)
    for number in range(rounds):
        write_articles(scratch / "content", f"edition-{number}")
        runs = [_started(scratch), _started(scratch)]
        for run in runs:
            assert run.stdin
            run.stdin.write("go\n")
            run.stdin.flush()
        ended = [run.communicate()[1] for run in runs]
        statuses = [run.returncode for run in runs]
        told["rounds"] += 1
        if LOCKED in statuses:
            loser = statuses.index(LOCKED)
            _see_to(ended[loser], runs[1 - loser].pid)
            assert statuses[1 - loser] == 0, ended
            told["one_was_locked_out"] += 1
        else:
            assert sorted(statuses) == [0, 3], (statuses, ended)  # the second came when the first was done
            told["both_worked_in_turn"] += 1
    return dict(told)


def stale(scratch: Path, index: Path) -> dict[str, int]:
    """What a killed run leaves in writer.lock blocks nobody: its own number, that of a process that lives, anything."""
    left = (f"process {os.getpid()} since 2020-01-01T00:00:00Z", "process 1 since 2020-01-01T00:00:00Z", "\0" * 200)
    for number, text in enumerate(left):
        write_articles(scratch / "content", f"stale-{number}")
        (index / "writer.lock").write_text(text)
        run = _started(scratch)
        wrote = run.communicate("go\n")
        assert run.returncode == 0, wrote
    return {"stale": len(left)}


def _see_to(wrote: str, holder: int) -> None:
    """It names the process that holds the lock, and since when."""
    told = re.search(r"is being written by (process (\d+) since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|another run)", wrote)
    assert told, wrote
    assert told[2] in (None, str(holder)), (wrote, holder)


def _started(scratch: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _RUN, str(scratch / "content"), str(scratch / "index")],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ) | {"PYTHONPATH": IMPORTED_FROM},
    )


def report(told: dict[str, int]) -> str:
    """The counts as JSON, for who reads them."""
    return json.dumps(told)
