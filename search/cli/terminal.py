"""Answers as text; colour and links on a terminal, plain text in a pipe."""

import html
import os
import re
import shutil
import textwrap
from typing import TextIO

from search.api.responses import ArticleAnswer, HitAnswer, SearchAnswer
from search.cli.counts import counted
from search.cli.language_names import LanguageNames

_MARKED = {"words": "33", "meaning": "3", None: ""}
"""How marks look: words in yellow, a passage near in meaning in italics."""
_WIDEST = 100
"""Columns of the longest line on a terminal; elsewhere lines are not broken."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Terminal:
    """Writes answers for people: data to one stream, notes to another."""

    def __init__(self, out: TextIO, notes: TextIO | None = None) -> None:
        self._out = out
        self._notes = notes or out
        self._terminal = out.isatty()
        self._colour = self._terminal and "NO_COLOR" not in os.environ
        self._languages = LanguageNames(os.environ) if self._terminal else None
        self._width = min(shutil.get_terminal_size().columns, _WIDEST) if self._terminal else None

    def answer(self, answer: SearchAnswer) -> None:
        """The hits of an answer, its facets, and what is to be said about it."""
        for number, hit in enumerate(answer.hits, 1):
            self._hit(number, hit)
        if answer.did_you_mean_total:
            print(_offer(answer), file=self._notes)
        if answer.near:
            print(
                f"Nothing in the archive is about {_clean(answer.query.text)!r}. Nearest in meaning:", file=self._notes
            )
            for hit in answer.near:
                self._nearest(hit)
        for facet, counts in answer.facets.items():
            shown = ", ".join(f"{'*' if c.selected else ''}{c.value} {c.count:,}" for c in counts[:12])
            self._say(f"{facet}: {shown}")
        if answer.query.corrected:
            typed, answered = answer.query.corrected.typed, answer.query.corrected.answered
            shown = "Showing results" if answer.total.value else "Searched"
            print(
                f"{shown} for {_clean(answered)!r}. To search for {_clean(typed)!r}, add --exact.",
                file=self._notes,
            )
        if answer.did_you_mean and not answer.did_you_mean_total:
            print(_offer(answer), file=self._notes)
        for note in notes(answer):
            print(_clean(note), file=self._notes)

    def article(self, article: ArticleAnswer) -> None:
        """One whole article."""
        print(self._coloured("1", _clean(article.title)), file=self._out)
        language = self._language(article.language)
        facts = _source(article), ", ".join(article.authors), article.published or "", language
        self._say(" · ".join(filter(None, facts)))
        if article.description:
            self._say("", *self._paragraphs(article.description))
        self._say("", *self._paragraphs(article.text))
        if article.tags:
            self._say("", f"Tags: {', '.join(article.tags)}")
        for twin in article.twins:
            self._say(f"Also in {self._language(twin.language)}: {twin.id}")

    def _hit(self, number: int, hit: HitAnswer) -> None:
        when = (hit.published or "undated")[:10]
        title = self._linked(hit.url, self._marks(hit.highlight.title, "1;33", "1"))
        print(f"{number}. {title}", file=self._out)
        language = self._language(hit.language)
        facts = when, _source(hit), ", ".join(hit.authors), language, hit.sentiment
        self._say(f"   {' · '.join(filter(None, facts))}  {hit.id}")
        for line in self._lines(hit.snippet, 3):
            print(f"   {self._marks(line, _MARKED[hit.snippet_marks])}", file=self._out)
        if hit.story:
            self._say(f"   +{hit.story.articles - 1} on the same event, {hit.story.sources} sources in all")
        if hit.explain:
            for part in hit.explain.contributions:
                rank = f"rank {part.rank}" if part.rank else "not ranked"
                score = "" if part.score is None else f", score {part.score:.4f}"
                self._say(f"     {part.share:+.4f}  {part.ranking} ({rank}{score})")
            self._say(f"     {hit.score:+.4f}  in all. {hit.explain.why}")

    def _language(self, code: str) -> str:
        """What a language is called on a terminal; its code elsewhere, where a program may read it."""
        return self._languages.of(code) if self._languages and code else code

    def _lines(self, marked: str, indent: int) -> list[str]:
        """Marked text in lines that fit the terminal; a mark that reaches over a line's end is closed and opened."""
        if self._width is None:
            return [marked]
        lines, line, length, inside = [], "", 0, False
        for word in marked.split(" "):
            size = len(html.unescape(re.sub("</?mark>", "", word)))
            if line and length + 1 + size > self._width - indent:
                lines.append(line + ("</mark>" if inside else ""))
                line, length = ("<mark>" if inside else ""), -1
            line += word if length <= 0 else f" {word}"
            length += 1 + size if length else size
            inside = word.rfind("<mark>") > word.rfind("</mark>") or (inside and "</mark>" not in word)
        return [*lines, line]

    def _paragraphs(self, text: str) -> list[str]:
        """A text in lines that fit the terminal."""
        if self._width is None:
            return [text]
        return [line for own in text.splitlines() for line in textwrap.wrap(own, self._width) or [""]]

    def _linked(self, url: str, text: str) -> str:
        """A text that leads somewhere, as terminals know it (OSC 8)."""
        if not self._colour or not url.startswith(("http://", "https://")):
            return text
        return f"\x1b]8;;{_clean(url)}\x1b\\{text}\x1b]8;;\x1b\\"

    def _nearest(self, hit: HitAnswer) -> None:
        """One article near in meaning, which is no answer: on the stream for notes, for no script shall take it."""
        sure = "" if hit.confidence is None else f", confidence {hit.confidence:.3f}"
        print(f"   {_clean(hit.title)}  {_clean(hit.id)}{sure}", file=self._notes)

    def _say(self, *lines: str) -> None:
        for line in lines:
            print(_clean(line), file=self._out)

    def _coloured(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and code and text else text

    def _marks(self, text: str, marked: str, plain: str = "") -> str:
        pieces = [_clean(html.unescape(piece)) for piece in re.split("</?mark>", text)]
        return "".join(self._coloured(marked if place % 2 else plain, piece) for place, piece in enumerate(pieces))


def notes(answer: SearchAnswer) -> list[str]:
    """What is to be said about an answer besides its hits."""
    said = [f"Degraded: {reason}." for reason in answer.degraded]
    if answer.query.understood not in ("", answer.query.text.strip()):
        said.append(f"Read as: {answer.query.understood}")
    if answer.unknown_words:
        said.append(f"No article contains {', '.join(answer.unknown_words)}.")
    said += answer.suggestions
    total = answer.total
    if total.weaker:
        said.append(f"Weaker matches: {total.weaker:,}; --strictness wide shows them.")
    if not total.value:
        said.append("Nothing found.")
    else:
        parts = (
            f" ({total.keyword:,} by words, {total.semantic:,} by meaning)" if total.keyword or total.semantic else ""
        )
        found = f"{'at least ' if total.is_least else ''}{total.value:,} found{parts}"
        said.append(f"{found}, {answer.mode}, {answer.took_ms:.1f} ms, {answer.index.generation}.")
    return said


def _offer(answer: SearchAnswer) -> str:
    """What may have been meant, and how much that finds where nothing else was found."""
    total = answer.did_you_mean_total
    found = f" It finds {counted(total, 'article')}." if total else ""
    return f"Did you mean {_clean(answer.did_you_mean or '')!r}?{found}"


def _source(shown: HitAnswer | ArticleAnswer) -> str:
    return shown.source.name if shown.source else ""


def _clean(text: str) -> str:
    """Text without the control characters that could steer a terminal."""
    return _CONTROL.sub("", text)
