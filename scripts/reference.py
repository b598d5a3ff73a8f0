#!/usr/bin/env python3
"""Reference pages written from the code: commands, settings, parameters and modules.

`make reference` writes them into docs/reference; a test compares them with what the code says now.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from msgspec import NODEFAULT
from msgspec.structs import fields

import indexer.cli
import nightly_reindex
import search.cli.main
from indexer.content.conventions import CONVENTIONS, NESTED
from indexer.content.remedies import REMEDIES
from indexer.readers.registry import READERS
from man_pages import man_page
from search.api import params
from search.settings import Settings

KEYS_A_ROW = 30
"""A cell of more keys would be hard to read."""
ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
NOTICE = "<!-- Written by scripts/reference.py (`make reference`). Do not edit. -->"


def pages() -> dict[str, str]:
    """The text of every generated page, by file name."""
    return {
        "cli.md": cli_page(),
        "../../man/lede.1": man_page("lede", search.cli.main._parser(), "lede-index"),
        "../../man/lede-index.1": man_page("lede-index", indexer.cli._parser(), "lede"),
        "settings.md": settings_page(),
        "parameters.md": parameters_page(),
        "fields.md": fields_page(),
        "modules.md": modules_page(),
    }


def cli_page() -> str:
    """Every command of the three programs, with its arguments."""
    programs = {
        "lede": search.cli.main._parser(),
        "lede-index": indexer.cli._parser(),
        "scripts/nightly_reindex.py": nightly_reindex._parser(),
    }
    parts = ["# Command line", NOTICE, "Flags and arguments, as the programs themselves declare them."]
    for name, parser in programs.items():
        parts += [f"## {name}", *_described(parser, name)]
        for command, sub in _commands(parser):
            parts += [f"### {name} {command}", *_described(sub, f"{name} {command}")]
            for below, subsub in _commands(sub):
                parts += [f"#### {name} {command} {below}", *_described(subsub, f"{name} {command} {below}")]
    return _joined(parts)


def settings_page() -> str:
    """Every setting, its default and its meaning."""
    meanings = _attribute_docstrings(ROOT / "search" / "settings.py", "Settings")
    rows = [
        (f"`{one.name}`", f"`LEDE_{one.name.upper()}`", _default(one.default), _cell(meanings.get(one.name, "")))
        for one in fields(Settings)
    ]
    return _joined(
        [
            "# Settings",
            NOTICE,
            "Flags win over `LEDE_*` environment variables, these over `lede.toml`, and that over defaults.",
            "`lede.toml` is read from the current folder, or from where `LEDE_CONFIG` points. Paths in it are relative"
            " to it. A list is an array in `lede.toml` and a text with commas in a variable.",
            "`lede status` prints every setting with its origin. An unknown name is an error.",
            _table(("name", "variable", "default", "meaning"), rows),
        ]
    )


def parameters_page() -> str:
    """Every parameter of the HTTP interface, by route."""
    tables = {
        "/search": params.PARAMETERS,
        "/suggest": params.SUGGEST_PARAMETERS,
        "/export": params.EXPORT_PARAMETERS,
        "/feed.atom, /feed.json": params.FEED_PARAMETERS,
        "/timeline": params.TIMELINE_PARAMETERS,
    }
    parts = [
        "# Parameters",
        NOTICE,
        "Names are the same over HTTP, in Python and for assistants. The command line writes them with dashes.",
    ]
    for route, table in tables.items():
        known = params.PARAMETERS if table is not params.PARAMETERS else {}
        same = [f"`{name}`" for name, one in table.items() if known.get(name) == one]
        parts.append(f"## {route}")
        if same:
            parts.append(f"As for `/search`: {', '.join(same)}.")
        rows = [
            (f"`{name}`", _cell(one.meaning), f"`{_cell(one.example)}`")
            for name, one in table.items()
            if known.get(name) != one
        ]
        if rows:
            parts.append(_table(("parameter", "meaning", "example"), rows))
    return _joined(parts)


def fields_page() -> str:
    """The table of field conventions, and what reads which files."""
    keys = [
        ("" if number else f"`{field}`", " ".join(f"`{key}`" for key in some))
        for field, listed in CONVENTIONS.items()
        for number in range(0, len(listed.split()), KEYS_A_ROW)
        if (some := listed.split()[number : number + KEYS_A_ROW])
    ]
    readers = [(reader.name, " ".join(f"`{suffix}`" for suffix in sorted(reader.suffixes))) for reader in READERS]
    codes = [(f"`{code}`", remedy) for code, remedy in REMEDIES.items()]
    return _joined(
        [
            "# Fields and formats",
            NOTICE,
            "Which files are read, by the end of their names:",
            _table(("reader", "files"), readers),
            "Which keys state a field. The first one that says something counts; `published` and `status` also tell"
            " whether an article is published. Keys are compared without regard to case, `_`, `-`, `$`, `@`, `?` and"
            " blanks. A leading `content`, `post`, `article`, `entry`, `item`, `story`, `news`, `page`, `video` or"
            " `field` may stand before them."
            " Entries of the tables " + ", ".join(f"`{one}`" for one in sorted(NESTED)) + " count as top-level keys.",
            _table(("field", "keys"), keys),
            "What a build warns of and `lede-index lint` reports, by code:",
            _table(("code", "remedy"), codes),
        ]
    )


def modules_page() -> str:
    """Every module of both packages, with the first line of its docstring."""
    parts = ["# Modules", NOTICE, "Every module of `search` and `indexer`, by package."]
    for package in ("search", "indexer"):
        for folder in sorted({path.parent for path in (ROOT / package).rglob("*.py")}):
            name = ".".join(folder.relative_to(ROOT).parts)
            modules = sorted(path for path in folder.glob("*.py") if path.stem != "__init__")
            rows = [(f"`{path.stem}`", _cell(summary(path))) for path in modules]
            parts += [f"## {name}", summary(folder / "__init__.py"), _table(("module", "what it holds"), rows)]
    return _joined(parts)


def summary(path: Path) -> str:
    """The first line of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


def _described(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    """The purpose of a parser, a usage line, and its arguments as a table."""
    if parser.description:
        yield parser.description
    actions = [one for one in parser._actions if not isinstance(one, argparse._SubParsersAction)]
    actions = [one for one in actions if one.help != argparse.SUPPRESS and "--help" not in one.option_strings]
    places = [_usage(one) for one in actions if not one.option_strings]
    if next(_commands(parser), None):
        places.append("COMMAND")
    if any(one.option_strings for one in actions):
        places.append("[OPTIONS]")
    yield f"```text\n{' '.join([name, *places])}\n```"
    rows = [(_spelled(one), _cell(one.help or "")) for one in actions]
    if rows:
        yield _table(("argument", "meaning"), rows)
    if parser.epilog:
        yield _epilog(parser.epilog)


def _epilog(text: str) -> str:
    """The text below a program's help, with its exit statuses as a list."""
    before, found, statuses = " ".join(text.split()).partition("Exit status: ")
    if not found:
        return before
    each = re.split(r", (?=\d )", statuses.rstrip("."))
    return "\n".join([f"{before}Exit status:\n", *(f"* {one}" for one in each)])


def _usage(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest)
    return f"[{name}]" if action.nargs in ("?", "*") else f"{name}…" if action.nargs == "+" else name


def _spelled(action: argparse.Action) -> str:
    """How an argument is written, with the name of its value."""
    if not action.option_strings:
        return f"`{action.metavar or action.dest}`"
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    value = f"[={value.strip()}]" if action.nargs == "?" else value
    return ", ".join(f"`{flag}{value}`" for flag in action.option_strings)


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _attribute_docstrings(path: Path, name: str) -> Mapping[str, str]:
    """The text behind each attribute of a class."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    body = next(node.body for node in module.body if isinstance(node, ast.ClassDef) and node.name == name)
    found = {}
    for one, behind in pairwise(body):
        if not (isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)):
            continue
        if isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant):
            found[one.target.id] = " ".join(str(behind.value.value).split())
    return found


def _default(value: object) -> str:
    if value is NODEFAULT or value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{','.join(value) if isinstance(value, tuple) else value}`"


def _cell(text: str) -> str:
    """A text that stays within one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write every page; with --check, only say which are out of date, and give 1 if any is."""
    parser = argparse.ArgumentParser(description="Write the generated pages of docs/reference.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is out of date")
    given = parser.parse_args(arguments)
    stale = []
    for name, text in pages().items():
        path = PAGES / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not given.check:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"{'Out of date' if given.check else 'Written'}: {', '.join(stale)}.")
    return 1 if given.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
