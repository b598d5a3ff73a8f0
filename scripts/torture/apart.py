"""How is something done in a process of its own, which may crash or meet a limit? A module is run, told by a pipe.

Not by a fork: what is to be broken here lies beside an engine's threads, a browser, whatever else was loaded before.
"""

import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent
IMPORTED_FROM = os.pathsep.join(map(str, (_ROOT, _ROOT / "scripts", _ROOT / "tests")))
"""Where the modules of this repository are found."""


def run_apart(module: str, told: str) -> tuple[int, str, str]:
    """Run a module's main with this on its standard input; gives its status and what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=told,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": IMPORTED_FROM},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
