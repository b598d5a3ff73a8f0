"""The front matter of a text file, in whichever form: YAML, TOML, JSON, heads without a fence, or none at all."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from textwrap import dedent

from indexer.content.conventions import NESTED, names_a_field
from indexer.content.document import Problem
from indexer.content.franklin import franklin_head
from indexer.content.js_metadata import object_fields
from indexer.content.other_heads import (
    Head,
    commented_head,
    edn_head,
    indented_head,
    ini_head,
    jbake_head,
    listed_head,
    other_head,
    reference_head,
)
from indexer.content.toml_fields import toml_fields
from indexer.content.yaml_fields import loose_key, yaml_fields
from indexer.content.ziggy_fields import ziggy_fields

_FENCED_WHOLE = re.compile(r"```+[ \t]*(?:markdown|md)[ \t]*\n", re.IGNORECASE)
_YAML_OPEN = re.compile(r"---[ \t]*+(yaml|toml|json|js|javascript)?[ \t]*\n")
_LONG_OPEN = re.compile(r"-{4,}[ \t]*\n")
"""Nanoc's fence, of five or more dashes as it once was."""
_HYDE_OPEN = re.compile(r"(?:\{% extends [^%\n]{0,200}%\}\s{0,20}+)?\{%[ \t]?hyde[ \t]*+\n")
_YAML_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_TOML_CLOSE = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
_TOML_FIRST = re.compile(r"\s{0,99}+[\w-]{1,99}+[ \t]{0,99}+=[ \t]")
"""What a head in TOML between the fences of YAML begins with, as in texts in Djot."""
_TOML_LINE = re.compile(r"^[ \t]{0,99}+[\"']?+([\w-]{1,99}+)[\"']?+[ \t]{0,99}+[=:][ \t]{0,99}+(.*)$")
_TOML_TABLE = re.compile(r"^[ \t]{0,99}+\[{1,2}+[ \t]{0,99}+([\w.-]{1,99}+)[ \t]{0,99}+\]")
_TOML_TEXT = re.compile(r"\"{3}|'{3}")
"""What opens and closes a text of several lines."""
_HEXO_CLOSE = re.compile(r"^(?:---+|;;;+)[ \t]*$", re.MULTILINE)
_JSON_OPEN, _JSON_CLOSE = re.compile(r"\{\s*+[\w\"']"), re.compile(r"^(?:\{[^\n]*)?\}[ \t]*+;*+[ \t]*+$", re.MULTILINE)
_COLON_LINE = re.compile(r"([A-Za-z][\w .-]{0,40}?)[ \t]*:(?:[ \t\xa0]++(.*))?$")
_NIKOLA_LINE = re.compile(r"\.\.[ \t]+([\w-]+):[ \t]*+(.*)$")
_REST_FIELD = re.compile(r":([\w-]+):[ \t]*+(.*)$")
_MOST_HEAD_LINES = 80
_COMMENT = re.compile(r"\s*<!--(.*?)-->[ \t]*\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields of a file, the text behind them and the line in which it begins, and what is wrong with the fields."""

    fields: Mapping[str, object]
    body: str
    body_line: int = 1
    form: str = "none"
    """Which form the fields have: yaml, toml, json, ziggy, hexo, pelican, nikola, franklin, rest, other, or none."""
    written: str = ""
    problems: tuple[Problem, ...] = ()


def front_matter(text: str) -> FrontMatter:
    """The fields of a text and what stands behind them. A text without any is all body."""
    start = text.lstrip("\n\t \ufeff")
    if text[:1] in " \t" and (indented := _other(text, indented_head(text))):
        return indented
    above = text[: len(text) - len(start)].count("\n")
    fence = _FENCED_WHOLE.match(start)
    if fence:
        inner = re.sub(r"\n```+\s*$", "\n", start[fence.end() :])
        return _shifted(_unfenced(inner.lstrip("\n"), opened=True), above + 1)
    return _shifted(_unfenced(start, opened=False), above)


def _unfenced(text: str, *, opened: bool) -> FrontMatter:
    if opening := _YAML_OPEN.match(text):
        found = _fenced(text, opening.end(), opening[1] or "yaml", _YAML_CLOSE)
    elif opening := _LONG_OPEN.match(text):
        found = _hexo(text[opening.end() :], opened=False)
        found = _shifted(found, 1) if found else None
    elif text.startswith("+++\n"):
        found = _fenced(text, 4, "toml", _TOML_CLOSE)
    elif text.startswith(";;;\n"):
        found = _json(text[4:].lstrip())
    elif text.startswith(("{% extends", "{% hyde")):
        found = _hyde(text)
    elif text.startswith("{"):
        edn = _other(text, edn_head(text)) if text.startswith("{:") else None
        found = _json(text) or edn or _broken_json(text)
    elif text.startswith((".. ", "<!--")):
        found = _nikola(text) or _other(text, commented_head(text)) or _behind_comment(text)
    elif text.startswith("@def "):
        found = _other(text, franklin_head(text), form="franklin")
    elif text.startswith("/*"):
        found = _other(text, commented_head(text))
    elif text.startswith(("% ", "# ")):
        found = _other(text, listed_head(text)) or _other(text, other_head(text)) or _hexo(text, opened=opened)
    else:
        found = _hexo(text, opened=opened) or _colon_head(text)
        found = found or (_other(text, other_head(text)) if ":: " in text[:200] else None)
        found = found or (_other(text, ini_head(text)) if "\n==" in text[:5_000] else None)
        found = found or (_other(text, reference_head(text)) if text.startswith("[") else None)
        found = found or (_other(text, jbake_head(text)) if "\n~~~~" in text[:5_000] else None)
    return found or FrontMatter({}, text)


def _other(text: str, head: Head | None, form: str = "other") -> FrontMatter | None:
    if head is None:
        return None
    fields, end = head
    body = text[end:].removeprefix("\n")
    return FrontMatter(fields, body, text.count("\n", 0, end) + 1, form, text[:end])


def _hyde(text: str) -> FrontMatter | None:
    """The head of Hyde: YAML in a tag of its template."""
    opening = _HYDE_OPEN.match(text)
    closing = text.find("\n%}", opening.end()) if opening else -1
    if not opening or closing < 0:
        return None
    written = dedent(text[opening.end() : closing + 1])
    fields, problems = yaml_fields(written, text.count("\n", 0, opening.end()) + 1)
    body = text[closing + 3 :].removeprefix("\n")
    line = text.count("\n", 0, closing + 3) + 2
    return FrontMatter(fields, body, line, "yaml", written, tuple(problems)) if fields else None


def _behind_comment(text: str) -> FrontMatter | None:
    """A fenced head behind a comment, as a licence is one."""
    comment = _COMMENT.match(text) if text.startswith("<!--") else None
    start = text[comment.end() :].lstrip("\n") if comment else ""
    if not start.startswith(("---\n", "+++\n")):
        return None
    found = _unfenced(start, opened=False)
    return _shifted(found, text.count("\n", 0, len(text) - len(start))) if found.fields else None


def _shifted(found: FrontMatter, lines: int) -> FrontMatter:
    """The same, of a text that begins so many lines lower in its file."""
    if not lines:
        return found
    problems = tuple(Problem(one.code, one.line + lines, one.why) for one in found.problems)
    return FrontMatter(found.fields, found.body, found.body_line + lines, found.form, found.written, problems)


def _fenced(text: str, start: int, form: str, close: re.Pattern[str]) -> FrontMatter | None:
    closing = _closing(text, start - 1, close)
    if closing is None:
        return _unclosed(text, start) if form == "yaml" else None
    written, body = text[start : closing.start()], text[closing.end() :].removeprefix("\n")
    first_line = 2
    fields, problems = _parsed(written, form, first_line)
    if fields is None:
        return None
    return FrontMatter(fields, body, text.count("\n", 0, closing.end()) + 2, form, written, tuple(problems))


def _closing(text: str, start: int, close: re.Pattern[str]) -> re.Match[str] | None:
    """The first line from `start` on that ends a front matter: looked for by its signs, for lines are many."""
    sign, *others = _CLOSING_SIGNS[close]
    while True:
        found = text.find(sign, start)
        for other in others:  # only as far as the first sign: it is nearly always the one that is meant
            earlier = text.find(other, start, found if found >= 0 else len(text))
            found = earlier if earlier >= 0 else found
        if found < 0:
            return None
        if match := close.match(text, found + 1):
            return match
        start = found + 1


_CLOSING_SIGNS = {_YAML_CLOSE: ("\n---", "\n..."), _TOML_CLOSE: ("\n+++",)}


def _parsed(written: str, form: str, first_line: int) -> tuple[Mapping[str, object] | None, list[Problem]]:
    if form == "yaml":
        if _TOML_FIRST.match(written):
            with suppress(ValueError, RecursionError):
                return toml_fields(written), []
        ziggy = ziggy_fields(written) if written.lstrip()[:1] in (".", "{") else None
        return (ziggy, []) if ziggy is not None else yaml_fields(written, first_line)
    if form in ("js", "javascript"):
        return object_fields(written.lstrip()), []
    try:
        fields = toml_fields(written) if form == "toml" else json.loads(written, strict=False)
        return (fields, []) if isinstance(fields, dict) else (None, [])
    except (ValueError, RecursionError) as wrong:
        line = int(found[1]) if (found := re.search(r"line (\d+)", str(wrong))) else 1
        problem = Problem("broken-front-matter", first_line + line - 1, f"front matter: {wrong}")
        return (_toml_lines(written) if form == "toml" else yaml_fields(written, first_line)[0] or {}), [problem]


def _toml_lines(written: str) -> dict[str, object]:
    """What can be read of broken TOML, one line at a time: the first of each key, not of tables of other things."""
    fields: dict[str, object] = {}
    counts, quoted = True, ""
    for line in written.split("\n")[:5_000]:
        marks = _TOML_TEXT.findall(line)
        if quoted:
            quoted = "" if marks.count(quoted) % 2 else quoted
            continue
        quoted = marks[0] if marks and marks.count(marks[0]) % 2 else ""
        if table := _TOML_TABLE.match(line):
            counts = table[1].casefold() in NESTED
        elif counts and (found := _TOML_LINE.match(line)) and found[1] not in fields:
            try:
                fields[found[1]] = toml_fields(f"value = {found[2]}")["value"]
            except (ValueError, RecursionError):
                fields[found[1]] = found[2].strip(" \"'")
    return fields


def _unclosed(text: str, start: int) -> FrontMatter | None:
    """A front matter that nothing ends: the lines that look like fields are fields, what follows is the text."""
    at = start
    for line in text[start:].split("\n"):
        if line and not _colon_line(line) and not line.startswith((" ", "\t", "- ", "#")):
            break
        at += len(line) + 1
        if not line:
            break
    written = text[start : at - 1] if at > start else ""
    if not re.search(r"^[\w\"'-][^\n:]*:", written, re.MULTILINE):
        return None
    fields, problems = yaml_fields(written, 2)
    if not fields:
        return None
    unclosed = Problem("unclosed-front-matter", 1, "front matter: no line --- ends it")
    return FrontMatter(fields, text[at:], text.count("\n", 0, at) + 1, "yaml", written, (unclosed, *problems))


def _json(text: str) -> FrontMatter | None:
    """A table in JSON at the head of the file, as Hugo has it; Hexo's ends with `;;;`."""
    try:
        fields, end = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    behind = re.match(r"\s*;;;+[ \t]*", text[end:])
    if behind:
        end += behind.end()
    return FrontMatter(fields, text[end:].removeprefix("\n"), text.count("\n", 0, end) + 2, "json", text[:end])


def _broken_json(text: str) -> FrontMatter | None:
    """The same where it is no JSON, for a comma too many as a rule: YAML reads it."""
    closing = _JSON_CLOSE.search(text) if _JSON_OPEN.match(text) else None
    if not closing:
        return None
    fields, problems = yaml_fields(text[: closing.end()], 1)
    if not fields or not any(map(names_a_field, fields)):
        return None
    broken = Problem("broken-front-matter", 1, "front matter: no JSON, but read as YAML")
    line = text.count("\n", 0, closing.end()) + 2
    written, body = text[: closing.end()], text[closing.end() :].removeprefix("\n")
    return FrontMatter(fields, body, line, "json", written, (broken, *problems))


def _hexo(text: str, *, opened: bool) -> FrontMatter | None:
    """A YAML head whose opening fence is missing, as Hexo allows; it needs a key that articles have."""
    closing = _HEXO_CLOSE.search(text)
    if not closing:
        return None
    written = text[: closing.start()]
    lines = [line for line in written.split("\n") if line.strip()]
    if not lines or len(lines) > _MOST_HEAD_LINES or not _colon_line(lines[0].strip()):
        return None
    if not opened and not _looks_like_fields(lines):
        return None
    fields, problems = yaml_fields(written, 1)
    if not fields or not any(map(names_a_field, fields)):
        return None
    body = text[closing.end() :].removeprefix("\n")
    return FrontMatter(fields, body, text.count("\n", 0, closing.end()) + 2, "hexo", written, tuple(problems))


def _looks_like_fields(lines: list[str]) -> bool:
    keys = [found[1] for line in lines if (found := _colon_line(line))]
    others = sum(1 for line in lines if not _colon_line(line) and not line.startswith((" ", "\t", "- ", "#")))
    return others == 0 and any(key.strip().casefold() in ("title", "date", "layout", "published") for key in keys)


def _colon_line(line: str) -> re.Match[str] | None:
    return _COLON_LINE.match(line) or loose_key(line)


def _colon_head(text: str) -> FrontMatter | None:
    """Pelican's head: lines of `Key: value` without a fence, up to the first empty line; it needs a title."""
    fields: dict[str, object] = {}
    at, last = 0, ""
    for number, line in enumerate(text.split("\n", _MOST_HEAD_LINES)[:_MOST_HEAD_LINES]):
        found = _colon_line(line)
        if found and (number or names_a_field(found[1])):
            last = found[1]
            fields[last] = (found[2] or "").strip()
        elif line.startswith("    ") and last:
            fields[last] = f"{fields[last]} {line.strip()}"
        elif not line.strip() and fields:
            at += len(line) + 1
            break
        else:
            return None
        at += len(line) + 1
    folded = {key.casefold() for key in fields}
    if "title" not in folded or not (len(folded) > 1 or at >= len(text)):
        return None
    return FrontMatter(fields, text[at:], text.count("\n", 0, at) + 1, "pelican", text[:at])


def _nikola(text: str) -> FrontMatter | None:
    """Nikola's head: `.. title: value` lines, at the top or in an HTML comment."""
    comment = _COMMENT.match(text)
    head = comment[1] if comment else text
    fields: dict[str, object] = {}
    at = 0
    for line in head.split("\n"):
        found = _NIKOLA_LINE.match(line.strip())
        if found:
            fields[found[1]] = found[2].strip()
        elif line.strip() and fields and not comment:
            break
        elif line.strip() and not fields:
            return None
        at += len(line) + 1
        if not line.strip() and fields and not comment:
            break
    if not any(map(names_a_field, fields)):
        return None
    end = comment.end() if comment else at
    return FrontMatter(fields, text[end:], text.count("\n", 0, end) + 1, "nikola", text[:end])


def nikola_fields(text: str) -> dict[str, object]:
    """The fields of a file of metadata that stands beside a text: `.. title: value` or `title: value` lines."""
    found = (_NIKOLA_LINE.match(line) or _COLON_LINE.match(line) for line in text.split("\n"))
    return {each[1]: (each[2] or "").strip() for each in found if each}


def rest_fields(text: str) -> FrontMatter:
    """The fields of a reStructuredText document: a title underlined, then `:key: value` lines (Pelican)."""
    fields: dict[str, object] = {}
    lines = text.split("\n")
    at, last = 0, ""
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at + 1 < len(lines) and re.fullmatch(r"([=\-~#*^\"'+`:.])\1{2,}\s*", lines[at]):  # a line above the title too
        at += 1
    if at + 1 < len(lines) and lines[at].strip() and re.fullmatch(r"([=\-~#*^\"'+`:.])\1{2,}\s*", lines[at + 1]):
        fields["title"] = lines[at].strip()
        at += 2
    while at < len(lines):
        found = _REST_FIELD.match(lines[at])
        if found:
            last = found[1]
            fields[last] = found[2].strip()
        elif last and lines[at][:1] in (" ", "\t") and lines[at].strip():  # the value goes on
            fields[last] = f"{fields[last]} {lines[at].strip()}"
        elif lines[at].strip():
            break
        else:
            last = ""
        at += 1
    return FrontMatter(fields, "\n".join(lines[at:]), at + 1, "rest") if fields else FrontMatter({}, text)
