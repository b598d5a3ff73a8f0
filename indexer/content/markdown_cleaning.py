"""Signs of generators in Markdown, taken off: shortcodes, Liquid, JSX, kramdown marks, wikilinks, hidden comments.

The words that a reader would read stay: what a shortcode wraps, its caption or title, the label of a wikilink. Code
stays as it is. A body in which no such sign occurs is given back untouched.
"""

import re
from collections.abc import Callable

MOST_SIGNS = 8_000
"""What has more signs than any article is left as it is: each may be looked for an end."""
_SIGNS = ("{", "%%", "[[", "[TOC", "[toc", "==", ":::", "[!", "import ", "export ", " ^", "\\_")
"""Without any of these there is nothing to take off."""
_FENCE = re.compile(r"^[ \t]*(`{3,}(?!`)|~{3,}(?!~))[^\n]*\n.*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)[^\n]{0,300}?[^`\n](?<!`)\1(?!`)")
_READ_PARAMETERS = re.compile(
    r"\b(?:caption|title|alt|label|text|heading|summary|description|attr|author)\s*[=:]\s*"
    r"(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]([^\"'`]*)[\"'`]\}|“([^”]*)”)"
)
_HIDDEN_BLOCKS = re.compile(
    r"\{%-?\s*comment\s*-?%\}.{0,5000}?\{%-?\s*endcomment\s*-?%\}|\{\{[<%]\s*comment\s*[>%]\}\}.{0,5000}?\{\{[<%]\s*/comment\s*[>%]\}\}"
    r"|%%.{1,5000}?%%|\{/\*.{0,5000}?\*/\}|\{\{/\*.{0,5000}?\*/\}\}|\{#(?!\w).{0,5000}?#\}",
    re.DOTALL,
)
_HIGHLIGHT = re.compile(
    r"\{%-?\s*(?:highlight|codeblock)\b[^%]*%\}\n?(.*?)\{%-?\s*end(?:highlight|codeblock)\s*-?%\}"
    r"|\{\{<\s*highlight\b[^>]*>\}\}\n?(.*?)\{\{<\s*/highlight\s*>\}\}",
    re.DOTALL,
)
_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_IN_LINK = re.compile(r"(\]\()\s*(?:\{\{[^\n]{0,300}?\}\}|\{%[^\n]{0,300}?%\})([^)\s]*)")
_SHORTCODE = re.compile(r"\{\{[<%].{0,2000}?[>%]\}\}|\{\{.{0,2000}?\}\}|\{%.{0,2000}?%\}", re.DOTALL)
_KRAMDOWN = re.compile(r"[ \t]*\{:[^{}\n]*\}|(?<=\S)[ \t]*\{[#.][\w-][^{}\n]*\}(?=[ \t]*$)", re.MULTILINE)
_TOC = re.compile(
    r"[ \t]*(?:\[TOC\]|\[\[_?TOC_?\]\]|\[\[toc\]\]|\{:toc\}|\$\{toc\})[ \t]*$", re.MULTILINE | re.IGNORECASE
)
_KRAMDOWN_TOC = re.compile(r"^[*\-+1.]+[ \t]+[^\n]*\n[ \t]*\{:[ \t]*toc[^}]*\}", re.MULTILINE | re.IGNORECASE)
_EMBED = re.compile(r"!\[\[([^\]|\n]+)(?:\|([^\]\n]*))?\]\]")
_WIKILINK = re.compile(r"\[\[([^\]|\n]+)(?:\|([^\]\n]+))?\]\]")
_MARKED = re.compile(r"(?<![=\w])==(?=\S)([^=\n]+?)(?<=\S)==(?![=\w])")
_BLOCK_NAME = re.compile(r"[ \t]+\^[A-Za-z0-9-]+[ \t]*$", re.MULTILINE)
_CALLOUT = re.compile(r"^(>[ \t]*)\[!\w+\][+-]?[ \t]*", re.MULTILINE)
_ADMONITION = re.compile(r"^[ \t]*:::+[ \t]*[\w-]*(?:\[([^\]\n]*)\]|[ \t]+([^\n{]*))?[^\n]*$", re.MULTILINE)
_IMPORT = re.compile(
    r"^(?:import\s(?:[^;\n]*?\sfrom\s*)?['\"][^'\"\n]+['\"];?[ \t]*"
    r"|import\s*\{[^}]*\}\s*from\s*['\"][^'\"\n]+['\"];?[ \t]*"
    r"|export\s+(?:const|let|var|default|function|async)\b.*?(?=\n[ \t]*\n|\Z))$",
    re.MULTILINE | re.DOTALL,
)
_JSX_OPEN = re.compile(r"</?(?:[A-Z][\w.]*|[a-z][\w]*\.[\w.]+|(?=>))")
_JSX_EXPRESSION = re.compile(r"\{[^{}\n]*\}")
_TEXT_EXPRESSION = re.compile(r"\{\s*([\"'`])([^\"'`{}\n]*)\1\s*\}")


def cleaned(markdown: str, *, mdx: bool = False) -> str:
    """The Markdown without the signs of generators; with `mdx` also without imports, exports and JSX."""
    if not mdx and not any(sign in markdown for sign in _SIGNS):
        return markdown
    if sum(map(markdown.count, ("{", "%%", "[[", "<"))) > MOST_SIGNS:
        return markdown
    mdx = mdx or bool(_IMPORT.match(markdown.lstrip()))
    markdown = _HIGHLIGHT.sub(lambda found: f"\n```\n{found[1] or found[2] or ''}```\n", markdown)
    return _outside_code(markdown, _mdx_text if mdx else _text)


def _text(text: str) -> str:
    """Markdown that holds no code."""
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return text


def _mdx_text(text: str) -> str:
    """MDX that holds no code."""
    text = _IMPORT.sub("", text)
    text = _text(text)
    text = _without_jsx(text)
    text = _TEXT_EXPRESSION.sub(r"\2", text)
    return _JSX_EXPRESSION.sub("", text)


def _words(found: re.Match[str]) -> str:
    """The parameters of a shortcode that are read: its caption, title and the like, each once."""
    said = [next(filter(None, each), "") for each in _READ_PARAMETERS.findall(found[0])]
    return " ".join(dict.fromkeys(word for word in said if "://" not in word))


def _wikilink(found: re.Match[str]) -> str:
    return (found[2] or found[1].split("#", 1)[0].rsplit("/", 1)[-1] or found[1].lstrip("#")).strip()


def _embed(found: re.Match[str]) -> str:
    label = (found[2] or "").strip()
    return "" if re.fullmatch(r"[\dx]*", label) else label


def _admonition(found: re.Match[str]) -> str:
    return (found[1] or found[2] or "").strip()


_STEPS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_HIDDEN_BLOCKS, ""),
    (_RAW, ""),
    (_KRAMDOWN_TOC, ""),
    (_IN_LINK, r"\1\2"),
    (_SHORTCODE, _words),
    (_KRAMDOWN, ""),
    (_TOC, ""),
    (_EMBED, _embed),
    (_WIKILINK, _wikilink),
    (_MARKED, r"\1"),
    (_BLOCK_NAME, ""),
    (_CALLOUT, r"\1"),
    (_ADMONITION, _admonition),
    (re.compile(r"\\_(?=\s)"), " "),
)


def _without_jsx(text: str) -> str:
    """The text without the tags of components; what they wrap, and their captions and titles, stay."""
    pieces: list[str] = []
    at = 0
    for opening in _JSX_OPEN.finditer(text):
        if opening.start() < at:
            continue
        end = _jsx_end(text, opening.end())
        if end is None:
            continue
        said = [next(filter(None, each), "") for each in _READ_PARAMETERS.findall(text[opening.start() : end])]
        words = " ".join(dict.fromkeys(word for word in said if "://" not in word))
        pieces += [text[at : opening.start()], f" {words} " if words else ""]
        at = end
    return "".join([*pieces, text[at:]])


def _jsx_end(text: str, at: int) -> int | None:
    """Where a tag ends that may hold expressions in braces and texts in quotes; None within 2,000 characters."""
    depth, quote = 0, ""
    for place in range(at, min(len(text), at + 2_000)):
        sign = text[place]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'`":
            quote = sign
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif sign == ">" and depth <= 0:
            return place + 1
    return None


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text with everything changed but its code, which is put aside meanwhile."""
    codes: list[str] = []

    def aside(found: re.Match[str]) -> str:
        codes.append(found[0])
        return f"\x02{len(codes) - 1}\x03"

    changed = change(_INLINE_CODE.sub(aside, _FENCE.sub(aside, text)))
    while "\x02" in changed:
        before = changed
        changed = re.sub(r"\x02(\d+)\x03", lambda found: codes[int(found[1])], changed)
        if changed == before:
            break
    return changed
