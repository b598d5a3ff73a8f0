"""Does `Wanted` find what reading a text word by word finds, whatever was read before?"""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import Analyzer, plain_initial
from search.hits.highlighter import Highlighter
from search.hits.snippet import plain

NAMES = {"btc": "bitcoin", "xbt": "bitcoin", "éther": "ethereum"}
ANALYZER = Analyzer(NAMES)
PIECES = st.sampled_from(
    [
        *"bitcoin BTC $btc, (bitcoin) bitcoin-etf C++ U.S. об’єкт обʼєкт біржа біржі 4.2B S&P no on a.".split(),
        *"<b> & \0 x\0y \1bitcoin\2 </mark>".split(),
        "",
    ]
)
BLANKS = st.sampled_from([" ", "  ", "\n", "\u00a0", "\u2009", "\x1c", "\t"])
TEXTS = st.lists(st.tuples(PIECES, BLANKS), max_size=12).map(lambda pairs: "".join(a + b for a, b in pairs))
TERMS = st.sets(st.sampled_from(["bitcoin", "etf", "bitcoinetf", "c++", "us", "бірж", "s&p", "4.2b", "no"]))


def word_by_word(text, terms):
    """Where wanted words stand, without any shortcut."""
    for unit in ANALYZER.units(text):
        found = [term for term in (*unit.terms, unit.whole) if term in terms]
        if found:
            yield unit.start, unit.end, found[0]


@given(texts=st.lists(TEXTS, min_size=1, max_size=4), terms=TERMS)
def test_every_wanted_word_is_found_and_no_other(texts, terms):
    """In one text after the other, as a page reads them; pieces that contain others are not mistaken for them."""
    wanted = Highlighter(terms, ANALYZER)
    for text in texts:
        assert wanted.find(text) == list(word_by_word(text, terms))


@given(texts=st.lists(TEXTS, max_size=5), terms=TERMS)
def test_marked_texts_are_the_texts(texts, terms):
    """Without marks and escapes each is its text, blanks folded; signs that HTML cannot show apart."""
    shown = Highlighter(terms, ANALYZER).marked(texts)
    assert len(shown) == len(texts)
    for text, marked in zip(texts, shown, strict=True):
        showable = text.translate(dict.fromkeys(range(3), "\ufffd"))
        assert plain(marked) == " ".join(showable.split())
        words = [showable[start:end] for start, end, _ in word_by_word(showable, terms)]
        assert re.findall("<mark>(.*?)</mark>", marked) == [html.escape(word, quote=False) for word in words]


@given(word=st.text("abcdeikflmnoprsty'é-", min_size=1, max_size=9), around=st.sampled_from(["", "(", "“", "$", "#"]))
def test_a_word_bears_no_term_that_begins_otherwise(word, around):
    """So its first letter is enough to pass it over, whatever stands around it; also where it is read as a name."""
    chunk = f"{around}{word}{around}."
    initial = plain_initial(chunk)
    for term in ANALYZER.terms(chunk):
        assert initial is None or initial in ANALYZER.initials({term})


def test_names_are_met_by_what_they_are_written_like():
    """`XBT` is read as bitcoin, `Éther` as ethereum; nobody passes them over for their first letter."""
    wanted = Highlighter({"bitcoin", "ethereum"}, Analyzer(NAMES))  # one that remembers no word
    assert wanted.marked(["ÉTHER, XBT! Nothing."]) == ["<mark>ÉTHER</mark>, <mark>XBT</mark>! Nothing."]
