"""Manual pages of both programs (man(7)), written from their parsers."""

import argparse
from collections.abc import Iterator

from search.version import __version__

ENVIRONMENT = (
    "Each setting is a variable too: LEDE_ and its name in capitals, such as LEDE_INDEX. LEDE_CONFIG names the file of"
    " settings. NO_COLOR switches colours and links off."
)
FILES = (
    ("lede.toml", "the settings, read from the current folder"),
    ("index/", "the index, where no other is named"),
)


def man_page(name: str, parser: argparse.ArgumentParser, other: str) -> str:
    """The page of a program; `other` is the one that stands beside it."""
    purpose = (parser.description or "").rstrip(".")
    parts = [
        f'.\\" Written by scripts/reference.py (`make reference`). Do not edit.\n'
        f'.TH {name.upper()} 1 "" "Lede {__version__}" "User Commands"',
        f".SH NAME\n{_text(name)} \\- {_text(purpose[:1].lower() + purpose[1:])}",
        f".SH SYNOPSIS\n.B {_text(name)}\n{_text(_usage(parser, name))}",
        f".SH DESCRIPTION\n{_text(parser.description or '')}",
        ".SH OPTIONS",
        *_arguments(parser),
        ".SH COMMANDS",
        *_commands(parser, name),
        f".SH EXIT STATUS\n{_text((parser.epilog or '').partition(': ')[2])}",
        f".SH ENVIRONMENT\n{_text(ENVIRONMENT)}",
        ".SH FILES",
        *(f".TP\n.I {_text(path)}\n{_text(what)}" for path, what in FILES),
        f".SH SEE ALSO\n.BR {_text(other)} (1)",
    ]
    return "\n".join(parts) + "\n"


def _commands(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    for group in parser._actions:
        if not isinstance(group, argparse._SubParsersAction):
            continue
        for command, sub in group.choices.items():
            full = f"{name} {command}"
            yield f'.SS "{_text(f"{full} {_usage(sub, full)}".strip())}"\n{_text(sub.description or "")}'
            yield from _arguments(sub)
            yield from _commands(sub, full)


def _arguments(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every argument but `--help` and commands, with its meaning."""
    formatter = parser._get_formatter()
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction | argparse._SubParsersAction) or action.help == argparse.SUPPRESS:
            continue
        names = ", ".join(f"\\fB{_text(one)}\\fR" for one in action.option_strings)
        value = formatter._format_args(action, action.dest.upper()) if action.nargs != 0 else ""
        head = f"{names} \\fI{_text(value)}\\fR" if names and value else names or f"\\fI{_text(value)}\\fR"
        yield f".TP\n{head}\n{_text(formatter._expand_help(action) if action.help else '')}"


def _usage(parser: argparse.ArgumentParser, name: str) -> str:
    """What stands behind the name of the program in its usage, on one line."""
    whole = " ".join(parser.format_usage().split()).removeprefix("usage: ")
    return whole.removeprefix(name).removeprefix(" [-h]").strip()


def _text(text: str) -> str:
    """A text in which roff finds no request and no escape."""
    escaped = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
