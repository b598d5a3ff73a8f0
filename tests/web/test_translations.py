"""Is every text of the page said in every language, and is no text anywhere else than in the catalogue?"""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from conftest import REPOSITORY

from search.api.params import query_from
from search.errors import LedeError
from search.messages import FORMS, say
from search.query.model import FieldFilter, Filters, Query
from search.web.translations import FOLDER, LANGUAGES, chosen, texts

TEMPLATES = sorted((REPOSITORY / "search" / "web" / "templates").glob("*.html"))
KEYWORDS: Any = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def said_in(path):
    """Every text that a module or a template says: its context, and the text or pair of texts."""
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    found = extract_from_file(method, path, keywords=KEYWORDS, options={"trimmed": "true"})
    return {(context, message) for _, message, _, context in found}


SAYING = {said for path in [*TEMPLATES, *(REPOSITORY / "search").rglob("*.py")] for said in said_in(path)}


def catalogue(language):
    """The messages of a catalogue, without its head."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return [message for message in read_po(file, locale=language, abort_invalid=True) if message.id]


def test_there_is_something_to_say():
    """The texts are found where they are, and Ukrainian is spoken."""
    assert len(SAYING) > 150
    assert LANGUAGES == ("en", "uk")


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_text_is_translated_and_none_is_left_over(language):
    """The catalogue names just what is said; no translation is empty, fuzzy, or of other placeholders."""
    messages = catalogue(language)
    assert {(message.context, message.id) for message in messages} == SAYING
    for message in messages:
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(translations), message.id
        assert not message.fuzzy
        for translation in translations:
            assert _placeholders(translation) <= set().union(*map(_placeholders, originals)), message.id
            assert _placeholders(originals[-1]) <= _placeholders(translation) or len(translations) > 1, message.id


def _placeholders(text):
    return set(re.findall(r"%\(\w+\)s|\{\w+\}", text))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_a_bare_text(template):
    """Between tags and in what is read out or shown of attributes, everything comes from the catalogue."""
    text = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", template.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", text, flags=re.S)
    shown = re.findall(r'(?:aria-label|placeholder|title|alt|data-(?:source|tag|title))="([^"]*)"', text)
    shown.append(re.sub(r"<code>.*?</code>|<kbd>.*?</kbd>|<!doctype html>|<[^>]*>", "", text, flags=re.S))
    assert set(re.findall(r"[^\W\d_]{2,}", " ".join(shown))) <= {"Lede", "ms", "BibTeX", "OpenAPI"}


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "language"),
    [
        ("", "", "", "en"),
        ("uk", "en", "en", "uk"),
        ("", "uk", "en", "uk"),
        ("xx", "../../etc", "uk-UA,uk;q=0.9,en;q=0.8", "uk"),
        ("", "", "de,en;q=0.5,uk;q=0.7", "uk"),
        ("", "", "de, fr;q=0.9", "en"),
        ("", "", "uk;q=0.1,EN-gb;q=0.2", "en"),
        ("", "", ";;q=,uk;q=x,\x00" + "a," * 10_000, "en"),
    ],
)
def test_the_language_is_the_one_wanted(asked, remembered, accepted, language):
    """What is asked for wins over what is remembered, that over Accept-Language by its weights; nonsense is English."""
    assert chosen(asked, remembered, accepted) == language


def refusals():
    """What the engine says to questions that cannot be asked as they stand."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    wrong = [
        {"from": "soon"}, {"tz": "Mars/Olympus"}, {"surce": "x"}, {"zzzzz": "x"}, {"mode": "x"}, {"limit": "x"},
        {"limit": "101"}, {"offset": "-1"}, {"offset": "2000"}, {"explain": "x"}, {"alpha": "x"}, {"alpha": "7"},
        {"q": "x" * 2001},
    ]  # fmt: skip
    for pairs in wrong:
        with pytest.raises(LedeError) as refused:
            query_from([("q", "x"), *pairs.items()] if "q" not in pairs else pairs.items(), now)
        yield from (refused.value.public, refused.value.public_remedy)


def test_what_the_engine_says_is_said_in_the_readers_language(awkward):
    """Refusals and hints are messages, which every language of the page can say."""
    unknown = Query("bitcoin", Filters(tag=FieldFilter(include=("NFTT",)), sentiment=FieldFilter(include=("zzz",))))
    messages = [*refusals(), *awkward.engine.search(unknown).suggestions]
    assert len(messages) > 20
    for message in messages:
        assert texts("uk").said(message) != message
        assert texts("en").said(message) == message


@pytest.mark.parametrize("code", FORMS)
def test_a_message_is_said_whatever_its_values(code):
    """Values that look like a form, and messages among them, which are said in the same language."""
    names = set(re.findall(r"%\((\w+)\)s", FORMS[code]))
    values = dict.fromkeys(names, "%(x)s % 'a'. Did you mean ")
    for language in LANGUAGES:
        assert "%(x)s % 'a'" in texts(language).said(say(code, **values)) or not names
    inner = say("model-loading")
    assert texts("uk").said(say("semantic-failed", why=inner)).endswith(texts("uk").said(inner))


def test_a_day_in_a_message_is_written_as_the_reader_writes_days():
    """As programs write it in English, which the API has; with its month in letters on a page."""
    message = say("empty-dates", oldest=date(2025, 11, 3), newest=date(2026, 4, 26))
    assert "of 2025-11-03, the newest of 2026-04-26" in message
    assert "of 3 Nov 2025, the newest of 26 Apr 2026" in texts("en").said(message)
    assert "від 3 лист. 2025" in texts("uk").said(message)
    assert "р.." not in texts("uk").said(message)


def test_numbers_dates_and_languages_are_those_of_the_language():
    """Thousands, months and names of languages."""
    assert texts("en").number(11280) == "11,280"
    assert texts("uk").number(11280) == "11\N{NO-BREAK SPACE}280"
    assert texts("en").moment("2026-02-05T05:01:58Z") == "5 Feb 2026, 05:01 UTC"
    assert texts("uk").moment("2026-02-05T05:01:58.120Z").startswith("5 лют. 2026")
    assert texts("uk").language_name("uk") == "українська"
    assert texts("en").language_name("zz-not") == "zz-not"
    plural = texts("uk").ngettext("%(count)s article", "%(count)s articles", 3)
    assert plural == "%(count)s статті"
