"""Does a glossary stay in its folder, whatever the content calls a language?"""

import pytest

from search.analysis.glossary import open_glossary, write_glossary


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
