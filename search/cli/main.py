"""`lede`: ask the index from a terminal or a script. Data to standard output, everything else to standard error."""

import argparse
import gc
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from search.api.params import PARAMETERS, query_from
from search.cli.arguments import Commands, Parser, add_command, parse, words_last
from search.cli.completion import add_program_flags
from search.cli.streams import as_typed, with_safe_streams
from search.errors import ArticleNotFoundError, IndexUnusableError, LedeError, PortTakenError, RequestError
from search.query.fields import FIELD_OF_PARAMETER, FILTER_FIELDS, filter_fields
from search.settings import Chosen, choose, environment, require_own_index

FOUND, NOTHING, WRONG_USE, NO_INDEX, PORT_TAKEN, FAILED = 0, 1, 2, 3, 4, 1
EXITS = "Exit status: 0 found, 1 nothing found, 2 wrong use, 3 no usable index, 4 the port is taken, 130 interrupted."
_LISTS = tuple(FIELD_OF_PARAMETER)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status, as EXITS has them."""
    typed = as_typed(sys.argv[1:] if arguments is None else arguments)
    return with_safe_streams("lede", lambda: _run(typed))


def _run(typed: list[str]) -> int:
    try:
        parser = _parser(typed[0] if typed else "")
        if typed[:1] == ["query"]:
            query = parser.command("query")
            _add_declared(query, typed[1:])
            typed = ["query", *words_last(query, typed[1:])]
        given = parse(parser, typed)
        command: Callable[[argparse.Namespace], int] = given.command
        return command(given)
    except RequestError as wrong:
        return _complain(wrong, WRONG_USE)
    except IndexUnusableError as unusable:
        return _complain(unusable, NO_INDEX)
    except PortTakenError as taken:
        return _complain(taken, PORT_TAKEN)
    except ArticleNotFoundError as missing:
        return _complain(missing, NOTHING)
    except LedeError as failure:
        return _complain(failure, FAILED)
    except ModuleNotFoundError as absent:
        return _complain_of(absent)


def _complain(error: LedeError, status: int) -> int:
    print(f"lede: {error}", file=sys.stderr)
    return status


def _complain_of(absent: ModuleNotFoundError) -> int:
    """Say which extra is missing. What belongs to no extra is a fault of the installation, and is raised again."""
    from search.extras import explained

    failure = explained(absent)
    if failure is None:
        raise absent
    return _complain(failure, FAILED)


def _query(given: argparse.Namespace) -> int:
    from search.api.responses import search_answer
    from search.wiring import open_engine

    chosen = _settings(given)
    with closing(open_engine(chosen.settings)) as engine:
        declared = engine.declared()
        query = query_from(_pairs(given, declared), datetime.now(UTC), declared)
        results = engine.search(query)
    answer = search_answer(results, chosen.settings.article_url, local=True)
    _print_answer(given, answer, declared)
    return FOUND if results.hits or (query.limit == 0 and results.total.value) else NOTHING


def _similar(given: argparse.Namespace) -> int:
    from search.api.responses import search_answer
    from search.wiring import open_engine

    chosen = _settings(given)
    query = query_from([("q", given.id), ("limit", str(given.n))], datetime.now(UTC))
    with closing(open_engine(chosen.settings)) as engine:
        results, declared = engine.similar(given.id, query), engine.declared()
    _print_answer(given, search_answer(results, chosen.settings.article_url, local=True), declared)
    return FOUND if results.hits else NOTHING


def _show(given: argparse.Namespace) -> int:
    from search.api.responses import article_answer
    from search.wiring import open_engine

    chosen = _settings(given)
    with closing(open_engine(chosen.settings)) as engine:
        answer = article_answer(engine.article(given.id), chosen.settings.article_url)
    if given.json:
        print(msgspec.json.encode(answer).decode())
    else:
        from search.cli.terminal import Terminal

        Terminal(sys.stdout).article(answer)
    return FOUND


def _status(given: argparse.Namespace) -> int:
    import json

    from search.cli.status import lines, status
    from search.wiring import open_engine

    chosen = _settings(given)
    with closing(open_engine(chosen.settings)) as engine:
        report = status(chosen, engine)
    if given.json or not sys.stdout.isatty():
        print(json.dumps(report, ensure_ascii=False, indent=None if given.json else 2))
    else:
        print("\n".join(lines(report, datetime.now(UTC))))
    return FOUND if report["usable"] else NO_INDEX


def _serve(given: argparse.Namespace) -> int:
    from search.server.run import serve, workers_of

    gc.enable()
    settings = _settings(given).settings
    serve(settings, workers_of(settings))
    return FOUND


def _mcp(given: argparse.Namespace) -> int:
    from search.mcp.server import serve_stdio
    from search.mcp.tools import Assistant
    from search.wiring import open_engine

    gc.enable()
    settings = _settings(given).settings

    def clock() -> datetime:
        return datetime.now(UTC)

    with closing(open_engine(settings, clock)) as engine:
        serve_stdio(Assistant(engine, clock, settings.article_url), f"http://{settings.host}:{settings.port}/")
    return FOUND


def _settings(given: argparse.Namespace) -> Chosen:
    flags = {
        name: getattr(given, name, None) for name in ("index", "cluster", "host", "port", "workers", "open_to_all")
    }
    chosen = choose(flags, environment())
    require_own_index(chosen)
    return chosen


def _pairs(given: argparse.Namespace, declared: Iterable[str]) -> list[tuple[str, str]]:
    text = sys.stdin.read() if given.text == ["-"] else " ".join(given.text)
    single = {
        "q": text,
        "limit": given.n,
        "offset": given.offset,
        "cursor": given.cursor,
        "mode": given.mode,
        "from": given.since,
        "to": given.until,
        "tz": given.tz,
        "sort": given.sort,
        "facets": given.facets,
        "explain": "true" if given.explain else None,
        "fold": given.fold,
        "strictness": given.strictness,
        "min_confidence": given.min_confidence,
        "alpha": given.alpha,
        "time": "false" if given.no_time else None,
        "correct": "false" if given.exact else None,
    }
    pairs = [(name, str(value)) for name, value in single.items() if value is not None]
    lists = [(name, getattr(given, name, None) or []) for name in (*_LISTS, *declared)]
    return pairs + [(name, value) for name, values in lists for value in values]


def _add_declared(query: Parser, typed: Sequence[str]) -> None:
    """Add a flag for each field that the archive declares, if a flag is typed that every archive has not."""
    flags = {word.partition("=")[0] for word in typed if word.startswith("--") and word != "--"}
    if flags <= {*query.flags()} - {"--help"} and "-h" not in typed:
        return
    from search.wiring import open_engine

    index = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    index.add_argument("--index", type=Path)
    index.add_argument("--cluster")
    found = index.parse_known_args(list(typed))[0]
    try:
        chosen = choose({"index": found.index, "cluster": found.cluster}, environment())
    except LedeError:
        return  # it is told when the command runs
    with closing(open_engine(chosen.settings)) as engine:
        declared = engine.declared()
    for field in filter_fields(declared).values():
        if f"--{field.name}" not in query.flags() and field.name not in FILTER_FIELDS:
            query.add_argument(f"--{field.name}", action="append", metavar="VALUE", help=field.meaning)


def _print_answer(given: argparse.Namespace, answer: "msgspec.Struct", declared: Iterable[str]) -> None:
    if given.json:
        print(msgspec.json.encode(answer).decode())
    elif given.jsonl:
        for hit in answer.hits:  # type: ignore[attr-defined]
            print(msgspec.json.encode(hit).decode())
    elif given.csv:
        _print_csv(answer, declared)
    else:
        from search.cli.terminal import Terminal

        Terminal(sys.stdout, notes=sys.stderr).answer(answer)  # type: ignore[arg-type]


def _print_csv(answer: "msgspec.Struct", declared: Iterable[str]) -> None:
    from search.api import csv as table

    names = tuple(declared)
    lines = (table.line(hit, declared=names) for hit in answer.hits)  # type: ignore[attr-defined]
    print("".join([table.head(names), *lines]), end="")


def _parser(asked: str = "") -> Parser:
    """The parser of what is typed behind `lede`: of the command that is asked for alone, or of all commands."""
    parser = Parser(
        prog="lede",
        description="Search a newsroom's own archive by words and by meaning.",
        epilog=EXITS,
        allow_abbrev=False,
    )
    add_program_flags(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in [_COMMANDS[asked]] if asked in _COMMANDS else _COMMANDS.values():
        add(commands)
    return parser


def _add_query(commands: Commands) -> None:
    query = add_command(commands, "query", _query, "answer a query, or list what filters admit")
    query.add_argument("text", metavar="WORD", nargs="*", help="what to search for; - reads standard input")
    query.add_argument("-n", type=int, metavar="N", help=PARAMETERS["limit"].meaning)
    query.add_argument("--offset", type=int, metavar="N", help=PARAMETERS["offset"].meaning)
    query.add_argument("--cursor", metavar="NEXT", help=PARAMETERS["cursor"].meaning)
    query.add_argument("--mode", metavar="MODE", help="hybrid (default), keyword or semantic")
    for name in _LISTS:
        query.add_argument(f"--{name}", action="append", metavar="VALUE", help=PARAMETERS[name].meaning)
    query.add_argument("--from", dest="since", metavar="WHEN", help=PARAMETERS["from"].meaning)
    query.add_argument("--to", dest="until", metavar="WHEN", help=PARAMETERS["to"].meaning)
    query.add_argument("--tz", metavar="ZONE", help=PARAMETERS["tz"].meaning)
    query.add_argument("--sort", metavar="ORDER", help="relevance (default), newest or oldest")
    query.add_argument("--facets", nargs="?", const="true", metavar="LIST", help=PARAMETERS["facets"].meaning)
    query.add_argument("--fold", metavar="WHAT", help=PARAMETERS["fold"].meaning)
    query.add_argument("--strictness", metavar="WORD", help="normal (default), strict or wide: how likely an answer")
    query.add_argument("--min-confidence", metavar="SHARE", help=PARAMETERS["min_confidence"].meaning)
    query.add_argument("--alpha", metavar="SHARE", help=PARAMETERS["alpha"].meaning)
    query.add_argument("--no-time", action="store_true", help="do not prefer articles of a time that the text names")
    query.add_argument("--exact", action="store_true", help="answer the text as it was typed, mistyped words and all")
    query.add_argument("--explain", action="store_true", help=PARAMETERS["explain"].meaning)
    _add_formats(query)


def _add_similar(commands: Commands) -> None:
    similar = add_command(commands, "similar", _similar, "the articles nearest to one")
    similar.add_argument("id", metavar="ID")
    similar.add_argument("-n", type=int, default=10, metavar="N", help=PARAMETERS["limit"].meaning)
    _add_formats(similar)


def _add_show(commands: Commands) -> None:
    show = add_command(commands, "show", _show, "one whole article")
    show.add_argument("id", metavar="ID")
    show.add_argument("--json", action="store_true", help="as the HTTP service answers")


def _add_status(commands: Commands) -> None:
    status = add_command(commands, "status", _status, "the settings, where each comes from, and the served generation")
    status.add_argument(
        "--json", action="store_true", help="as one line of JSON; JSON it is wherever standard output is no terminal"
    )


def _add_serve(commands: Commands) -> None:
    serve = add_command(commands, "serve", _serve, "serve the page and the API until Ctrl-C")
    serve.add_argument("--host", metavar="HOST", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", metavar="PORT", help="port to listen on (default 8080)")
    serve.add_argument("--workers", metavar="N", help="processes that answer (default: one for each processor core)")
    serve.add_argument("--open-to-all", action="store_const", const=True, help="let other machines ask without a key")


def _add_key(commands: Commands) -> None:
    from search.cli.keys import add_key_commands

    add_key_commands(commands)


def _add_mcp(commands: Commands) -> None:
    add_command(commands, "mcp", _mcp, "answer an assistant over standard input and output (Model Context Protocol)")


_COMMANDS: dict[str, Callable[[Commands], None]] = {
    "query": _add_query,
    "similar": _add_similar,
    "show": _add_show,
    "status": _add_status,
    "serve": _add_serve,
    "key": _add_key,
    "mcp": _add_mcp,
}
"""What adds each command to the parser, in the order in which help names them."""


def _add_formats(parser: argparse.ArgumentParser) -> None:
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help="the answer as the HTTP service gives it")
    formats.add_argument("--jsonl", action="store_true", help="one hit a line, as JSON")
    formats.add_argument("--csv", action="store_true", help="one hit a line, as CSV")


if __name__ == "__main__":
    sys.exit(main())
