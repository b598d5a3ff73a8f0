"""Shell completion scripts, and the version: the two flags that both programs share."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from search.version import __version__

SHELLS = ("bash", "zsh", "tcsh")


def add_program_flags(parser: argparse.ArgumentParser) -> None:
    """Add `--version` and `--print-completion SHELL` to the parser of a program."""
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--print-completion",
        action=_PrintCompletion,
        choices=SHELLS,
        metavar="SHELL",
        help=f"print the completion script for {', '.join(SHELLS[:-1])} or {SHELLS[-1]}",
    )


class _PrintCompletion(argparse.Action):
    """Print the script and end; shtab is imported for nothing else."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 (argparse hands it)
        values: str | Sequence[Any] | None,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        import shtab

        _complete_paths(parser, shtab.FILE)
        print(shtab.complete(parser, shell=str(values)))  # nosec B604 - the name of a shell, which none is started by
        parser.exit()


def _complete_paths(parser: argparse.ArgumentParser, files: Any) -> None:
    """Let every argument that is a path be completed from the file system, in all commands."""
    for action in parser._actions:
        if action.type is Path:
            action.complete = files  # type: ignore[attr-defined]
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_paths(command, files)
