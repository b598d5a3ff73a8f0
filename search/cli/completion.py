"""Shell completion scripts, and the version: the two flags that both programs share."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from search.version import __version__

SHELLS = ("bash", "zsh", "fish", "tcsh")


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

        if values == "fish":
            print("\n".join(fish_script(parser)))
            parser.exit()
        _complete_paths(parser, shtab.FILE)
        print(shtab.complete(parser, shell=str(values)))  # nosec B604 - the name of a shell, which none is started by
        parser.exit()


def fish_script(parser: argparse.ArgumentParser) -> list[str]:
    """The lines of a completion script for fish, which shtab does not write."""
    name = parser.prog
    lines = [f"complete -c {name} -e", f"complete -c {name} -f"]
    lines += [_fish_flag(name, "__fish_use_subcommand", action) for action in parser._actions if action.option_strings]
    for group in parser._actions:
        if not isinstance(group, argparse._SubParsersAction):
            continue
        purposes = {choice.dest: choice.help or "" for choice in group._choices_actions}
        for command, sub in group.choices.items():
            lines.append(
                f"complete -c {name} -n __fish_use_subcommand -a {command} -d {_quoted(purposes.get(command, ''))}"
            )
            inside = _quoted(f"__fish_seen_subcommand_from {command}")
            lines += [_fish_flag(name, inside, action) for action in sub._actions if action.option_strings]
            lines += [
                f"complete -c {name} -n {inside} -F"
                for action in sub._actions
                if not action.option_strings and action.type is Path
            ]
    return lines


def _fish_flag(program: str, when: str, action: argparse.Action) -> str:
    """The line for a flag: its names, its choices or files where it takes a value, its meaning."""
    names = [f"-l {one[2:]}" if one.startswith("--") else f"-s {one[1:]}" for one in action.option_strings]
    takes = action.nargs != 0
    value = [f"-xa {_quoted(' '.join(map(str, action.choices)))}"] if action.choices else []
    if takes and not value:
        value = ["-rF"] if action.type is Path else ["-x"]
    meaning = (action.help or "").replace("%%", "%")
    return " ".join(["complete -c", program, "-n", when, *names, *value, "-d", _quoted(meaning)])


def _quoted(text: str) -> str:
    """A text as fish takes it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _complete_paths(parser: argparse.ArgumentParser, files: Any) -> None:
    """Let every argument that is a path be completed from the file system, in all commands."""
    for action in parser._actions:
        if action.type is Path:
            action.complete = files  # type: ignore[attr-defined]
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_paths(command, files)
