"""Declaration of commands and reading of what was typed, the same for both programs."""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
_CHOICE = re.compile(r"argument [^:]+: invalid choice: '(?P<typed>[^']*)' \(choose from (?P<known>.*)\)")


class Parser(argparse.ArgumentParser):
    """A parser whose refusals name what was probably meant, below the usage of the command that was typed."""

    def error(self, message: str) -> NoReturn:
        """End with status 2."""
        if found := _CHOICE.fullmatch(message):
            known = re.findall(r"'([^']*)'", found["known"])
            message = f"There is no {found['typed']!r} here. {_nearest(found['typed'], known)}"
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n")

    def command(self, name: str) -> "Parser":
        """The parser of a command."""
        groups = (action for action in self._actions if isinstance(action, argparse._SubParsersAction))
        found: Parser = next(group.choices[name] for group in groups if name in group.choices)
        return found

    def flags(self) -> list[str]:
        """Every flag of this command."""
        return [flag for flag in self._option_string_actions if flag.startswith("--")]

    def takes_value(self, flag: str) -> bool | None:
        """Whether a value follows a flag; None where it is no flag of this command, or its value may be missing."""
        action = self._option_string_actions.get(flag)
        return None if action is None or action.nargs == argparse.OPTIONAL else action.nargs != 0


def add_command(commands: Commands, name: str, run: Callable[[argparse.Namespace], int], purpose: str) -> Parser:
    """Add a command that `run` carries out on what was given; every command can name the index folder."""
    parser = commands.add_parser(
        name, help=purpose, description=f"{purpose[:1].upper()}{purpose[1:]}.", allow_abbrev=False
    )
    parser.set_defaults(command=run, parser=parser)
    parser.add_argument("--index", type=Path, metavar="DIR", help="the index folder (default index)")
    parser.add_argument("--cluster", metavar="ADDRESSES", help="an OpenSearch cluster that keeps the archive instead")
    return parser


def parse(parser: Parser, arguments: Sequence[str]) -> argparse.Namespace:
    """What was given. Ends with status 2 where a flag is unknown, and names the nearest."""
    given, rest = parser.parse_known_args(arguments)
    if rest:
        own: Parser = getattr(given, "parser", parser)
        flag = next((word.partition("=")[0] for word in rest if word.startswith("-")), "")
        if flag:
            own.error(f"There is no flag {flag}. {_as_setting(flag) or _nearest(flag, own.flags())}")
        own.error(f"{rest[0]!r} is one argument too many.")
    return given


def words_last(command: Parser, arguments: Sequence[str]) -> list[str]:
    """The arguments of a command with all words behind its flags, as `--` has it.

    A word that begins with a dash, such as -bitcoin, is a word unless the command has such a flag; so is the value of a
    flag that takes one: `--tag -BTC`.
    """
    flags: list[str] = []
    words: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            words += rest
            break
        takes = command.takes_value(argument)
        if takes and rest:
            value = rest.pop(0)
            flags += [f"{argument}={value}"] if argument.startswith("--") else [argument, value]
        elif argument.startswith("--") or takes is not None or _has_number(command, argument):
            flags.append(argument)
            if takes is None and argument in command.flags() and rest and not rest[0].startswith("-"):
                flags.append(rest.pop(0))
        else:
            words.append(argument)
    return [*flags, "--", *words]


def _has_number(command: Parser, argument: str) -> bool:
    """Whether an argument is a short flag with its number behind it, such as -n5; -news is a word."""
    return bool(command.takes_value(argument[:2])) and argument[2:].isdecimal()


def _as_setting(flag: str) -> str:
    """How to set what some took for a flag; empty where there is no setting of that name."""
    from search.settings import Settings

    name = flag.removeprefix("--").replace("-", "_")
    if name not in Settings.__struct_fields__:
        return ""
    return f"`{name}` is a setting: write `{name} = …` in lede.toml, or give the variable LEDE_{name.upper()}."


def _nearest(typed: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(typed, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"Known are {', '.join(known)}."
