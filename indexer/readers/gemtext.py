"""Gemtext, the lines of the Gemini protocol: a line is a paragraph, a link, an item, a heading or a quotation."""

import re
from collections.abc import Iterable

from indexer.content.document import Document, Found, SourceFile
from indexer.readers.markdown import head_of

_LINK = re.compile(r"=>[ \t]*(\S+)(?:[ \t]+(\S[^\n]*))?")


class GemtextReader:
    """Reads a file as one article, under a front matter or none."""

    name = "Gemtext"
    suffixes = frozenset({".gmi", ".gemini"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file."""
        _, found = head_of(file)
        yield Document(
            path=file.path,
            fields=found.fields,
            body=gemtext_markdown(found.body),
            markup="markdown",
            front=found.written,
            problems=found.problems,
            file_language=file.language,
        )


def gemtext_markdown(text: str) -> str:
    """Gemtext as Markdown. Of a link its words stay; one without words says nothing to a reader."""
    lines: list[str] = []
    fenced = joined = False
    for line in text.split("\n"):
        before, joined = joined, not fenced and line.startswith(("* ", ">"))
        if before and not joined:
            lines.append("")  # Markdown would read the next line into an item or a quotation
        if line.startswith("```"):
            fenced = not fenced
            lines.append("```")
        elif fenced or line.startswith(("* ", ">", "#")):
            lines.append(line if fenced else f"{line}\n" if line.startswith("#") else line)
        elif line.startswith("=>"):
            link = _LINK.match(line)
            words = link[2].strip() if link and link[2] else ""
            lines += [f"[{words}]({link[1]})" if link and link[1].startswith("http") else words, ""] if words else []
        else:
            lines += [line, ""]
    return "\n".join([*lines, "```"] if fenced else lines)
