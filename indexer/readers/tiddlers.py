"""Tiddlers of TiddlyWiki as files: lines of fields, an empty line, and a text in its markup or in Markdown."""

import re
from collections.abc import Iterable

from indexer.content.decoding import decoded, repaired
from indexer.content.document import Document, Found, Omitted, SourceFile

_FIELD = re.compile(r"([\w.-]+):[ \t]*+(.*)")
_TAG = re.compile(r"\[\[([^\]\[\n]{1,300})\]\]|(\S+)")
_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?")
_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<<[^<>\n]{1,300}>>|\{\{[^{}\n]{1,300}\}\}|\[img[^\]\n]{0,300}\]\]?"), ""),
    (re.compile(r"\[\[([^\]|\n]{1,300})\|[^\]\n]{1,300}\]\]"), r"\1"),
    (re.compile(r"\[\[([^\]\n]{1,300})\]\]"), r"\1"),
    (re.compile(r"^\\define [^\n]*\n(?:(?!\\end\b)[^\n]*\n){0,50}\\end\b[^\n]*$|^\\[a-z][^\n]*$", re.MULTILINE), ""),
    (re.compile(r"^#(#*)(?=[ \t])", re.MULTILINE), r"1."),
    (re.compile(r"^(!{1,6})[ \t]*(?=\S)", re.MULTILINE), ""),
    (re.compile(r"''(?=\S)([^\n]{1,300}?)''|(?<!:)//(?=\S)([^\n]{1,300}?)(?<=[^:\s])//(?!\w)"), ""),
)  # fmt: skip
_HEADING, _QUOTED = _MARKS[-2][0], _MARKS[-1][0]


class TiddlerReader:
    """Reads a .tid file as one article."""

    name = "TiddlyWiki"
    suffixes = frozenset({".tid"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file; what belongs to the wiki itself, and a text of another kind, is an omission."""
        text = repaired(decoded(file.content)[0])
        fields, body = _parted(text)
        kind = str(fields.pop("type", "") or "text/vnd.tiddlywiki")
        if str(fields.get("title", "")).startswith("$:/"):
            yield Omitted(file.path, "part of the wiki itself")
            return
        if kind not in ("text/vnd.tiddlywiki", "text/x-markdown", "text/markdown", "text/plain", "text/html"):
            yield Omitted(file.path, "of another kind than an article")
            return
        fields["draft"] = "draft.of" in fields
        markup = "html" if kind == "text/html" else "text" if kind == "text/plain" else "markdown"
        yield Document(
            path=file.path,
            fields=fields,
            body=_markdown(body) if kind == "text/vnd.tiddlywiki" else body,
            markup=markup,  # type: ignore[arg-type]
            file_language=file.language,
        )


def _parted(text: str) -> tuple[dict[str, object], str]:
    head, _, body = text.partition("\n\n")
    fields: dict[str, object] = {}
    for line in head.split("\n"):
        if found := _FIELD.fullmatch(line):
            fields[found[1]] = found[2].strip()
    if not fields:
        return {}, text
    for key in ("created", "modified"):
        if found := _TIME.fullmatch(str(fields.get(key, ""))):
            year, month, day, hour, minute, second, milli = found.groups(default="000")
            fields[key] = f"{year}-{month}-{day}T{hour}:{minute}:{second}.{milli}Z"
    if "tags" in fields:
        fields["tags"] = [whole or word for whole, word in _TAG.findall(str(fields["tags"]))]
    return fields, body


def _markdown(text: str) -> str:
    """TiddlyWiki's markup as Markdown: headings, bold and sloping words, links, lists."""
    for pattern, change in _MARKS[:-2]:
        text = pattern.sub(change, text)
    text = _HEADING.sub(lambda found: f"{'#' * len(found[1])} ", text)
    return _QUOTED.sub(lambda found: found[1] or found[2], text)
