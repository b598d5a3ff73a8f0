"""Textile, put into Markdown as far as news uses it: headings, links, pictures, lists, emphasis, code."""

import re

_STYLE = r"(?:\([^()\n]{0,100}\)|\{[^{}\n]{0,200}\}|\[[^\[\]\n]{0,20}\]|[<>=()]){0,6}"
_BLOCK = re.compile(rf"(h[1-6]|p|bq|bc|pre|notextile|fn\d+){_STYLE}\.{{1,2}}[ \t]+")
_LIST = re.compile(r"([*#]{1,5})[ \t]+(?=\S)")
_LINK = re.compile(r"\"([^\"\n]{1,500})\":((?:https?://|/|mailto:|#)[^\s<>\"]*[^\s<>\".,;:!?)])")
_PICTURE = re.compile(rf"!{_STYLE}([^\s!()]{{1,1000}})(?:\(([^()\n]{{0,300}})\))?!(?::\S+)?")
_CODE = re.compile(r"(?<![\w@])@(?=\S)([^@\n]{1,500}?)(?<=\S)@(?![\w@])")
_STRONG = re.compile(r"(?<![\w*])\*{1,2}(?=[^\s*])([^*\n]{1,500}?)(?<=[^\s*])\*{1,2}(?![\w*])")
_EMPHASIS = re.compile(r"(?<![\w_])_{1,2}(?=[^\s_])([^_\n]{1,500}?)(?<=[^\s_])_{1,2}(?![\w_])")
_SPAN = re.compile(r"(?<![\w%])%(?:\{[^{}\n]{0,200}\}|\([^()\n]{0,100}\))(?=\S)([^%\n]{1,500}?)(?<=\S)%(?!\w)")
_CELL = re.compile(r"\|(?:[_<>=\\/\d^~]{1,6}\.[ \t])?[ \t]*")
_TABLE = re.compile(rf"table{_STYLE}\.[ \t]*")
_AS_IS = re.compile(rf"({_CODE.pattern})|(?<![\w=])==(?=\S)([^=\n]{{1,500}})(?<=\S)==(?![\w=])")
"""Code, or what Textile is to leave as it is."""


def textile_markdown(text: str) -> str:
    """The text as Markdown."""
    out: list[str] = []
    coded = False
    for line in text.split("\n"):
        found = _BLOCK.match(line)
        if not coded and _TABLE.fullmatch(line):
            continue
        if coded and (not line.strip() or found):
            out += ["```", ""]
            coded = False
        if coded:
            out.append(line)
        elif found and found[1] in ("bc", "pre"):
            out += ["```", line[found.end() :]]
            coded = True
        else:
            out.append(_line(line, found))
    return "\n".join([*out, "```"] if coded else out)


def _line(line: str, found: "re.Match[str] | None") -> str:
    if found:
        rest = _inline(line[found.end() :])
        return f"{'#' * int(found[1][1])} {rest}" if found[1][0] == "h" else f"> {rest}" if found[1] == "bq" else rest
    if listed := _LIST.match(line):
        sign = "-" if listed[1][-1] == "*" else "1."
        return f"{'   ' * (len(listed[1]) - 1)}{sign} {_inline(line[listed.end() :])}"
    if line.startswith("|"):
        return _inline(" | ".join(filter(None, (cell.strip() for cell in _CELL.split(line)))))
    return _inline(line)


def _inline(text: str) -> str:
    if "==" not in text:
        return _marked(text)
    parts: list[str] = []
    at = 0
    for found in _AS_IS.finditer(text):
        parts += [_marked(text[at : found.start()]), found[3] or f"`{found[2]}`"]
        at = found.end()
    return "".join([*parts, _marked(text[at:])])


def _marked(text: str) -> str:
    """A text without `==` with what it says in signs of Markdown."""
    text = _CODE.sub(r"`\1`", text) if "@" in text else text
    text = _PICTURE.sub(lambda found: found[2] or "", text) if "!" in text else text
    text = _LINK.sub(r"[\1](\2)", text) if '":' in text else text
    text = _SPAN.sub(r"\1", _STRONG.sub(r"**\1**", text))
    return _EMPHASIS.sub(r"*\1*", text)
