"""Which words has every article, noted on the way to the keyword engine?"""

from collections.abc import Callable, Iterator, Sequence, Set
from pathlib import Path

import numpy as np

from search.article import Article
from search.documents import KeywordDocument, counted, keyword_documents
from search.lines import Flags, Lines
from search.outline import OutlineWriter
from search.wording import Lexicon, Wordings
from search.words import WordsWriter

_AT_ONCE = 128
"""How many articles are read together."""


class Notes:
    """Words, forms and outline of an archive: taken down while its documents are handed out, then written."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._words, self._forms, self._outline = WordsWriter(), WordsWriter(), OutlineWriter()

    def documents(
        self, articles: Sequence[Article], boilerplate: Set[str], progress: Callable[[int, int], None]
    ) -> Iterator[KeywordDocument]:
        """The articles as a keyword engine reads them."""
        for at in range(0, len(articles), _AT_ONCE):
            some = articles[at : at + _AT_ONCE]
            words = self._lexicon.read(some)
            counts = counted(some, words, boilerplate)
            self._note(at, words, counts)
            yield from keyword_documents(some, words, counts, self._lexicon.terms)
            progress(at + len(some), len(articles))

    def write(self, words: Path, forms: Path, outline: Path) -> None:
        """Write all that was noted into empty folders."""
        self._forms.write(forms, self._lexicon.forms, contained=True)
        self._outline.write(outline, self._words.write(words, self._lexicon.terms))

    def _note(self, first_row: int, words: Wordings, counts: Flags) -> None:
        every = words.ordered.before(words.wholes)
        self._outline.add(words.spans, every.chosen(words.sentences()))
        for writer, lines in ((self._words, every), (self._forms, words.forms)):
            _add(writer, first_row, words, lines.only(counts))


def _add(writer: WordsWriter, first_row: int, words: Wordings, lines: Lines) -> None:
    lengths = lines.lengths
    rows = np.repeat(words.owners() + first_row, lengths)
    writer.add(rows, lines.numbers, np.repeat(words.titles(), lengths))
