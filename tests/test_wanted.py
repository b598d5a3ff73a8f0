"""Does `Wanted` find what reading a text word by word finds, whatever was read before?"""

from hypothesis import given
from hypothesis import strategies as st

from search.analysis import Analyzer
from search.snippet import highlighted, plain
from search.wanted import Wanted

ANALYZER = Analyzer({"btc": "bitcoin"})
PIECES = st.sampled_from(
    "bitcoin BTC $btc, (bitcoin) bitcoin-etf C++ U.S. об’єкт обʼєкт біржа біржі 4.2B S&P no on a. <b> & \0 x\0y".split(
        " "
    )
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
    wanted = Wanted(terms, ANALYZER)
    for text in texts:
        assert wanted.find(text) == list(word_by_word(text, terms))


@given(text=TEXTS, terms=TERMS)
def test_a_marked_text_is_the_text(text, terms):
    """Without its marks and its escapes it is the text with blanks folded; a NUL, which HTML cannot show, apart."""
    shown = highlighted(text, Wanted(terms, ANALYZER))
    assert shown.count("<mark>") == len(list(word_by_word(text, terms)))
    assert plain(shown).split() == text.replace("\0", "\ufffd").split()
