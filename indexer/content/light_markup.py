"""reStructuredText and AsciiDoc, put into Markdown as far as news uses them: headings, lists, links, code, emphasis.

Both are read by their signs and not by their grammars: docutils would run directives, and Python has no living parser
of AsciiDoc. What is no text to read (options, anchors, comments, includes) is left out.
"""

import re

_UNDERLINE = re.compile(r"([=\-~#*^\"'+`:.])\1{2,}[ \t]*")
_REST_DIRECTIVE = re.compile(r"\.\.[ \t]+(?:\|[^|]*\|[ \t]+)?([\w:-]+)::[ \t]*+(.*)")
_REST_COMMENT = re.compile(r"\.\.(?:[ \t].*)?$")
_REST_OPTION = re.compile(r"[ \t]+:[\w-]+:(?:[ \t].*)?$")
_CODE_DIRECTIVES = frozenset("code code-block sourcecode highlight parsed-literal".split())
_TEXT_DIRECTIVES = frozenset(
    "note warning tip important caution danger hint admonition attention epigraph pull-quote topic sidebar compound"
    " container rubric figure teaser".split()
)
_DEEPEST = 16
"""How deep directives lie in each other at most: each is read once for every one around it."""
_REST_LINK = re.compile(r"`([^`<\n]+)(?:\n\s*+)?<([^>`\s]+)>`__?")
_REST_BROKEN_LINK = re.compile(r"(?<!`)`([^`\n]{1,300})\n[ \t]*([^`\n]{0,300}`__?)(?!\w)")
_REST_TARGET = re.compile(r"^[ \t]*+\.\. _(\w[\w.-]{0,60}):", re.MULTILINE)
_REST_NAME = re.compile(r"(?<![\w`.-])(\w[\w.-]{0,60}?)_(?![\w_])")
"""A word that is a link to what a target of that name says."""
_REST_REFERENCE = re.compile(r"`([^`\n]+)`__?(?!\w)")
_REST_ROLE = re.compile(r":[\w:.-]{1,80}:`([^`<\n]+)((?:\n\s*+)?<[^>`]*>)?`")
_REST_LITERAL = re.compile(r"``([^`\n]+(?:`[^`\n]+)*)``")

_ADOC_HEADING = re.compile(r"^(={1,6})[ \t]+(\S.*)$")
_ADOC_ATTRIBUTE = re.compile(r"^:[!\w][\w-]*!?:(?:[ \t].*)?$")
_ADOC_BLOCK_OPTIONS = re.compile(r"^\[[^\]\n]*\][ \t]*$")
_ADOC_FENCE = re.compile(r"^(-{4,}|\.{4,}|={4,}|_{4,}|\*{4,}|\+{4,}|/{4,}|```\w*|\|===)[ \t]*$")
_ADOC_LINK = re.compile(r"(?<![^\s\[\]<>\"|])(?:link:|xref:)?([^\s\[\]<>\"|]++)\[([^\]\n]{0,300})\]")
_ADOC_FOOTNOTE = re.compile(r"[ \t]?footnote:[\w-]{0,60}\[([^\[\]\n]{0,1000})\]")
_ADOC_INNER_LINK = re.compile(r"(?<=[*_`+(])(?:link|xref):([^\s\[\]<>\"|]{1,300}+)\[([^\]\n]{0,300})\]")
"""A link right behind a sign of emphasis."""
_ADOC_XREF = re.compile(r"<<[^<>,\n]+,\s*+([^<>\n]+)>>|<<([^<>,\n]+)>>")
_ADOC_IMAGE = re.compile(r"image::?((?:(?!image:)[^\s\[])++)\[([^\]\n]{0,300})\]")
_ADOC_MACRO = re.compile(r"^(?:include|toc|video|audio|ifdef|ifndef|endif|ifeval)::.*$")
_ADOC_LIST = re.compile(r"^(\*{1,5}|\.{1,5}|-)[ \t]+(?=\S)")
_ADOC_ADMONITION = re.compile(r"^(?:NOTE|TIP|WARNING|IMPORTANT|CAUTION):[ \t]+")


def rest_markdown(text: str) -> str:
    """ReStructuredText as Markdown."""
    text = _REST_BROKEN_LINK.sub(r"`\1 \2", text) if "`" in text else text
    if names := set(_REST_TARGET.findall(text)):
        text = _REST_NAME.sub(lambda found: found[1] if found[1] in names else found[0], text)
    return "\n".join(_rest_blocks(text.split("\n"), 0))


def _rest_blocks(lines: list[str], depth: int) -> list[str]:
    """The lines of a text, or of a directive so deep in others, as Markdown."""
    out: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if found := _REST_DIRECTIVE.match(line):
            at = _directive(lines, at, found[1].casefold(), found[2], out, depth)
        elif _REST_COMMENT.match(line) or re.match(r"\.\.[ \t]*_", line):
            at = _behind_block(lines, at + 1)
        elif at + 1 < len(lines) and line.strip() and _is_underline(lines[at + 1], line):
            out += ["", f"## {_rest_inline(line.strip())}", ""]
            at += 2
        elif _UNDERLINE.fullmatch(line) and at + 2 < len(lines) and _is_underline(lines[at + 2], lines[at + 1]):
            at += 1  # a line above a title
        else:
            out.append(_rest_line(line))
            at += 1
    return out


def asciidoc_markdown(text: str) -> str:
    """AsciiDoc as Markdown."""
    out: list[str] = []
    fence = ""
    for line in re.sub(r"^////$.*?^////$", "", text, flags=re.MULTILINE | re.DOTALL).split("\n"):
        found = _ADOC_FENCE.match(line)
        if fence:
            closes = bool(found) and found is not None and found[1][:3] == fence[:3]
            out.append("```" if closes else line)
            fence = "" if closes else fence
        elif found and found[1][0] in "-.`+":
            fence = found[1]
            out.append("```")
        elif not found:
            out.append(_adoc_line(line))
    return "\n".join(line for line in out if line is not None)


def _directive(lines: list[str], at: int, name: str, argument: str, out: list[str], depth: int) -> int:
    """Write what is read of a directive; gives where it ends. In one that is too deep in others none is read."""
    end = _behind_block(lines, at + 1)
    inner = [line for line in lines[at + 1 : end] if not _REST_OPTION.match(line)]
    indent = min((len(line) - len(line.lstrip()) for line in inner if line.strip()), default=0)
    inner = [line[indent:] for line in inner]
    if name in _CODE_DIRECTIVES:
        out += ["", "```", *inner, "```", ""]
    elif name in _TEXT_DIRECTIVES:
        said = "" if name == "figure" else _rest_line(argument)
        read = _rest_blocks(inner, depth + 1) if depth < _DEEPEST else list(map(_rest_line, inner))
        out += ["", said, "", *read, ""]
    return end


def _behind_block(lines: list[str], at: int) -> int:
    while at < len(lines) and (not lines[at].strip() or lines[at].startswith((" ", "\t"))):
        at += 1
    return at


def _is_underline(line: str, title: str) -> bool:
    return bool(_UNDERLINE.fullmatch(line)) and len(line.rstrip()) >= min(len(title.strip()), 3)


def _rest_line(line: str) -> str:
    indent = re.match(r"[ \t]*", line)
    rest = line[indent.end() :] if indent else line
    rest = re.sub(r"^(?:#\.|\(?[a-z\d]+[.)])[ \t]+", "1. ", rest)
    rest = re.sub(r"^\|[ \t]+", "", rest)
    if rest.endswith("::"):
        rest = rest[:-1] if rest.strip() != "::" else ""
    return (indent[0] if indent else "") + _rest_inline(rest)


def _rest_inline(text: str) -> str:
    text = _REST_LITERAL.sub(r"`\1`", text) if "``" in text else text
    if "`" not in text:
        return re.sub(r"\[([#*\w]+)\]_", r"\1", text) if "]_" in text else text
    text = _REST_LINK.sub(lambda found: f"[{found[1].rstrip()}]({found[2]})", text)
    text = _REST_ROLE.sub(lambda found: found[1].rstrip() if found[2] else found[1], text)
    return _REST_REFERENCE.sub(r"\1", text)


def _adoc_line(line: str) -> str:
    if _ADOC_ATTRIBUTE.match(line) or _ADOC_BLOCK_OPTIONS.match(line) or _ADOC_MACRO.match(line):
        return ""
    if line.startswith("//") or line.strip() == "+":
        return ""
    if found := _ADOC_HEADING.match(line):
        return f"{'#' * max(1, len(found[1]))} {_adoc_inline(found[2])}"
    if found := _ADOC_LIST.match(line):
        sign = "1." if found[1][0] == "." else "-"
        return f"{'  ' * (len(found[1]) - 1)}{sign} {_adoc_inline(line[found.end() :])}"
    if re.match(r"^\.[^\s.]", line):  # the title of a block
        return f"\n**{_adoc_inline(line[1:])}**\n"
    if line.startswith("|"):
        return _adoc_inline(line.strip("| ").replace("|", " | "))
    return _adoc_inline(_ADOC_ADMONITION.sub("", line))


def _adoc_inline(text: str) -> str:
    if "[" in text:
        text = _ADOC_FOOTNOTE.sub(lambda found: f" ({found[1]})" if found[1] else "", text)
        text = _ADOC_IMAGE.sub(lambda found: found[2].split(",", 1)[0], text)
        text = _ADOC_INNER_LINK.sub(_adoc_link, text)
        text = _ADOC_LINK.sub(_adoc_link, text)
    if "<<" in text:
        text = _ADOC_XREF.sub(lambda found: found[1] or found[2], text)
    text = re.sub(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])", r"**\1**", text)
    return re.sub(r"\{[\w-]+\}", "", text)


def _adoc_link(found: re.Match[str]) -> str:
    target, label = found[1], found[2].split(",window", 1)[0].rstrip("^")
    if "://" in target or target.startswith("mailto:") or found[0].startswith(("link:", "xref:")):
        return f"[{label or target}]({target})"
    return found[0]
