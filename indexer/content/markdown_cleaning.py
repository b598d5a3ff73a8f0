"""Signs of generators in Markdown, taken off: shortcodes, Liquid, JSX, kramdown marks, wikilinks, hidden comments.

The words that a reader would read stay: what a shortcode wraps, its caption or title, the label of a wikilink. Code
stays as it is. A body in which no such sign occurs is given back untouched.
"""

import re
from collections.abc import Callable

from indexer.content.delimited import delimiters, replaced
from indexer.content.shortcodes import without_shortcodes

MOST_SIGNS = 8_000
"""What has more signs than any article is left as it is: each may be looked for an end."""
_WORDS = (
    "import ",
    "export ",
    "READMORE",
    "*in",
    "able of content",
    "able of Content",
    "::",
    "@include(",
    "%%",
    "{",
    "\n: ",
    ":material-",
    ":octicons-",
    ":fontawesome-",
    ":simple-",
)
_SIGNS = {
    "[": ("[[", "[TOC", "[toc", "[:", "[!", "[/", "[caption", "[gallery", "[embed", "[youtube", "[video", "[audio"),
    "=": ("==", ")=\n", " markdown="),
    "!": ("!!!", "![|", "0](", "5](", ".png](", ".gif](", ".jpg](", ".jpeg](", ".webp]("),
    "?": ("???",),
    "^": (" ^", "\n^"),
    "\\": ("\\_",),
}
"""Without any of these, or of the words above, there is nothing to take off. They stand by a character of theirs:
one is looked for faster than several, and most articles have few of them."""
_FENCE = re.compile(r"^[ \t]*(`{3,}(?!`)|~{3,}(?!~))[^\n]*\n.*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)[^\n]{0,300}?[^`\n](?<!`)\1(?!`)")
_READ_PARAMETERS = re.compile(
    r"\b(?:caption|title|alt|label|text|heading|summary|description|attr|author)\s*[=:]\s*"
    r"(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]([^\"'`]*)[\"'`]\}|“([^“”]*)”)"
)
_HIDDEN_BLOCKS = (
    delimiters(r"\{%-?\s*comment\s*-?%\}", r"\{%-?\s*endcomment\s*-?%\}", 5_000),
    delimiters(r"\{\{[<%]\s*comment\s*[>%]\}\}", r"\{\{[<%]\s*/comment\s*[>%]\}\}", 5_000),
    delimiters("%%", "%%", 5_000, least=1),
    delimiters(r"\{/\*", r"\*/\}", 5_000),
    delimiters(r"\{\{/\*", r"\*/\}\}", 5_000),
    delimiters(r"\{#(?!\w)", r"#\}", 5_000),
)
_HIGHLIGHT = (
    delimiters(r"\{%-?\s*(?:highlight|codeblock)\b[^%]*%\}\n?", r"\{%-?\s*end(?:highlight|codeblock)\s*-?%\}"),
    delimiters(r"\{\{<\s*highlight\b[^<>]*>\}\}\n?", r"\{\{<\s*/highlight\s*>\}\}"),
)
_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_IN_LINK = re.compile(r"(\]\()\s*(?:\{\{[^\n]{0,300}?\}\}|\{%[^\n]{0,300}?%\})([^)\s]*)")
_SHORTCODE = (
    delimiters(r"\{\{[<%]", r"[>%]\}\}", 2_000),
    delimiters(r"\{\{", r"\}\}", 2_000),
    delimiters(r"\{%", r"%\}", 2_000),
)
_KRAMDOWN = re.compile(r"(?<![ \t])[ \t]*\{:[^{}\n]*\}|(?<=\S)[ \t]*\{[#.][\w-][^{}\n]*\}(?=[ \t]*$)", re.MULTILINE)
_ATTRIBUTES = re.compile(
    r"(?<=[)\]\x03])\{:?[ \t]*(?:[.#][\w:-]+|[\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"']+))"
    r"(?:[ \t]+(?:[.#][\w:-]+|[\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"']+)))*[ \t]*\}"
)
"""What Pandoc, Quarto and MkDocs say of a link, a picture or code right behind it: `{target="_blank"}`."""
_SPAN = re.compile(r"\[([^\[\]\n]{1,300})\]\{:?[ \t]*[.#][^{}\n]{0,200}\}")
"""Words that Pandoc and Nuxt give a class: `[+9]{.green}`."""
_FILE_ALT = re.compile(r"!\[[^\[\]\n]{1,100}\.(?:png|gif|jpe?g|webp)\](?=[(\[])", re.IGNORECASE)
"""A picture whose alternative text is the name of its file."""
_SIZED_ALT = re.compile(r"(!\[[^\[\]\n|]{0,300})\|[ \t]*\d{1,5}(?:x\d{1,5})?\](?=[(\[])")
"""A picture with its width in Obsidian: `![A bridge|300](bridge.png)`."""
_BLANK_LINK = re.compile(
    r"(?<=\]\()((?:https?:|mailto:|\.{0,2}/[^\s()<>\"'/]{1,300}/|www\.)"
    r"[^\s()<>\"']{0,300}(?: [^\s()<>\"']{1,300}){1,20}"
    r"|[^\s()<>\"']{1,300}(?: [^\s()<>\"']{1,300}){0,20} [^\s()<>\"']{0,300}\.(?:png|jpe?g|gif|webp|svg|pdf|md))(?=\))"
)
"""Where a link goes, with blanks in it as many processors let it stand: CommonMark wants it in `<>`."""
_TOC_HEADING = re.compile(r"^#{2,4}[ \t]+table of contents[ \t]*$\n?", re.MULTILINE | re.IGNORECASE)
"""The heading behind which remark-toc writes the contents."""
_ICON = re.compile(r"[ \t]?:(?:material|octicons|fontawesome|simple)-[a-z0-9-]{1,80}:(?:\{[^{}\n]{0,100}\})?")
"""The icons of Material for MkDocs."""
_GENDER_STAR = re.compile(r"(?<![\w*])([^\W\d_]{1,60})\*(?=(?:in|innen)(?![^\W\d_]))")
"""The star within a German word, as in `Fahrer*innen`: two of them are no emphasis."""
_DEFINITION = re.compile(r"(?:(?<=[^\n]\n)|(?<=[^\n]\n\n)):[ \t]{1,7}(?=\S)")
"""What stands before the definition of the word in the line above, as kramdown and PHP Markdown Extra have it."""
_ROLE = re.compile(r"(?<![\w`])\{[a-z][\w:.-]{0,40}\}`([^`\n<]{1,300}+)(?:<[^<>`\n]{1,300}>)?`")
"""MyST's links and roles: what is read of them stands before the target."""
_LABEL = re.compile(r"^\([\w:.-]{1,100}\)=[ \t]*$", re.MULTILINE)
_TOC = re.compile(
    r"(?<![ \t])[ \t]*(?:\[TOC\]|\[:(?:contents|toc)\]|\[\[_?TOC_?\]\]|\[\[toc\]\]|\{:toc\}|\$\{toc\})[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_OF_KUMA = re.compile(
    r"\{\{(?:\w{1,20}xref|Glossary|HTTP(?:Method|Header|Status)|HTMLElement|SVG(?:Element|Attr)|MathMLElement|CSP)"
    r"\(\"([^\"\n]{1,100})\"(?:,\s?\"([^\"\n]{1,200})\")?[^(){}\n]{0,200}\)\}\}",
    re.IGNORECASE,
)
"""A link of MDN's macros, with the word that is linked, or its name in its place."""
_OF_LEARN = re.compile(
    r"^[ \t]*+:::[a-z][\w-]{0,30}+(?:[ \t]++[\w-]{1,40}+=(?:\"[^\"\n]{0,2000}+\"|[^\s\":]{1,100}+)){0,20}+"
    r"[ \t]*+:::[ \t]*+$"
    r"|\[!include ?\[[^\[\]\n]{0,200}\]\([^()\n]{1,300}\)\]",
    re.MULTILINE | re.IGNORECASE,
)
"""A picture, a column or another file in Microsoft's manuals: a name with attributes. Words in it are an article's."""
_INCLUDE = re.compile(r"^[ \t]*+@include\([^()\n]{0,300}\)[ \t]*+$", re.MULTILINE)
"""A line of VuePress in whose place another file stands."""
_KRAMDOWN_TOC = re.compile(r"^[*\-+1.]+[ \t]++[^\n]*\n[ \t]*\{:[ \t]*toc[^{}]*\}", re.MULTILINE | re.IGNORECASE)
_EMBED = re.compile(r"!\[\[([^\]|\n]{1,300}+)(?:\|([^\]\n]{0,300}))?\]\]")
_WIKILINK = re.compile(r"\[\[([^\]|\n]{1,300}+)(?:\|([^\]\n]{1,300}))?\]\](?!\()")
_MARKED = re.compile(r"(?<![=\w])==(?=\S)([^=\n]+?)(?<=\S)==(?![=\w])")
_SUMMARY_END = re.compile(r"^READMORE[^\n]*$|(?<=\n\n)===+[ \t]*$", re.MULTILINE)
"""What parts the summary from the rest: Middleman's sign, and Grav's."""
_TAG = re.compile(r"<[a-z][\w-]*+\s[^<>\n]*+>", re.IGNORECASE)
_SAYS_MARKDOWN = re.compile(r"\smarkdown=[\"']?(?:1|block|span|true)\b", re.IGNORECASE)
"""A tag that says that Markdown stands in it, as kramdown, Python-Markdown and PHP Markdown Extra read it."""
_BLOCK_NAME = re.compile(r"(?:(?<![ \t])[ \t]+|^)\^[A-Za-z0-9-]+[ \t]*$", re.MULTILINE)
_CALLOUT = re.compile(r"^(>[ \t]*)\[!\w+\][+-]?[ \t]*", re.MULTILINE)
_BLOCK_SIGNS = ("!!! ", "???", '=== "')
_BLOCK_HEAD = re.compile(r" *(?:!!!|\?\?\?\+?|===[!+]?)[ \t]+(?=[\w\"])[\w -]*(?:\"([^\"\n]*)\")?[ \t]*")
_FENCE_LINE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_ADMONITION = re.compile(r"^[ \t]*:::+[ \t]*[\w-]*(?:\[([^\]\n]*)\]|[ \t]+([^\n{]*))?[^\n]*$", re.MULTILINE)
_COMPONENT = re.compile(
    r"^[ \t]*::+(?:[a-z][\w-]*(?:\[([^\]\n]*)\])?(?:\{[^\n]*\})?)?[ \t]*(?:\n---\n(?:[^\n]*\n){0,30}?---)?$",
    re.MULTILINE,
)
"""Nuxt's components in a text, from `::alert{type="info"}` to `::`, with the properties between lines of dashes."""
_DIRECTIVE = re.compile(
    r"(?<![\w:]):[a-z][\w-]*(?:\[([^\]\n]{0,300})\](?:\{[^{}\n]{0,300}\})?|\{[^{}\n]{0,300}\}(?:\[([^\]\n]{0,300})\](?!\())?)"
)
"""A component, or a directive of remark, within a line: `:badge[New]{type="x"}`."""
_BLOCK_PROPERTY = re.compile(
    r"^[ \t]*(?:collapsed|id|background-color|heading|created-at|updated-at|logseq\.[\w.-]+):: [^\n]*\n?", re.MULTILINE
)
"""What Logseq keeps of one block of an outline."""
_IMPORT = re.compile(
    r"^(?:import\s(?:[^;\n]*?\sfrom\s*)?['\"][^'\"\n]+['\"];?[ \t]*"
    r"|import\s*\{[^{}]*\}\s*from\s*['\"][^'\"\n]+['\"];?[ \t]*"
    r"|export\s+(?:const|let|var|default|function|async)\b.*?(?=\n[ \t]*\n|\Z))$",
    re.MULTILINE | re.DOTALL,
)
_JSX_OPEN = re.compile(r"</?(?:[A-Z][\w.]*|[a-z][\w]*\.[\w.]+|(?=>))")
_JSX_EXPRESSION = re.compile(r"\{[^{}\n]*\}")
_TEXT_EXPRESSION = re.compile(r"\{\s*([\"'`])([^\"'`{}\n]*)\1\s*\}")


def cleaned(markdown: str, *, mdx: bool = False) -> str:
    """The Markdown without the signs of generators; with `mdx` also without imports, exports and JSX."""
    if not mdx and not _has_sign(markdown) and not _BLANK_LINK.search(markdown):
        return markdown
    if sum(map(markdown.count, ("{", "%%", "[[", "<"))) > MOST_SIGNS:
        return markdown
    mdx = mdx or bool(_IMPORT.match(markdown.lstrip()))
    if any(map(markdown.__contains__, _BLOCK_SIGNS)):
        markdown = _without_block_heads(markdown)
    markdown = _ROLE.sub(r"\1", markdown) if "}`" in markdown else markdown
    markdown = replaced(markdown, _HIGHLIGHT, lambda found: f"\n```\n{found.inner}```\n")
    return _outside_code(markdown, _mdx_text if mdx else _text)


def _has_sign(markdown: str) -> bool:
    if any(map(markdown.__contains__, _WORDS)):
        return True
    return any(sign in markdown and any(map(markdown.__contains__, longer)) for sign, longer in _SIGNS.items())


def _text(text: str) -> str:
    """Markdown that holds no code."""
    text = replaced(text, _HIDDEN_BLOCKS, lambda _: "")
    for pattern, replacement in _BEFORE_SHORTCODES:
        text = pattern.sub(replacement, text)
    text = replaced(text, _SHORTCODE, lambda found: _words(found.whole))
    text = without_shortcodes(text, markdown=True)
    for pattern, change in _BEHIND_SHORTCODES:
        text = pattern.sub(change, text)
    return text


def _mdx_text(text: str) -> str:
    """MDX that holds no code."""
    text = _IMPORT.sub("", text)
    text = _text(text)
    text = _without_jsx(text)
    text = _TEXT_EXPRESSION.sub(r"\2", text)
    return _JSX_EXPRESSION.sub("", text)


def _without_block_heads(markdown: str) -> str:
    """Markdown in which MkDocs's blocks (`!!! note "Title"`, `=== "Tab"`) are their titles and their texts."""
    lines: list[str] = []
    within: list[int] = []
    fenced = ""
    for line in markdown.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if line.strip() and not fenced:
            while within and indent < within[-1]:
                within.pop()
        fence = _FENCE_LINE.match(line)
        if fence and (not fenced or fence[1].startswith(fenced)):
            fenced = "" if fenced else fence[1]
        found = None if fenced else _BLOCK_HEAD.fullmatch(line)
        if found and indent == (within[-1] if within else 0):
            lines += ["", found[1] or "", ""]
            within.append(indent + 4)
        else:
            lines.append(line[within[-1] if within else 0 :] if line.strip() else line)
    return "\n".join(lines)


def _words(written: str) -> str:
    """The parameters of a shortcode or a tag that are read: its caption, title and the like, each once."""
    said = [next(filter(None, each), "") for each in _READ_PARAMETERS.findall(written)]
    return " ".join(dict.fromkeys(word for word in said if "://" not in word))


def _wikilink(found: re.Match[str]) -> str:
    return (found[2] or found[1].split("#", 1)[0].rsplit("/", 1)[-1] or found[1].lstrip("#")).strip()


def _embed(found: re.Match[str]) -> str:
    label = (found[2] or "").strip()
    return "" if re.fullmatch(r"[\dx]*", label) else label


def _without_markdown_tag(found: re.Match[str]) -> str:
    return "\n\n" if _SAYS_MARKDOWN.search(found[0]) else found[0]


def _admonition(found: re.Match[str]) -> str:
    return (found[1] or found[2] or "").strip()


_BEFORE_SHORTCODES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_BLANK_LINK, r"<\1>"),
    (_RAW, ""),
    (_LABEL, ""),
    (_KRAMDOWN_TOC, ""),
    (_IN_LINK, r"\1\2"),
    (_OF_KUMA, lambda found: found[2] or found[1]),
    (_OF_LEARN, ""),
)
_BEHIND_SHORTCODES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_TAG, _without_markdown_tag),
    (_KRAMDOWN, ""),
    (_SPAN, r"\1"),
    (_ATTRIBUTES, ""),
    (_GENDER_STAR, r"\1\\*"),
    (_SIZED_ALT, r"\1]"),
    (_FILE_ALT, "![]"),
    (_TOC_HEADING, ""),
    (_ICON, ""),
    (_DEFINITION, "\n"),
    (_TOC, ""),
    (_INCLUDE, ""),
    (_EMBED, _embed),
    (_WIKILINK, _wikilink),
    (_MARKED, r"\1"),
    (_BLOCK_NAME, ""),
    (_CALLOUT, r"\1"),
    (_BLOCK_PROPERTY, ""),
    (_ADMONITION, _admonition),
    (_COMPONENT, lambda found: found[1] or ""),
    (_DIRECTIVE, lambda found: found[1] or found[2] or ""),
    (_SUMMARY_END, ""),
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
        words = _words(text[opening.start() : end])
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
