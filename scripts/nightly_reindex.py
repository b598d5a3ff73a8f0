#!/usr/bin/env python3
"""The nightly reindex, for cron and systemd: the build of `lede-index`, with exit statuses that a timer can act on.

Exit status: 0 published, 3 nothing changed, 4 another run holds the lock, 5 verification failed and the old
generation stays, 6 the golden queries fell and the old generation stays, 7 too many articles
vanished and the old generation stays, 2 wrong use, 1 anything else.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from indexer.cli import build_shown, exit_status, print_report
from search.errors import LedeError
from search.settings import CONFIG, choose, environment

PUBLISHED, UNCHANGED = 0, 3
_PROJECT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the night and give its exit status."""
    given = _parser().parse_args(arguments)
    flags = {"content": given.content, "index": given.index}
    try:
        settings = choose(flags, environment(), None if Path(CONFIG).is_file() else _PROJECT).settings
        report, rejected = build_shown(settings, full=False, strict=False)
    except LedeError as failure:
        print(f"nightly_reindex: {failure}", file=sys.stderr)
        return exit_status(failure)
    print_report(report, rejected, as_json=given.json)
    return PUBLISHED if report.published else UNCHANGED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Bring the index up to the content folder.", epilog=__doc__)
    parser.add_argument("content", type=Path, metavar="CONTENT", nargs="?", help="default: the setting content")
    parser.add_argument("--index", type=Path, metavar="DIR", help="default: the setting index")
    parser.add_argument("--json", action="store_true", help="the report as one line of JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
