"""Is an outcome taken from an earlier build where it was made of the same, and never otherwise?"""

import pytest

from indexer.text import lemmatizer
from indexer.text.lemmatizer import cyrillic_words, lemmatize
from indexer.text.remembered import remembered
from search.article import Article


@pytest.fixture
def asked(tmp_path):
    """A function that asks for an outcome, and the list of what was really made."""
    made = []

    def ask(*texts, outcome=b"outcome"):
        def make():
            made.append(texts)
            return outcome

        return remembered(tmp_path / "file", texts, make)

    return ask, made


def test_the_same_is_made_once(asked):
    """The second asking makes nothing and gives the same."""
    ask, made = asked
    assert ask("a", "b") == ask("a", "b", outcome=b"other") == b"outcome"
    assert made == [("a", "b")]


@pytest.mark.parametrize("others", [("ab",), ("a",), ("a", "b", ""), ("b", "a"), ("a", "c"), ("", "ab")])
def test_anything_else_is_made_anew(asked, others):
    """Other texts, the same letters parted otherwise, another order."""
    ask, _ = asked
    ask("a", "b")
    assert ask(*others, outcome=b"new") == b"new"


def test_an_altered_file_counts_for_nothing(asked, tmp_path):
    """Whichever byte changed, and however much of it is left."""
    ask, made = asked
    ask("a")
    sound = (tmp_path / "file").read_bytes()
    for place in (0, len(sound) // 2, len(sound) - 1):
        (tmp_path / "file").write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        assert ask("a") == b"outcome"
    (tmp_path / "file").write_bytes(sound[:20])
    assert ask("a") == b"outcome"
    assert len(made) == 5


def test_an_english_article_looks_no_word_up(tmp_path, monkeypatch):
    """The lemmas are those of the build before, byte for byte; a Ukrainian one has them made anew."""
    pytest.importorskip("pymorphy3_dicts_uk", reason="the dictionary is not installed")
    ukrainian = Article(id="a", path="a.md", title="Ринки чекають", text="На ринку тихо.")
    english = Article(id="b", path="b.md", title="Markets wait – “quietly”", text="Nothing.")

    def files(name, articles):
        (tmp_path / name).mkdir()
        lemmatize(tmp_path / name, cyrillic_words(articles), tmp_path)
        return {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}

    first = files("first", [ukrainian])
    monkeypatch.setattr(lemmatizer, "_dictionary", lambda: pytest.fail("the dictionary was asked"))
    assert files("second", [ukrainian, english]) == first
    monkeypatch.undo()
    other = Article(id="c", path="c.md", title="Банк", text="Банки зачинено.")
    assert files("third", [ukrainian, other]) != first
