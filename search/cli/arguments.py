"""Declaration of a command, the same for both programs."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], purpose: str
) -> argparse.ArgumentParser:
    """Add a command that `run` carries out on what was given; every command can name the index folder."""
    parser = commands.add_parser(name, help=purpose, description=purpose.capitalize() + ".", allow_abbrev=False)
    parser.set_defaults(command=run)
    parser.add_argument("--index", type=Path, metavar="DIR", help="the index folder (default index)")
    return parser
