"""The start of the program `lede-index`, which says what is missing where the extra `index` is not installed."""

import gc
import sys
from collections.abc import Sequence

from search.extras import explained

FAILED, INTERRUPTED = 1, 130
_BEFORE_GARBAGE = 100_000
"""So many lists and dictionaries more are made before rings among them are looked for.

A build makes millions that are no garbage; to look at them every 700 takes a tenth of its time.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command of `lede-index` and give its exit status."""
    gc.set_threshold(_BEFORE_GARBAGE)
    try:
        from indexer.cli import main as run

        return run(arguments)
    except KeyboardInterrupt:  # while modules were loaded
        return INTERRUPTED
    except ModuleNotFoundError as absent:
        failure = explained(absent)
        if failure is None:
            raise
        print(f"lede-index: {failure}", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
