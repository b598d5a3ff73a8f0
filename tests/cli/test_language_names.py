"""On a terminal, hits name their language as the reader calls it."""

import io

import pytest

from search.api.responses import ArticleAnswer
from search.cli.language_names import LanguageNames
from search.cli.terminal import Terminal


@pytest.mark.parametrize(
    ("environment", "code", "name"),
    [
        ({"LANG": "en_US.UTF-8"}, "de", "German"),
        ({"LANG": "C.UTF-8"}, "uk", "Ukrainian"),
        ({}, "pl", "Polish"),
        ({"LANG": "uk_UA.UTF-8"}, "de", "німецька"),
        ({"LC_ALL": "de_DE.UTF-8", "LANG": "en_US"}, "uk", "Ukrainisch"),
        ({"LANG": "en_GB.UTF-8"}, "pt-BR", "Brazilian Portuguese"),
        ({"LANG": "en_GB.UTF-8"}, "de-XX", "German"),
        ({"LANG": "en_GB.UTF-8"}, "en-US", "en-US"),
        ({"LANG": "en_GB.UTF-8"}, "qqq", "qqq"),
        ({"LANG": "xx_XX"}, "de", "German"),
    ],
)
def test_a_language_is_named_in_the_readers(environment, code, name):
    """By the environment; English where it tells nothing, and the code where there is no name."""
    assert LanguageNames(environment).of(code) == name


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self):
        """As a terminal says."""
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Screen, "German"), (io.StringIO, "de")])
def test_names_are_for_people_and_codes_for_programs(stream, shown, monkeypatch):
    """A terminal shows the name; a pipe keeps the code."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    out = stream()
    article = {"id": "a.de", "path": "a.de.md", "title": "Zinsen", "text": "Text.", "language": "de"}
    Terminal(out).article(made(ArticleAnswer, article))
    assert f"{shown}\n" in out.getvalue()


def test_the_byline_is_shown():
    """Beside source and date, where an article has one."""
    out = io.StringIO()
    article = {"id": "a.de", "path": "a.de.md", "title": "Zinsen", "text": "Text.", "authors": ["Jane Doe", "Ann Roe"]}
    Terminal(out).article(made(ArticleAnswer, article))
    assert "Jane Doe, Ann Roe" in out.getvalue().splitlines()[1]


def made(kind, values):
    """A struct of these values, the others empty as their types allow."""
    import msgspec

    empty = {str: "", "list": [], "dict": {}}
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    filled = dict(values)
    for name, field in fields.items():
        if name not in filled and field.required:
            origin = str(field.type)
            filled[name] = (
                [] if "list" in origin else {} if "dict" in origin else None if "None" in origin else empty[str]
            )
    return kind(**filled)
