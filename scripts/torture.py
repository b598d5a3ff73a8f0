#!/usr/bin/env python3
"""Does Lede keep its promises when things break? The full forms of what the tests ask in short.

    torture.py kills [--moments 300] [--every 1] [--disk-every 1]   kills, a disk that is full, broken or read-only
    torture.py replay                                the disk keeps only what was synced
    torture.py rot [--flips 2000]                    any byte of any file
    torture.py swaps [--swaps 100] [--rollbacks 20] [--clients 32]
    torture.py locks [--rounds 20]                   two nightly runs at once
    torture.py content [--archives 200]              what is no article
    torture.py fuzz [--runs 200000]                  the parsers and the query language
    torture.py all                                   everything

Counts, date and outcome go into docs/reliability.md.
"""

import argparse
import json
import platform
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_ROOT / "tests"), str(_ROOT)]
PAGE = _ROOT / "docs" / "reliability.md"

Given = argparse.Namespace


def kills(given: Given, scratch: Path) -> dict[str, Any]:
    """Power cuts and kills."""
    from torture.kills import case, deny_the_disk, kill_at_moments, kill_at_operations

    told: dict[str, Any] = {}
    with case(scratch) as made:
        told |= {"at random moments": kill_at_moments(made, given.moments)}
        told |= {"at file operations": kill_at_operations(made, given.every)}
        told |= {"disk denied": deny_the_disk(made, given.disk_every)}
    return told


def replay(_: Given, scratch: Path) -> dict[str, Any]:
    """The disk keeps only what was synced."""
    from torture.replay import publications_survive

    return publications_survive(scratch)


def rot(given: Given, scratch: Path) -> dict[str, Any]:
    """Any byte of any file."""
    from torture.rot import GOOD, flips, see_to, two_generations

    told = {}
    for keyword in ("tantivy", "whoosh"):
        index = two_generations(scratch / keyword, keyword)
        ends = see_to(index, flips(index.path(index.current_name()), given.flips // 2))
        assert set(ends) == {GOOD}, ends
        told[keyword] = dict(ends)
    return told


def swaps(given: Given, scratch: Path) -> dict[str, Any]:
    """Swaps under load."""
    from torture.swaps import swap_under_load

    return swap_under_load(scratch, given.swaps, given.rollbacks, given.clients)


def locks(given: Given, scratch: Path) -> dict[str, Any]:
    """Two at once."""
    from torture.locks import race, stale

    return race(scratch, given.rounds) | stale(scratch, scratch / "index")


def content(given: Given, scratch: Path) -> dict[str, Any]:
    """Bad content."""
    from torture.content import see_to_cases, see_to_generated

    return see_to_cases(scratch) | see_to_generated(given.archives)


def fuzz(given: Given, scratch: Path) -> dict[str, Any]:
    """The parsers and the query language."""
    from torture.fuzz import TARGETS, fuzz

    return {name: fuzz(name, given.runs // len(TARGETS), scratch) for name in TARGETS}


PROMISES: dict[str, Callable[[Given, Path], dict[str, Any]]] = {
    "kills": kills,
    "replay": replay,
    "rot": rot,
    "swaps": swaps,
    "locks": locks,
    "content": content,
    "fuzz": fuzz,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one promise or all; 0 if they are kept."""
    given = _parser().parse_args(arguments)
    names = list(PROMISES) if given.promise == "all" else [given.promise]
    return max([_run(name, given) for name in names])


def _run(name: str, given: Given) -> int:
    scratch = Path(tempfile.mkdtemp(prefix="lede-torture-"))
    started = time.monotonic()
    try:
        told, outcome = PROMISES[name](given, scratch), "kept"
    except Exception:
        traceback.print_exc()
        told, outcome = {"see": "the output of the run"}, "**broken**"
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    counts = json.dumps(told).replace('"', "").replace("{", "(").replace("}", ")")[1:-1]
    print(f"{name}: {outcome}. {counts}")
    if given.write:
        _write(
            name,
            f"| {name} | {outcome} | {counts} | {datetime.now(UTC):%Y-%m-%d} | {time.monotonic() - started:,.0f} s |",
        )
    return int(outcome != "kept")


def _write(name: str, row: str) -> None:
    """Put a row into the page's table, in place of the one of that name."""
    page = PAGE.read_text(encoding="utf-8")
    page = re.sub(rf"^\| {name} \|.*\n", "", page, flags=re.M)
    mark = "|---|---|---|---|---|\n"
    rows = sorted([*re.findall(r"^\| \w+ \| (?:kept|\*\*broken).*\n", page, flags=re.M), f"{row}\n"], key=_place)
    head, _, rest = page.partition(mark)
    rest = re.sub(r"^\| \w+ \| (?:kept|\*\*broken).*\n", "", rest, flags=re.M)
    page = re.sub(r"Last run on .*\n", f"Last run on {platform.machine()}, Python {platform.python_version()}.\n", head)
    PAGE.write_text(page + mark + "".join(rows) + rest, encoding="utf-8")


def _place(row: str) -> int:
    return list(PROMISES).index(row.split("|")[1].strip())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("promise", choices=[*PROMISES, "all"])
    parser.add_argument("--write", action="store_true", help="put the outcome into docs/reliability.md")
    counts = {
        "moments": 300,
        "every": 1,
        "disk-every": 1,
        "flips": 2_000,
        "swaps": 100,
        "rollbacks": 20,
        "clients": 32,
        "rounds": 20,
    }
    for name, count in (counts | {"archives": 200, "runs": 200_000}).items():
        parser.add_argument(f"--{name}", type=int, default=count)
    return parser


if __name__ == "__main__":
    sys.exit(main())
