"""Pages of DokuWiki and Zim, plain text files with a markup of their own, put into Markdown as far as news uses it."""

import re

_ZIM = re.compile(r"Content-Type: text/x-zim-wiki\n((?:[A-Z][\w-]{1,40}: [^\n]*\n){0,10})")
_CREATED = re.compile(r"^Creation-Date: ([^\n]+)$", re.MULTILINE)
_TITLE = re.compile(r"\s{0,50}+(={5,6})[ \t]*+([^=\n][^\n]*)\n")
_CREATED_LINE = re.compile(r"\s{0,50}+Created \w{1,20} \d{1,2} \w{1,20} \d{4}[ \t]*\n")
_HEADING = re.compile(r"^[ \t]*+(={2,6}+)[ \t]*+([^=\n][^\n]*+)$")
_TAGS = re.compile(r"\{\{tag>([^{}\n]{0,500})\}\}")
_TAG = re.compile(r"\"([^\"\n]{1,100})\"|(\S{1,100})")
_CODE = re.compile(r"[ \t]*</?(?:code|file)\b([^<>\n]{0,100})>")
_MACRO = re.compile(
    r"~~[A-Z][\w:| .-]{0,80}~~|\{\{[^{}\n]{0,500}\}\}|"
    r"</?(?:WRAP|wrap|note|nowiki|html|sub|sup|del)\b[^<>\n]{0,200}>|%%"
)
_LINK = re.compile(r"\[\[([^\[\]|\n]{1,500})(?:\|([^\[\]\n]{0,500}))?\]\]")
_ITALIC = re.compile(r"(?<![:/\w])//(?=\S)([^\n/]{1,500}(?:/[^\n/]{1,500}){0,5})//(?![/\w])")
_UNDERLINED = re.compile(r"(?<!\w)__(?=\S)([^\n_]{1,500})__(?!\w)")
_MONO = re.compile(r"''([^'\n]{1,500})''")
_FOOTNOTE = re.compile(r"[ \t]?\(\(([^()\n]{1,1000})\)\)")
_ITEM = re.compile(r"^(?:(?: {2,20}|\t{1,10})([*-])[ \t]|[ \t]*(\*)[ \t])[ \t]*(?=\S)")
_NUMBERED = re.compile(r"^[ \t]+(?=\d{1,3}\.)")
_ROW = re.compile(r"^[|^][^\n]*[|^][ \t]*$")
_SHIPPED = re.compile(r"(?:^|/)(?:wiki/(?:dokuwiki|syntax|welcome)|playground/playground)\.txt$")
"""Pages that come with DokuWiki."""


def wiki_page(text: str, path: str) -> tuple[dict[str, object], str] | None:
    """The fields of a page and its text as Markdown; None for a text of another kind."""
    fields: dict[str, object] = {}
    if zim := _ZIM.match(text):
        text = text[zim.end() :]
        if created := _CREATED.search(zim[1]):
            fields["date"] = created[1].strip()
    title = _TITLE.match(text)
    if title and title[2].rstrip().endswith(title[1]):
        fields["title"] = title[2].rstrip().rstrip("=").strip()
        text = text[title.end() :]
    elif not zim:
        return None
    if zim and (line := _CREATED_LINE.match(text)):
        text = text[line.end() :]
    if tagged := _TAGS.search(text):
        fields["tags"] = [quoted or word for quoted, word in _TAG.findall(tagged[1])]
    if _SHIPPED.search(path):
        fields["draft"] = True
    return fields, "\n".join(_lines(text))


def _lines(text: str) -> list[str]:
    out: list[str] = []
    coded = False
    for line in text.split("\n"):
        mark = _CODE.match(line)
        if mark and ("</" in line) is coded:
            coded = not coded
            out.append("```")
            if behind := line[mark.end() :].strip():
                out.append(behind if coded else _line(behind))
        else:
            out.append(line if coded else _line(line))
    return [*out, "```"] if coded else out


def _line(line: str) -> str:
    if (heading := _HEADING.match(line)) and heading[2].rstrip().endswith(heading[1]):
        return f"{'#' * (7 - len(heading[1]))} {_inline(heading[2].rstrip().rstrip('=').strip())}"
    if item := _ITEM.match(line):
        return f"{'1.' if item[1] == '-' else '-'} {_inline(line[item.end() :])}"
    if _ROW.match(line):
        return " | ".join(filter(None, (_inline(cell.strip()) for cell in re.split(r"[|^]", line)))) + "  "
    return _inline(_NUMBERED.sub("", line)).removesuffix("\\\\")


def _inline(text: str) -> str:
    if "[[" in text:
        text = _LINK.sub(lambda found: (found[2] or re.split(r"[:/]", found[1].rstrip(":/"))[-1]).strip(), text)
    text = _MACRO.sub("", text) if any(sign in text for sign in ("~~", "{{", "<", "%%")) else text
    text = _ITALIC.sub(r"*\1*", text) if "//" in text else text
    text = _UNDERLINED.sub(r"\1", text) if "__" in text else text
    text = _MONO.sub(r"`\1`", text) if "''" in text else text
    text = _FOOTNOTE.sub(r" (\1)", text) if "((" in text else text
    return text.replace("\\\\ ", " ")
