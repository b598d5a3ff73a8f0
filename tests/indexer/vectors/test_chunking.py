"""Are passages whole sentences of the text that fit the model, and is nothing lost between them?"""

from hypothesis import given
from hypothesis import strategies as st

from indexer.text.boilerplate import worthwhile
from indexer.text.sentences import sentences
from indexer.vectors.chunking import passages, views
from search.article import Article
from search.index.chunks import HEAD, PASSAGE

LIMIT = 30


def measure(texts):
    """As many tokens as words; a long word takes one for each ten letters."""
    return [sum(1 + len(word) // 10 for word in text.split()) for text in texts]


prose = st.lists(
    st.sampled_from(
        ["Bitcoin", "fell", "the", "U.S.", "біткоїн", "3.5%", "x" * 45, "a", "end.", "So", "why?", "\n\n", "🚀"]
    ),
    max_size=150,
).map(" ".join)


@st.composite
def articles(draw):
    """An article whose paragraphs are now and then headed by something that recurs everywhere, or by something else."""
    text, headings = "", []
    for paragraph in draw(st.lists(prose, max_size=4)):
        heading = draw(st.sampled_from(["Overview", "From author:", "A Real Heading"]))
        headings.append((len(text), len(text) + len(heading)))
        text += f"{heading}\n\n{paragraph}\n\n"
    return Article(
        id="a", path="a.md", title=draw(st.sampled_from(["T", "A title " * 20])), text=text, headings=tuple(headings)
    )


BOILERPLATE = {"overview", "from author"}


@given(article=articles())
def test_passages_are_stretches_in_order_that_fit(article):
    """Each is text[start:end], not blank, behind the one before, and within the limit of the model."""
    spans = passages(article.text, worthwhile(article, BOILERPLATE), measure, LIMIT)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(article.text)
        assert article.text[start:end].strip()
        at = end
    assert all(size <= LIMIT for size in measure([article.text[start:end] for start, end in spans]))


@given(article=articles())
def test_passages_leave_out_nothing_but_recurring_headings(article):
    """All letters of the text are in a passage, but those of headings that recur all over the archive."""
    spans = passages(article.text, worthwhile(article, BOILERPLATE), measure, LIMIT)
    covered = [any(start <= place < end for start, end in spans) for place in range(len(article.text))]
    left_out = {
        place
        for start, end in article.headings
        if article.text[start:end] in ("Overview", "From author:")
        for place in range(start, end)
    }
    for place, letter in enumerate(article.text):
        if not letter.isspace():
            assert covered[place] == (place not in left_out), place


@given(article=articles())
def test_passages_begin_and_end_with_sentences(article):
    """A passage is cut inside a sentence only where that sentence alone does not fit."""
    starts, ends = set(), set()
    for start, end in worthwhile(article, BOILERPLATE):
        for a, b in sentences(article.text[start:end]):
            starts.add(start + a)
            ends.add(start + b)
            if measure([article.text[start + a : start + b]])[0] > LIMIT:
                starts.update(range(start + a, start + b))
                ends.update(range(start + a, start + b))
    for start, end in passages(article.text, worthwhile(article, BOILERPLATE), measure, LIMIT):
        assert start in starts
        assert end in ends


@given(article=articles())
def test_views_are_a_head_and_passages_whose_texts_fit(article):
    """The head comes first and holds the title; passages follow in order, each text holding its stretch and fitting."""
    cut = views(article, BOILERPLATE, measure, 200)
    (first, head), *rest = cut
    assert first.kind == HEAD
    assert head.startswith(article.title.strip())
    spans = [(view.span, text) for view, text in rest if view.kind == PASSAGE]
    assert [span for span, _ in spans] == sorted(span for span, _ in spans)
    for (start, end), text in spans:
        assert article.text[start:end] in text
        assert measure([text])[0] <= 200


def test_an_article_without_a_body_has_a_head_and_no_passage():
    """Title and description alone are enough to be found by meaning."""
    cut = views(Article(id="a", path="a.md", title="Title", text="", description="About it"), set(), measure, LIMIT)
    assert cut[0][1].startswith("Title. About it")
    assert [view.kind for view, _ in cut if view.kind == PASSAGE] == []


def test_a_sentence_too_long_is_cut_at_blanks():
    """Without a full stop for pages, passages still fit, and no word is cut in two."""
    text = " ".join(f"word{number}" for number in range(400))
    spans = passages(text, [(0, len(text))], measure, LIMIT)
    assert all(size <= LIMIT for size in measure([text[a:b] for a, b in spans]))
    assert [word for a, b in spans for word in text[a:b].split()] == text.split()
