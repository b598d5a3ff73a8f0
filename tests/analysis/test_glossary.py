"""Does a glossary stay in its folder, whatever the content calls a language?"""

import pytest

from search.analysis.analyzer import Analyzer
from search.analysis.glossary import Gloss, Glossary, open_glossary, write_glossary


@pytest.mark.parametrize("language", ["../victim", "a/b", "/etc/x", "", "a\x00b", "scratch/victim/settings"])
def test_nothing_is_written_or_read_outside(tmp_path, language):
    """A language that is a path is no language."""
    folder = tmp_path / "glossaries"
    (folder / "scratch" / "victim").mkdir(parents=True)
    with pytest.raises(ValueError, match="no language"):
        write_glossary(folder, language, {"два": "two"})
    with pytest.raises(ValueError, match="no language"):
        open_glossary(folder, language)
    assert not list(tmp_path.rglob("*.json"))


def test_a_language_is_written_and_read(tmp_path):
    """As it always was."""
    write_glossary(tmp_path, "pt-br", {"dois": "two"})
    assert open_glossary(tmp_path, "pt-br") is not None
    assert open_glossary(tmp_path, "fr") is None


def test_a_hyphenated_word_is_glossed_in_one_piece_or_part_by_part():
    """The first part alone would make *bitcoin miners* of *біткоїн-майнери* bitcoin."""
    analyzer = Analyzer()
    stem = {word: analyzer.terms(word)[0] for word in ("датацентри", "біткоїн", "майнери", "дата")}
    words = {stem["датацентри"]: "datacentre", stem["дата"]: "date", stem["майнери"]: "miners"}
    glossary = Glossary(words)
    assert glossary.gloss("дата-центри", analyzer) == Gloss("datacentre", 1.0)
    assert glossary.gloss("біткоїн-майнери", analyzer) == Gloss("miners", 0.5)
    known = Glossary(words | {stem["біткоїн"]: "bitcoin"})
    assert known.gloss("біткоїн-майнери і майнери", analyzer) == Gloss("bitcoin miners", 1.0)
