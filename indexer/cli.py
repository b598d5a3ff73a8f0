"""`lede-index`: build, verify, list, compare, roll back and prune generations of the index."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from indexer.config import content_of, golden_of, reading_rules
from indexer.content_commands import add_content_arguments, run_inspect, run_lint, run_watch
from indexer.destination import Destination, destination
from indexer.embed_command import add_embed_arguments, part_line
from indexer.library import run_build, run_embed
from indexer.reindex import Report
from indexer.release.gate import GoldenReport, Move, moves, table
from indexer.release.takedowns import Followed
from indexer.vectors.encoder_cards import card_lines
from indexer.vectors.parts import part_of
from search.cli.arguments import Parser, add_command, parse
from search.cli.completion import add_program_flags
from search.cli.counts import counted
from search.cli.streams import with_safe_streams
from search.errors import (
    ContentError,
    GoldenError,
    IndexUnusableError,
    LedeError,
    LockedError,
    RequestError,
    SettingsError,
    ShrinkError,
    VerificationError,
)
from search.index.manifest import Rejected
from search.process import use_cores
from search.settings import DEVICES, Settings, choose, environment, require_own_index
from search.wiring import engine_of

DONE, FAILED, WRONG_USE, LOCKED, UNVERIFIED, FELL, SHRUNK = 0, 1, 2, 4, 5, 6, 7
_INTERRUPTED = (
    "Stopped. What was served is served still. The texts embedded so far are kept in the cache of the index;"
    " the next run goes on from there."
)
_SHOWN_REJECTIONS = 20
_STAGES = {
    "read": "Reading files",
    "cut": "Cutting",
    "embed": "Embedding",
    "part": "Embedding articles",
    "relate": "Relating words",
    "words": "Indexing words",
    "load articles": "Loading articles into the cluster",
    "load passages": "Loading passages into the cluster",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    typed = sys.argv[1:] if arguments is None else arguments
    return with_safe_streams("lede-index", lambda: _run(typed), _INTERRUPTED)


def _run(typed: Sequence[str]) -> int:
    given = parse(_parser(), typed)
    try:
        command: Callable[[argparse.Namespace], int] = given.command
        return command(given)
    except LedeError as failure:
        print(f"lede-index: {failure}", file=sys.stderr)
        return exit_status(failure)


def exit_status(failure: LedeError) -> int:
    """The exit status that tells a script what failed."""
    if isinstance(failure, LockedError):
        return LOCKED
    if isinstance(failure, VerificationError):
        return UNVERIFIED
    if isinstance(failure, GoldenError):
        return FELL
    if isinstance(failure, ShrinkError):
        return SHRUNK
    return WRONG_USE if isinstance(failure, RequestError | ContentError | SettingsError) else FAILED


def build_shown(
    settings: Settings,
    *,
    full: bool,
    strict: bool,
    held: bool = False,
    allow_shrink: bool = False,
    shared: Path | None = None,
) -> tuple[Report, list[Rejected]]:
    """Run the build of `indexer.library`, with its progress on standard error."""
    progress = Stages(sys.stderr.isatty())
    report, rejected = run_build(
        settings, progress, full=full, strict=strict, held=held, allow_shrink=allow_shrink, shared=shared
    )
    progress.end()
    return report, rejected


def print_report(report: Report, rejected: Sequence[Rejected], *, as_json: bool) -> None:
    """The rejections to standard error, the report to standard output; as JSON it is one line."""
    for rejection in rejected[:_SHOWN_REJECTIONS]:
        print(rejection, file=sys.stderr)
    if len(rejected) > _SHOWN_REJECTIONS:
        print(f"… and {len(rejected) - _SHOWN_REJECTIONS} more rejections.", file=sys.stderr)
    if report.golden is not None:
        print(_golden_lines(report.golden), file=sys.stderr)
    if as_json:
        print(msgspec.json.encode(report).decode())
        return
    did = "Published" if report.published else "Held" if report.held else "Nothing changed; still serving"
    print(f"{did} {report.generation}: {counted(report.articles, 'article')}, {counted(report.passages, 'passage')}.")
    print(
        f"{report.added:,} added, {report.changed:,} changed, {report.removed:,} removed,"
        f" {report.unchanged:,} unchanged, {report.rejected:,} rejected, {counted(report.warnings, 'warning')},"
        f" {report.omitted:,} drafts and others left out;"
        f" {counted(report.embedded, 'text')} embedded{_shared(report)};"
        f" {report.seconds:,.1f} s, at most {report.peak_rss_mib:,.0f} MiB."
    )
    _print_withdrawn(report.withdrawn)


def _print_withdrawn(found: Followed) -> None:
    """What a generation has of withdrawn articles, a line for each kind of change."""
    for ids, said in (
        (
            found.moved,
            "Articles with title and text of a withdrawn one are withdrawn too, until `withdraw --undo`: {}.",
        ),
        (
            found.taken,
            "Other texts, or new versions, have withdrawn ids and are hidden too, until `withdraw --undo`: {}.",
        ),
        (
            found.corrected,
            "Articles with title and time of a withdrawn one, but another, a short or a left text, are shown: {}.",
        ),
        (
            found.assumed,
            "withdrawn.json told nothing of these withdrawn ids;"
            " what was served under them is taken for withdrawn: {}.",
        ),
    ):
        if ids:
            print(said.format(", ".join(ids)))


def _shared(report: Report) -> str:
    return f" and {report.shared:,} vectors of embedded parts found" if report.shared else ""


def _golden_lines(golden: GoldenReport) -> str:
    before = "" if golden.recall_before is None else f" (were {golden.recall_before:.3f}, {golden.mrr_before:.3f})"
    told = f"{golden.queries:,} golden queries: recall {golden.recall:.3f}, MRR {golden.mrr:.3f}{before}."
    refusal = f"That is too little: {golden.refusal}." if golden.refusal else ""
    return "\n".join(line for line in (told, refusal, table(golden.moved) if golden.moved else "") if line)


class Stages:
    """How far a run is: one line that moves on a terminal, plain lines elsewhere."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal
        self._stage = ""
        self._shown = self._begun = time.monotonic()
        self._first = 0
        self._width = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how much of a stage is done, at most five times a second, or every half minute where lines stay."""
        names = _STAGES
        now = time.monotonic()
        if stage == self._stage and done != total and now - self._shown < (0.2 if self._terminal else 30):
            return
        if self._terminal and stage != self._stage and self._stage:
            print(file=sys.stderr)
        if stage != self._stage:
            self._begun, self._first, self._width = now, done, 0
        self._stage, self._shown = stage, now
        amount = progress(done, total, done - self._first, now - self._begun)
        line = f"{names[stage]}: {amount}" if amount else names[stage]
        padded, self._width = line.ljust(self._width), len(line)
        shown = f"\r{padded}" if self._terminal else f"{line}\n"
        print(shown, end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._terminal and self._stage:
            print(file=sys.stderr)


def progress(done: int, total: int, lately: int, seconds: float) -> str:
    """What is done of a total (0 where nobody knows it), and from `lately` done in `seconds` the rate and what is left.

    It is empty where nothing is done of an unknown total. The rate is told once it rests on three seconds, or on the
    whole of the stage.
    """
    if not done and not total:
        return ""
    amount = f"{done:,} of {total:,} ({100 * done // total} %)" if total else f"{done:,} so far"
    if lately <= 0 or seconds <= 0 or (seconds < 3 and done != total):
        return amount
    rate = lately / seconds
    told = f"{amount}, {rate:,.0f} a second" if rate >= 10 else f"{amount}, {rate:.1f} a second"
    left = (total - done) / rate
    return f"{told}, {_duration(left)} left" if total > done else told


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _build(given: argparse.Namespace) -> int:
    settings = _settings(given)
    if given.jobs is not None:
        use_cores(given.jobs)
    report, rejected = build_shown(
        settings,
        full=given.full,
        strict=given.strict,
        held=given.hold,
        allow_shrink=given.allow_shrink,
        shared=given.vectors,
    )
    print_report(report, rejected, as_json=given.json)
    return FELL if report.golden is not None and report.golden.refusal else DONE


def _embed(given: argparse.Namespace) -> int:
    part = part_of(given.part)
    settings = _settings(given)
    if given.jobs is not None:
        use_cores(given.jobs)
    shown = Stages(sys.stderr.isatty())
    report = run_embed(settings, part, given.vectors, lambda done, total: shown("part", done, total))
    shown.end()
    print(part_line(report, as_json=given.json))
    return DONE


def _inspect(given: argparse.Namespace) -> int:
    settings = _settings(given)
    return run_inspect(
        content_of(settings), reading_rules(settings), settings.model, settings.model_languages, as_json=given.json
    )


def _lint(given: argparse.Namespace) -> int:
    settings = _settings(given)
    return run_lint(content_of(settings), reading_rules(settings), given.format)


def _watch(given: argparse.Namespace) -> int:
    settings = _settings(given)

    def build() -> None:
        report, rejected = build_shown(settings, full=False, strict=False)
        if report.published:
            print_report(report, rejected, as_json=False)

    return run_watch(content_of(settings), build)


def _verify(given: argparse.Namespace) -> int:
    try:
        name = destination(_settings(given)).verify(given.name)
    except (VerificationError, IndexUnusableError) as unsound:
        print(f"lede-index: {unsound}", file=sys.stderr)
        return 1
    print(f"Generation {name} is sound.")
    return DONE


def _models(_: argparse.Namespace) -> int:
    print("\n".join(card_lines()))
    return DONE


def _list(given: argparse.Namespace) -> int:
    lines = destination(_settings(given)).lines()
    print("".join(f"{line}\n" for line in lines), end="")
    return DONE if lines else FAILED


def _diff(given: argparse.Namespace) -> int:
    settings = _settings(given)
    kept = destination(settings)
    old, new = _compared(kept, given.old, given.new)
    for change in kept.diff(old, new):
        print(json.dumps(change, ensure_ascii=False) if given.json else f"{change['change']:8} {change['id']}")
    for move in _moves(settings, kept.folder(old), kept.folder(new)):
        told = {"change": "place", **msgspec.to_builtins(move)}
        line = f"{'place':8} {move.id}  {move.was or '–'} → {move.now or '–'} of {move.within}  “{move.query}”"
        print(json.dumps(told, ensure_ascii=False) if given.json else line)
    return DONE


def _compared(kept: Destination, old: str | None, new: str | None) -> tuple[str, str]:
    """Two generations: those named, else the served one and a newer one that is held, else it and the one before."""
    names, current = kept.names(), kept.served()
    held = names[-1] if names and names[-1] > current else None
    new = new or held or current
    earlier = [current] if new == held else [name for name in names if name < new]
    if old is None and not earlier:
        raise RequestError("There is no earlier generation to compare with.", "Name two: see `lede-index list`.")
    return old or earlier[-1], new


def _moves(settings: Settings, old: Path | None, new: Path | None) -> Iterator[Move]:
    """Which articles that must be found stand in another place; nothing where one of the two cannot be asked."""
    now = datetime.now(UTC)
    golden = golden_of(settings, now)
    if old is None or new is None:
        return
    try:
        yield from moves(golden, partial(engine_of, settings, clock=lambda: now), old, new) if golden else ()
    except IndexUnusableError as unusable:
        print(f"lede-index: golden queries not asked: {unusable}", file=sys.stderr)


def _publish(given: argparse.Namespace) -> int:
    kept = destination(_settings(given))
    with kept.writing():
        _serve(kept, given.name or max(kept.names(), default=None))
    return DONE


def _rollback(given: argparse.Namespace) -> int:
    kept = destination(_settings(given))
    with kept.writing():
        _serve(kept, given.name)
    return DONE


def _serve(kept: Destination, name: str | None) -> None:
    served = kept.rollback(name, _print_withdrawn)
    print(f"Serving {served}.")
    if kept.listed() and kept.folder(served) is None:
        print("This machine does not have it: it was not searched for withdrawn texts under other ids.")


def _prune(given: argparse.Namespace) -> int:
    settings = _settings(given)
    kept = destination(settings)
    with kept.writing():
        removed = kept.prune(settings.keep)
    print(f"Removed {', '.join(removed) or 'nothing'}; the newest {settings.keep} and the served one stay.")
    return DONE


def _withdraw(given: argparse.Namespace) -> int:
    kept = destination(_settings(given))
    change = kept.restore if given.undo else kept.withdraw
    ids = change(given.ids, only=given.only)
    what = "Shown again" if given.undo else "Withdrawn"
    print(f"{what}: {', '.join(ids) or 'nothing that was not'}. Every reader knows within two seconds.")
    for remark in () if given.undo else kept.remarks({*given.ids, *ids}):
        print(remark)
    return DONE


def _settings(given: argparse.Namespace) -> Settings:
    flags = {name: getattr(given, name, None) for name in ("index", "cluster", "content", "keep", "device")}
    chosen = choose(flags, environment())
    require_own_index(chosen)
    return chosen.settings


def _parser() -> Parser:
    parser = Parser(
        prog="lede-index",
        description="Turn a folder of articles into an index, and look after its generations.",
        epilog="Exit status: 0 done, 2 wrong use, 4 another run holds the lock, 5 verification failed, 6 the golden"
        " queries fell, 7 too many articles vanished, 1 else.",
        allow_abbrev=False,
    )
    add_program_flags(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = add_command(commands, "build", _build, "index every article below CONTENT: build, verify, publish")
    build.add_argument("content", type=Path, metavar="CONTENT", nargs="?", help="the folder of articles")
    build.add_argument("--full", action="store_true", help="read every file again, and publish even if nothing changed")
    build.add_argument("--strict", action="store_true", help="refuse to publish when any file is rejected")
    build.add_argument("--allow-shrink", action="store_true", help="publish even if most served articles vanish")
    build.add_argument("--hold", action="store_true", help="serve it to nobody yet: see diff, then publish")
    build.add_argument("--jobs", type=int, metavar="N", help="processor cores to use (default all)")
    build.add_argument("--device", choices=DEVICES, help="what embeds articles: cpu (default), or cuda, a GPU")
    build.add_argument("--vectors", type=Path, metavar="DIR", help="where `embed` put vectors (default in the index)")
    build.add_argument("--json", action="store_true", help="the report as one line of JSON")
    add_embed_arguments(
        add_command(commands, "embed", _embed, "embed a part of CONTENT before the build, beside other machines")
    )
    add_content_arguments(
        add_command(
            commands, "inspect", _inspect, "show what would be read of CONTENT, and what is wrong, without building"
        ),
        add_command(commands, "lint", _lint, "check CONTENT for what its owner would correct (exit 1 on errors)"),
    )
    watching = add_command(commands, "watch", _watch, "build whenever a file below CONTENT is saved, until Ctrl-C")
    watching.add_argument("content", type=Path, metavar="CONTENT", nargs="?", help="the folder of articles")
    check = add_command(commands, "verify", _verify, "see that a generation is what was written (exit 0 sound, 1 not)")
    check.add_argument("name", metavar="NAME", nargs="?", help="a generation (default the served one)")
    add_command(commands, "models", _models, "the encoders that `model` knows by a name: languages, size, speed")
    add_command(commands, "list", _list, "the generations, the served one starred")
    compare = add_command(
        commands, "diff", _diff, "which articles, and which golden places, differ between generations"
    )
    compare.add_argument("old", metavar="OLD", nargs="?", help="default the served one, or the one before it")
    compare.add_argument("new", metavar="NEW", nargs="?", help="default the newest that is held, or the served one")
    compare.add_argument(
        "--content", type=Path, metavar="CONTENT", help="where golden.toml stands, if not in a setting"
    )
    compare.add_argument("--json", action="store_true", help="one change a line, as JSON")
    serving = add_command(commands, "publish", _publish, "serve a generation that was held")
    serving.add_argument("name", metavar="NAME", nargs="?", help="default the newest")
    back = add_command(commands, "rollback", _rollback, "serve an earlier generation again")
    back.add_argument("name", metavar="NAME", nargs="?", help="default the one before the served one")
    away = add_command(
        commands, "withdraw", _withdraw, "show an article, its twins and its copies nowhere any more, at once"
    )
    away.add_argument("ids", metavar="ID", nargs="+", help="an article's id")
    away.add_argument("--only", action="store_true", help="the article alone, not its twins and copies")
    away.add_argument("--undo", action="store_true", help="show it again")
    pruning = add_command(commands, "prune", _prune, "remove old generations, never the served one")
    pruning.add_argument("--keep", metavar="N", help="how many of the newest to keep (default 3)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
