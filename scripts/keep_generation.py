#!/usr/bin/env python3
"""Keep a small generation of the current format in tests/data, so that later versions meet what this one wrote.

Run it once when `FORMAT` in search/index/manifest.py was raised. Its articles are invented, its model has no weights.
"""

import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]


def main() -> int:
    """Write tests/data/format-N.tar.xz."""
    from awkward import awkward_articles
    from fake_index import built_index

    from search.index.manifest import FORMAT

    kept = ROOT / "tests" / "data" / f"format-{FORMAT}.tar.xz"
    kept.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        index = built_index(Path(scratch, "index"), awkward_articles(seed=5, count=6))
        with tarfile.open(kept, "w:xz") as packed:
            for part in ("CURRENT", "generations"):
                packed.add(index.root / part, part, filter=_anonymous)
    print(f"{kept.relative_to(ROOT)}: {kept.stat().st_size:,} bytes")
    return 0


def _anonymous(part: tarfile.TarInfo) -> tarfile.TarInfo:
    part.uid = part.gid = 0
    part.uname = part.gname = ""
    return part


if __name__ == "__main__":
    sys.exit(main())
