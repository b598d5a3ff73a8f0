"""Heads that few generators write: Pandoc's title block, Frog's indented lines, Notion's and Logseq's properties, EDN.

Each gives the fields and where the text begins behind them, or None where the text has no such head.
"""

import re

from indexer.content.brackets import closing_bracket
from indexer.content.conventions import names_a_field

Head = tuple[dict[str, object], int]
"""The fields, and where in the text the body begins."""
_PANDOC = re.compile(
    r"%[ \t]++([^\n]*+(?:\n[ \t][^\n]*+)*+)\n(?:%[ \t]*+([^\n]*+(?:\n[ \t][^\n]*+)*+)\n)?(?:%[ \t]*+([^\n]*+)\n)?"
)
_INDENTED = re.compile(r"(?:(?: {4}|\t)[A-Z][\w ]{0,30}:[^\n]*\n){2,20}(?=[ \t]*\n)")
_NOTION = re.compile(r"# [^\n]+\n\n((?:[^\W\d_][\w ]{0,40}: [^\n]*\n){2,30})(?=\n|\Z)")
_LISTED = re.compile(
    r"(?:<!-- #region\b[^\n]*-->\n)?#[ \t]++([^\n]++)\n(?:>[ \t]*+([^\n]*+)\n)?\s{0,20}+"
    r"((?:- [a-z_]{1,40}:[^\n]*+(?:\n|\Z)){2,30}+)"
)
_LISTED_LINE = re.compile(r"^- ([a-z_]{1,40}):[ \t]*+([^\n]*)$", re.MULTILINE)
_OF_FASTPAGES = ("toc", "badges", "comments", "hide", "search_exclude")
"""The switches by which such a list tells its generator something: a list without any may be the text's own."""
_DOUBLE_COLONS = re.compile(r"(?:[A-Za-z][\w-]{0,40}:: [^\n]*\n){2,30}(?=[ \t]*\n|[-#*] |\Z)")
_DOUBLE_LINE = re.compile(r"^([A-Za-z][\w-]{0,40}):: ([^\n]*)$", re.MULTILINE)
_LINE = re.compile(r"^[ \t]*([^\W\d_][\w ]{0,40}):[ \t]*+([^\n]*)$", re.MULTILINE)
_COMMENTED = re.compile(r"/\*+[ \t]*\n((?:[ \t*]*[^\W\d_][\w ]{0,40}:[^\n]*\n){1,30})[ \t]*\*+/[ \t]*\n?")
_IN_COMMENT = re.compile(r"<!--[ \t]*\n((?:[ \t]*[^\W\d_][\w ]{0,40}:[^\n]*\n){2,30})[ \t]*-->[ \t]*\n?")
_KEY = re.compile(r"[A-Za-z][\w.-]{0,40}")
_MARKED = re.compile(r"[ \t\r\n]{0,20}+<!--([a-z]{1,12})[ \t]++([^\n<>]*+)>[ \t]{0,20}+\n?")
_REFERENCE = re.compile(
    r"\[(?:#\]:[ \t]+([A-Za-z][\w-]{0,40}):|(?://|comment)\]:[ \t]+#[ \t]+[(\"']([A-Za-z][\w-]{0,40}):"
    r"|_metadata_:([A-Za-z][\w-]{0,40})\]:-?)[ \t]*([^\n]*)(?:\n|\Z)"
)
"""A definition of a link that no link names: what Markdown has for a comment."""
_MARKS = {"t": "title", "d": "description", "tag": "tags"}
"""What HTMLy calls fields otherwise."""
_SECTIONS = re.compile(r"^==[ \t]*$", re.MULTILINE)
_INI_LINE = re.compile(r"^([A-Za-z]\w{0,40})[ \t]*=[ \t]*([^\n]*)$", re.MULTILINE)
_INI_BEGIN = re.compile(r"(?:\[\w[\w .:-]{0,80}\][ \t]*\n)?[A-Za-z]\w{0,40}[ \t]*=")
_TILDES = re.compile(r"^~{4,}[ \t]*$", re.MULTILINE)
_EDN_PAIR = re.compile(
    r":([\w-]+\??)[\s,]+(?:\"((?:[^\"\\]|\\.)*)\"|#?[\[{(]([^\[\]{}()]*)[\]})]|:?([^\s,\"\[\]{}()]+))"
)
_EDN_COMMENT = re.compile(r"^[ \t]*;[^\n]*", re.MULTILINE)
_EDN_TEXT = re.compile(r"\"((?:[^\"\\]++|\\.)*+)\"?|:?([^\s,\"]+)")
_MOST = 5_000
"""Characters of an EDN map that are looked at."""
_LEAST_NAMED = 2
"""Of a list of properties so many must be fields of articles: prose has lines with colons too."""


def other_head(text: str) -> Head | None:
    """The head of a text in one of these forms."""
    if text.startswith("% "):
        return _pandoc(text)
    if text.startswith("# "):
        return _properties(_NOTION.match(text), group=1)
    if found := _DOUBLE_COLONS.match(text):
        fields: dict[str, object] = {key: value.strip() for key, value in _DOUBLE_LINE.findall(found[0])}
        return (fields, found.end()) if sum(map(names_a_field, fields)) >= _LEAST_NAMED else None
    return None


def listed_head(text: str) -> Head | None:
    """The head of a notebook of fastpages or nbdev: a title, a summary, and a list of `- key: value` below them."""
    found = _LISTED.match(text)
    if not found:
        return None
    fields: dict[str, object] = {key: value.strip().strip("\"'") for key, value in _LISTED_LINE.findall(found[3])}
    if not any(str(fields.get(key, "")).casefold() in ("true", "false") for key in _OF_FASTPAGES):
        return None
    fields["title"] = found[1].strip()
    if found[2]:
        fields["description"] = found[2].strip().strip('"')
    return fields, found.end()


def commented_head(text: str) -> Head | None:
    """Pico's head, in a comment of PHP or HTML; HTMLy's and others', a comment for each field."""
    found = _COMMENTED.match(text) or _IN_COMMENT.match(text)
    if found:
        return _properties(found, group=1, titled=False)
    fields, end = _comments(text)
    if sum(map(names_a_field, fields)) >= _LEAST_NAMED:
        return fields, end
    fields, end = {}, 0
    while (marked := _MARKED.match(text, end)) and marked[2].endswith(closing := f"{marked[1]}--"):
        fields[_MARKS.get(marked[1], marked[1])] = marked[2].removesuffix(closing).rstrip()
        end = marked.end()
    return (fields, end) if "title" in fields else None


def _comments(text: str) -> Head:
    """The fields of the comments that a text begins with, one in each."""
    fields: dict[str, object] = {}
    end = 0
    while text.startswith("<!--", end) and (closing := text.find("-->", end, end + 1_000)) >= 0:
        key, colon, value = text[end + 4 : closing].partition(":")
        if not colon or "\n" in value or not _KEY.fullmatch(key.strip()):
            break
        fields.setdefault(key.strip(), value.strip())
        end = closing + 4 if text.startswith("\n", closing + 3) else closing + 3
    return fields, end


def ini_head(text: str) -> Head | None:
    """October's head: settings as in a file of INI, above a line of `==`. Code between two of them is passed over."""
    if not _INI_BEGIN.match(text):
        return None
    ends = list(_SECTIONS.finditer(text[:_MOST]))
    if not ends:
        return None
    fields: dict[str, object] = {
        key: value.strip().strip("\"'") for key, value in _INI_LINE.findall(text[: ends[0].start()])
    }
    if fields.pop("is_hidden", "0") == "1":
        fields["draft"] = True
    return (fields, ends[:2][-1].end()) if "title" in fields else None


def reference_head(text: str) -> Head | None:
    """Fields in definitions of links, which no reader of the text sees: `[#]: author: "Jane Doe"`."""
    fields: dict[str, object] = {}
    end = 0
    while found := _REFERENCE.match(text, end):
        commented = found[2] is not None
        value = found[4].strip()
        fields[found[1] or found[2] or found[3]] = (value[:-1] if commented else value).strip("\"' ")
        end = found.end()
    return (fields, end) if sum(map(names_a_field, fields)) >= _LEAST_NAMED else None


def jbake_head(text: str) -> Head | None:
    """JBake's head: lines of `key=value` above a line of tildes."""
    end = _TILDES.search(text[:_MOST])
    if not end or not _INI_BEGIN.match(text):
        return None
    fields: dict[str, object] = {key: value.strip() for key, value in _INI_LINE.findall(text[: end.start()])}
    return (fields, end.end()) if sum(map(names_a_field, fields)) >= _LEAST_NAMED else None


def indented_head(text: str) -> Head | None:
    """Frog's head: lines of `Key: value`, each indented as code is."""
    found = _INDENTED.match(text)
    return _properties(found, group=0) if found else None


def edn_head(text: str) -> Head | None:
    """Cryogen's head: a map in EDN with a title."""
    end = closing_bracket(text, 0, _MOST, "{[(", "}])", '"')
    if end is None:
        return None
    fields: dict[str, object] = {}
    written = _EDN_COMMENT.sub(" ", text[1 : end - 1])
    for found in _EDN_PAIR.finditer(written):
        key, quoted, listed, bare = found.groups()
        if listed is not None:
            fields[key] = [each or word for each, word in _EDN_TEXT.findall(listed)]
        else:
            fields[key] = bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    return (fields, end) if "title" in fields else None


def _pandoc(text: str) -> Head | None:
    found = _PANDOC.match(text)
    if not found:
        return None
    title, authors, day = (" ".join((group or "").split("\n")).strip() for group in found.groups())
    people = [one.strip() for line in (found[2] or "").split("\n") for one in line.split(";")]
    fields: dict[str, object] = {"title": title, "author": [one for one in people if one], "date": day}
    return ({key: value for key, value in fields.items() if value}, found.end()) if title and (authors or day) else None


def _properties(found: "re.Match[str] | None", group: int, *, titled: bool = True) -> Head | None:
    """The fields of a list of properties; a heading above them stays the heading of the text."""
    if not found:
        return None
    fields: dict[str, object] = {key: value.strip() for key, value in _LINE.findall(found[group])}
    if sum(map(names_a_field, fields)) < _LEAST_NAMED:
        return None
    if group and titled:
        fields.setdefault("title", found[0].split("\n", 1)[0].removeprefix("# ").strip())
    return fields, found.end()
