"""The commands of `lede-index` that look at a content folder: inspect, lint and watch."""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from indexer.content.detection import main_language
from indexer.content.inspection import Inspection, Kind, inspect
from indexer.content.lint import Finding, errors, findings
from indexer.content.publication_states import IN_DOUBT
from indexer.content.reader import KnownFiles, read
from indexer.content.remedies import REMEDIES
from indexer.content.rules import ReadingRules
from indexer.derive.twins import groups
from indexer.vectors.encoder_cards import languages_of
from indexer.vectors.language_coverage import unread, unread_line
from indexer.watch import watch
from search.article import Article, base_language
from search.cli.counts import counted
from search.errors import LedeError

_MOST_UNREAD = 15
_MOST_REASONS, _MOST_DOUBTED = 20, 5
_DETECTED = " (detected)"
_CUSTOM = re.compile(r"[a-z][a-z0-9_]{0,40}")
_TECHNICAL = frozenset(
    "layout type toc comments weight order template sidebar format menu aliases permalink class_list comment_status"
    " featured_media wordpress_id id_string object_type version cuid uid readtime reading_time word_count".split()
)
"""Keys that say how a page is built or how it came here: no reader filters by them."""
_ORDER = (
    "title published updated expires description authors tags categories language image url slug source draft status"
    " sentiment external_id"
).split()


def run_inspect(content: Path, rules: ReadingRules, model: str, languages: Sequence[str], *, as_json: bool) -> int:
    """Show what would be read of a folder; exit 0, or 1 where there is no article.

    `model` and `languages` are the settings of that name: articles that the model does not read are counted.
    """
    found = inspect(content, rules)
    missed = _not_read(found, languages_of(model, languages))
    if as_json:
        told = msgspec.to_builtins(found) | {"not_read": dict(missed)}
        del told["identities"], told["versions"], told["dated"]
        print(msgspec.json.encode(told, order="sorted").decode())
    else:
        print("\n".join(_shown(content, found, rules, unread_line(missed, found.articles, model))))
    return 0 if found.articles else 1


def _not_read(found: Inspection, known: Sequence[str]) -> Counter[str]:
    """The articles that a model of these languages does not read, and that no translation speaks for, by language."""
    articles = [
        Article(id=one.id, path=one.path, title="", text="", language=one.language, external_id=one.external_id)
        for one in sorted(found.identities, key=lambda one: one.id)
    ]
    return unread([article.language for article in articles], groups(articles), {*map(base_language, known)})


def run_lint(content: Path, rules: ReadingRules, form: str) -> int:
    """Print what the owner of the content would correct; exit 1 on errors."""
    reading = read(content, KnownFiles(), lambda *_: None, rules)
    found = findings(reading)
    if form == "json":
        for one in found:
            print(json.dumps({**msgspec.to_builtins(one), "remedy": REMEDIES.get(one.code, "")}, ensure_ascii=False))
    elif form == "github":
        for one in found:
            print(_github(content, one))
    else:
        for one in found:
            print(f"{one.path}:{one.line}: {one.severity}: {one.message} [{one.code}]")
        wrong = errors(found)
        told = f"{counted(wrong, 'error')}, {counted(len(found) - wrong, 'warning')}"
        print(f"{counted(len(reading.articles), 'article')}: {told}.", file=sys.stderr)
    return 1 if errors(found) else 0


def run_watch(content: Path, build: Callable[[], None]) -> int:
    """Build whenever something changes, until interrupted."""
    told = False

    def attempt() -> None:
        nonlocal told
        try:
            build()
        except LedeError as failure:
            print(f"lede-index: {failure}", file=sys.stderr, flush=True)
        if not told:
            print(f"lede-index: watching {content}; what is saved there is built. Ctrl-C ends it.", file=sys.stderr)
        told = True
        sys.stdout.flush()  # a log is read while the program runs

    watch(content, attempt)
    return 0


def add_content_arguments(inspecting: argparse.ArgumentParser, linting: argparse.ArgumentParser) -> None:
    """The arguments of inspect and lint."""
    for parser in (inspecting, linting):
        parser.add_argument("content", type=Path, metavar="CONTENT", nargs="?", help="the folder of articles")
    inspecting.add_argument("--json", action="store_true", help="everything as one line of JSON")
    linting.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="how findings are printed"
    )


def _github(content: Path, one: Finding) -> str:
    message = one.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    path = f"{content.as_posix().rstrip('/')}/{one.path}".replace(",", "%2C").replace(":", "%3A")
    return f"::{one.severity} file={path},line={one.line},title={one.code}::{message}"


def _shown(content: Path, found: Inspection, rules: ReadingRules, missed: str) -> Iterable[str]:
    yield f"{content}: {counted(found.articles, 'article')}."
    read = [f"{name} ({counted(count, 'file')})" for name, count in _most(found.files)]
    yield f"  read by: {', '.join(read) or 'no reader'}"
    if found.generators:
        yield "  looks like: " + ", ".join(name for name, _ in _most(found.generators))
    if found.omitted:
        reasons = [f"{why} ({count:,})" for why, count in _most(found.omitted)]
        rest = f", and {len(reasons) - _MOST_REASONS:,} other reasons" if len(reasons) > _MOST_REASONS else ""
        yield f"  left out: {', '.join(reasons[:_MOST_REASONS])}{rest}"
        yield from (f"    {note}" for note in found.notes)
    yield "Fields, and the keys that state them:"
    for field in (*_ORDER, *sorted(set(found.fields) - set(_ORDER))):
        keys = found.fields.get(field, {})
        have = found.have.get(field, sum(keys.values()))
        if have or field in ("published", "language"):
            stated = ", ".join(f"{key} ({count:,})" for key, count in _most(keys)[:6])
            rest = "; else the first heading or line" if field == "title" and have < found.read else ""
            if field == "published" and (named := have - sum(keys.values())) > 0:
                rest = f"{', ' if stated else ''}the name of the file or folder ({named:,})"
            yield f"  {field:12} {have:7,} of {found.read:,}   {stated}{rest}"
    if found.languages:
        yield "Languages: " + ", ".join(f"{tag} ({count:,})" for tag, count in _most(found.languages)[:12])
    if missed:
        yield missed
    if found.unread:
        yield "Keys that nothing reads, the most frequent first:"
        yield "  " + ", ".join(f"{key} ({count:,})" for key, count in _most(found.unread)[:_MOST_UNREAD])
    yield from _kinds("Rejected", found.rejected)
    yield from _kinds("Warnings", found.warnings)
    yield "A lede.toml to start from:"
    yield from (f"  {line}" for line in starter(content, found, rules))


def _kinds(title: str, kinds: Mapping[str, Kind]) -> Iterable[str]:
    if kinds:
        yield f"{title}:"
    for name, kind in sorted(kinds.items(), key=lambda pair: -pair[1].count):
        yield f"  {kind.count:7,}  {name}. {REMEDIES.get(name, '')}".rstrip()
        yield f"           {kind.example[:160]}"


def starter(content: Path, found: Inspection, rules: ReadingRules) -> Sequence[str]:
    """The lines of a lede.toml that fits what was found."""
    lines = [f"content = {json.dumps(str(content), ensure_ascii=False)}"]
    stated = [tag for tag, _ in _most(found.languages) if tag != "none"]
    detected = {tag.removesuffix(_DETECTED): found.languages[tag] for tag in stated if tag.endswith(_DETECTED)}
    if detected and not rules.language:
        language = main_language(detected, least=0.9)
        lines.append(
            f'# language = "{language}"  # for articles that state none; it is detected now'
            if language
            else "# language: articles that state none are in several; each is detected"
        )
    if rules.timezone == "UTC":
        lines.append('# timezone = "Europe/Kyiv"  # where times without a zone are read; UTC now')
    lines.append('# site = "https://news.example"  # joined to relative addresses of articles')
    lines.append('# article_url = "https://news.example/{year}/{month}/{slug}/"  # where hits lead')
    often = (key for key, count in _most(found.unread) if count * 20 >= found.read and found.kinds.get(key))
    unread = [key for key in often if _CUSTOM.fullmatch(key) and key not in _TECHNICAL][:3]
    if unread:
        lines += [
            "# [fields.custom]  # to filter and count by fields of your own",
            *(f'# {key} = "{_likely_kind(found.kinds.get(key, {}))}"' for key in unread),
        ]
    doubted = [why.removeprefix(IN_DOUBT) for why, _ in _most(found.omitted) if why.startswith(IN_DOUBT)]
    if doubted:
        shown = ", ".join(json.dumps(one, ensure_ascii=False) for one in doubted[:_MOST_DOUBTED])
        lines += ["# [fields]  # of what is withheld now, name what readers may see", f"# shown = [{shown}]"]
    return lines


def _likely_kind(kinds: Mapping[str, int]) -> str:
    """What a field is declared as: a number or a date only where every value is one."""
    return next(iter(kinds)) if len(kinds) == 1 else "keyword"


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
