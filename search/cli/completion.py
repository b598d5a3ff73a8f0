"""Shell completion scripts, and the version: the two flags that both programs share."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
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
    """Print the script and end; what only this needs is imported here."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 (argparse hands it)
        values: str | Sequence[Any] | None,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        import shtab

        from search.api.params import PARAMETERS

        words = {name: parameter.values for name, parameter in PARAMETERS.items() if not parameter.boolean}
        _complete_values(parser, shtab.FILE, words)
        if values == "fish":
            print("\n".join(fish_script(parser)))
        else:
            print(shtab.complete(parser, shell=str(values)))  # nosec B604 - the name of a shell, which none is started by
        parser.exit()


def fish_script(parser: argparse.ArgumentParser) -> list[str]:
    """The lines of a completion script for fish, which shtab does not write."""
    name = parser.prog
    return [f"complete -c {name} -e", f"complete -c {name} -f", *_fish_lines(name, parser, ())]


def _fish_lines(name: str, parser: argparse.ArgumentParser, within: tuple[str, ...]) -> Iterator[str]:
    """The lines for a parser's flags and paths, then for its commands; `within` are the commands that lead to it."""
    group = next((action for action in parser._actions if isinstance(action, argparse._SubParsersAction)), None)
    commands = list(group.choices) if group else []
    here = _fish_condition(within, commands)
    yield from (_fish_flag(name, here, action) for action in parser._actions if action.option_strings)
    yield from (
        f"complete -c {name} -n {here} -F"
        for action in parser._actions
        if not action.option_strings and action.type is Path
    )
    if group is None:
        return
    purposes = {choice.dest: choice.help or "" for choice in group._choices_actions}
    for command, inner in group.choices.items():
        yield f"complete -c {name} -n {here} -a {command} -d {_quoted(purposes.get(command, ''))}"
        yield from _fish_lines(name, inner, (*within, command))


def _fish_condition(within: tuple[str, ...], commands: Sequence[str]) -> str:
    """When what stands at a place is offered: after the commands that lead there, before any of its own."""
    seen = [f"__fish_seen_subcommand_from {command}" for command in within]
    unseen = [f"not __fish_seen_subcommand_from {' '.join(commands)}"] if commands else []
    return _quoted("; and ".join(seen + unseen))


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


def _complete_values(parser: argparse.ArgumentParser, files: Any, words: Mapping[str, tuple[str, ...]]) -> None:
    """Let paths be completed from the file system, and values from the `words` of their flag, in all commands."""
    for action in parser._actions:
        if action.type is Path:
            action.complete = files  # type: ignore[attr-defined]
        elif action.option_strings and action.nargs != 0 and words.get(action.dest):
            action.choices = words[action.dest]
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_values(command, files, words)
