"""Is a text understood as its subject, without the words that only ask for articles?"""

import re

import pytest

from search.analysis.request_words import (
    is_quoted,
    without_articles,
    without_request_for_articles,
    without_request_for_newest,
)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("latest bitcoin news", "bitcoin"),
        ("Most Recent ETF filings", "ETF filings"),
        ("останні новини про біткоїн", "про біткоїн"),
        ("breaking records", "breaking records"),
        ("fake news", "fake news"),
        ("greatest halving", "greatest halving"),
    ],
)
def test_what_a_text_that_asks_for_the_newest_is_about(text, about):
    """What says that the newest is wanted goes; what only looks like it stays."""
    assert " ".join(without_request_for_newest(text).split()) == about


@pytest.mark.parametrize(
    ("before", "behind", "quoted"),
    [
        ("що пише ", " про порт", True),
        ("порт за даними ", "", True),
        ("За інформацією ", " порт", True),
        ("пишуть у ", " про порт", True),
        ("порт, ", " повідомляє", True),
        ("", " повідомляє про порт", False),
        ("Порт стоїть. ", " повідомляє про порт", False),
        ("", " про порт", False),
        ("метро у ", " знову", False),
        ("порт за ", "", False),
        ("що пише відомий ", " про порт", False),
        ("ЩО ПИШЕ ", " ПРО ПОРТ", False),
        ("Порт ", " Пише Про Порт", False),
    ],
)
def test_what_a_text_quotes(before, behind, quoted):
    """In so many words, and beside the name."""
    assert is_quoted(before, behind) is quoted


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("tide post article on ferries", "tide post on ferries"),
        ("tide post articles", "tide post"),
        ("a story of tide post about ferries", "a of tide post about ferries"),
        ("tide post story protocol", "tide post story protocol"),
        ("tide post media coverage", "tide post media coverage"),
        ("статті Хвилі про порт", "Хвилі про порт"),
        ("що писала Хвиля про порт", "що Хвиля про порт"),
        ("the report by evening post on ferries", "the report by evening post on ferries"),
        ("tide post tax reporting rules", "tide post tax reporting rules"),
        ("tide post White House report on ferries", "tide post White House report on ferries"),
        ("tide post jobs report", "tide post jobs report"),
        ("evening post report", "evening post report"),
        ("evening post said", "evening post"),
        ("evening post reporting duties", "evening post reporting duties"),
        ("evening post writing contest", "evening post writing contest"),
        ("evening post written tests", "evening post written tests"),
        ("tide post what the captain told and said", "tide post what the captain told and said"),
        ("does evening post report to the tax office", "does evening post report to the tax office"),
        ("evening post said ferries are late", "evening post ferries are late"),
        ("ferries are late, says the Evening Post", "ferries are late, the Evening Post"),
        ("what did the tide post write about ferries", "what did the tide post about ferries"),
        ("what has tide post written on ferries", "what has tide post on ferries"),
        ("what did tide post report on ferries", "what did tide post on ferries"),
        ("evening post reports that ferries are late", "evening post that ferries are late"),
        ("late ferries according to the tide post", "late ferries to the tide post"),
        ("ferry strike reported by tide post", "ferry strike by tide post"),
        ("пише Хвиля про порт", "Хвиля про порт"),
        ("порт за даними Хвилі", "порт Хвилі"),
        ("порт за даними митниці Хвиля", "порт за даними митниці Хвиля"),
        ("Хвиля хто писав про порт", "Хвиля хто писав про порт"),
        ("пишуть у Хвилі про порт", "у Хвилі про порт"),
        ("Хвиля новини", "Хвиля"),
    ],
)
def test_what_asks_a_source_for_articles_goes(text, about):
    """Where it says what they are about, or ends the text; what a source does, beside its name. No subject does."""
    names = [found.span() for found in re.finditer("(?i)evening post|tide post|Хвил[яі]", text)]
    assert " ".join(without_articles(text, names).split()) == about


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("articles about solana", "solana"),
        ("solana said", "solana"),
        ("what solana says", "what solana"),
        ("solana Said", "solana Said"),
        ("an analyst said", "an analyst said"),
        ("articles by Jane Doe", "Jane Doe"),
        ("all stories written by jane doe", "jane doe"),
        ("статті авторства Оксани Забужко", "Оксани Забужко"),
        ("by Jane Doe", "by Jane Doe"),
        ("Show me all articles about the Solana outage", "the Solana outage"),
        ("tell me about ripple", "ripple"),
        ("everything about zcash", "zcash"),
        ("any news on tether", "tether"),
        ("coverage of the halving", "the halving"),
        ("what do we know about zcash", "zcash"),
        ("what’s new with aave", "aave"),
        ("solana news articles", "solana"),
        ("dogecoin in the news", "dogecoin"),
        ("coindesk articles about solana", "coindesk articles about solana"),
        ("статті про біржу Upbit", "біржу Upbit"),
        ("Розкажіть мені про ефіріум", "ефіріум"),
        ("статті о солані", "солані"),
        ("новини о 19:30", "новини о 19:30"),
        ("усе про майнінг", "майнінг"),
        ("що відомо про злам", "злам"),
        ("news of the world", "news of the world"),
        ("the story of FTX", "the story of FTX"),
        ("fake news", "fake news"),
        ("a report on custody", "a report on custody"),
        ("jane doe quotes", "jane doe"),
        ("quotes by Jane Doe on custody", "Jane Doe on custody"),
        ("genius act explained", "genius act explained"),
        ("fed meeting transcript", "fed meeting transcript"),
        ("trump tweets", "trump tweets"),
        ("grokipedia vs wikipedia", "grokipedia vs wikipedia"),
        ("bank stock quotes", "bank stock quotes"),
        ("biography of Jane Doe", "Jane Doe"),
        ("Цитати Забужко", "Забужко"),
        ("біографія Лесі Українки", "Лесі Українки"),
        ("stock quotes of banks", "stock quotes of banks"),
        ("quotes", "quotes"),
        ("articles about", ""),
        ("article 5 about war", "article 5 about war"),
        ("solana сказав", "solana"),
        ("що заявив solana", "solana"),
        ("згадки solana", "solana"),
        ("новини тижня", "новини тижня"),
        ("сказав міністр", "сказав міністр"),
    ],
)
def test_what_a_text_that_asks_for_articles_is_about(text, about):
    """The begin and the end are read, never the midst; of a text that is only a request nothing is left."""
    assert without_request_for_articles(text, lambda word: word == "solana") == about
