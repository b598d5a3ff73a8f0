"""Org files: the keywords at their head as fields, and their text as Markdown, as far as news uses it."""

import re

from indexer.content.org_outline import ExportRules, heading_of

_KEYWORD = re.compile(r"[ \t]*#\+([\w-]+):[ \t]*+(.*)$")
_DRAWER = re.compile(r"[ \t]*:[A-Z_]+:[ \t]*$")
_BEGIN = re.compile(r"[ \t]*#\+begin_(\w++)(.*)$", re.IGNORECASE)
_END = re.compile(r"[ \t]*#\+end_(\w+)", re.IGNORECASE)
_PLANNED = re.compile(r"[ \t]*(?:SCHEDULED|DEADLINE|CLOSED):[ \t]*[<\[]")
_DATE = re.compile(r"[<\[](\d{4}-\d{2}-\d{2})[ \t]*+(?:[^\s\d>\]]++[ \t]*+)?(\d{1,2}:\d{2})?[^>\]]{0,40}[>\]]")
_LINK = re.compile(r"\[\[([^\]\[\n]{1,2000})\](?:\[([^\]\[\n]{1,1000})\])?\]")
_FRONT = re.compile(r":([\w-]+)[ \t]+(?:\"([^\"\n]*)\"|([^\s:\"][^\s]*))")
_CODE = re.compile(r"(?<![\w=~])([=~])(?=\S)([^=~\n]{1,300}?)(?<=\S)\1(?![\w=~])")
_INLINE_SOURCE = re.compile(r"(?<!\w)src_[A-Za-z][\w-]{0,30}(?:\[[^\]\n]{0,200}\])?\{([^{}\n]{1,300})\}")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,500}?)(?<=\S)\*(?![\w*])")
_ITALIC = re.compile(r"(?<![\w/:<])/(?=[^\s/])([^/\n]{1,500}?)(?<=[^\s/])/(?![\w/])")
_STRUCK = re.compile(r"(?<![\w+])\+(?=\S)([^+\n]{1,500}?)(?<=\S)\+(?![\w+])")
_NAMES = {"filetags": "tags", "hugo_tags": "tags", "hugo_categories": "categories", "hugo_draft": "draft",
          "hugo_slug": "slug", "hugo_lastmod": "lastmod", "hugo_aliases": "", "hugo_section": "", "hugo_base_dir": "",
          "export_file_name": "slug", "setupfile": "", "startup": "", "options": "", "email": ""}  # fmt: skip
"""What some keywords mean; those that say how a file is built mean nothing."""
_TERMS = ("tags", "categories")
_CODE_BLOCKS = ("src", "example")
_UNREAD_BLOCKS = ("comment", "export")


def org_fields(text: str) -> tuple[dict[str, object], str]:
    """The fields that the keywords of a file state, and its text without them."""
    fields: dict[str, object] = {}
    rest: list[str] = []
    for line in text.split("\n"):
        found = _KEYWORD.match(line)
        if not found or _BEGIN.match(line):
            rest.append(line)
            continue
        name = found[1].casefold()
        value = found[2].strip()
        if name == "hugo_custom_front_matter":
            fields |= front_of(value)
        elif name := _NAMES.get(name, name):
            fields.setdefault(name, _value(name, value))
    return {key: value for key, value in fields.items() if value}, "\n".join(rest)


def org_markdown(text: str, rules: ExportRules) -> str:
    """The text of an Org file as Markdown; drawers, comments and plans are left out."""
    out: list[str] = []
    block = drawer = ""
    for line in text.split("\n"):
        if block:
            ended = _END.match(line)
            if ended and ended[1].casefold() == block:
                out += ["```"] if block in _CODE_BLOCKS else []
                block = ""
            elif block not in _UNREAD_BLOCKS:
                out.append(line if block in _CODE_BLOCKS else _inline(line))
        elif drawer:
            drawer = "" if line.strip().upper() == ":END:" else drawer
        elif begun := _BEGIN.match(line):
            block = begun[1].casefold()
            out += ["", "```"] if block in _CODE_BLOCKS else [""]
        elif _DRAWER.match(line):
            drawer = line.strip()
        else:
            out.append(_line(line, rules))
    return "\n".join([*out, "```"] if block in _CODE_BLOCKS else out)


def front_of(written: str) -> dict[str, str]:
    """The fields that ox-hugo's own front matter states: `:key value :other "a longer value"`."""
    return {key: quoted or bare for key, quoted, bare in _FRONT.findall(written)}


def _value(name: str, written: str) -> object:
    if dated := _DATE.fullmatch(written):
        return f"{dated[1]} {dated[2]}" if dated[2] else dated[1]
    if name not in _TERMS:
        return written
    sign = ":" if ":" in written else "," if "," in written else None
    parts = written.strip(":").split(sign)
    return [part.strip() for part in parts if part.strip()]


def _line(line: str, rules: ExportRules) -> str:
    if heading := heading_of(line, rules):
        return f"{'#' * min(6, heading.level + 1)} {_inline(heading.title)}"
    stripped = line.lstrip()
    if stripped == "#" or stripped.startswith(("# ", "#+")) or _PLANNED.match(line):
        return ""
    if stripped.startswith("|-"):
        return ""
    if stripped.startswith("|"):
        return _inline(stripped.strip("| ").replace("|", " | "))
    return _inline(re.sub(r"^([ \t]*)\+[ \t]", r"\1- ", line))


def _inline(text: str) -> str:
    if "[[" in text:
        text = _LINK.sub(_linked, text)
    text = _INLINE_SOURCE.sub(r"`\1`", text) if "src_" in text else text
    text = _CODE.sub(r"`\2`", text)
    text = _BOLD.sub(r"**\1**", text)
    return _STRUCK.sub(r"\1", _ITALIC.sub(r"*\1*", text))


def _linked(found: re.Match[str]) -> str:
    target, label = found[1], found[2]
    if not label and re.search(r"\.(?:png|jpe?g|gif|svg|webp)$", target, re.IGNORECASE):
        return ""
    shown = label or target.removeprefix("file:").removeprefix("id:").lstrip("*#")
    return f"[{shown}]({target})" if "://" in target else shown
