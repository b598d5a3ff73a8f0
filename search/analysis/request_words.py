"""Words that ask for articles, or for the newest of them, and name no subject, in English and Ukrainian."""

import re
from collections.abc import Callable
from functools import cache

_ASKS_FOR_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent|(?:recent|breaking) news|найновіш\w+|найсвіжіш\w+|останні новини)\b",
    re.IGNORECASE,
)
_NEWS = re.compile(r"\b(?:news|новин[аиу]?)\b", re.IGNORECASE)
_ARTICLES = r"articles?|stories|story|news|coverage|posts?|pieces|information|info|details|mentions?"
_ARTICLES_UK = r"статті|статтю|стаття|новини|матеріали|публікації|тексти|згадки|інформаці[яю]|подробиці|деталі"
_KINDS = r"quotes?|quotations|biography"
_KINDS_UK = r"цитати|висловлювання|біографія"
"""Kinds of text that an article about somebody has in it. A transcript or tweets are kinds that it has not."""
_OPENING = (
    r"(?:(?:please|can you|could you) )?"
    r"(?:"
    rf"(?:(?:show|find|give|get|list|tell)(?: me| us)? )?(?:(?:all|any|every|the|some|more) )*(?:{_ARTICLES})"
    r" (?:about|on|regarding|concerning|covering|mentioning|(?:written )?by)"
    r"|(?:coverage|mentions?) of"
    r"|(?:tell|show) (?:me|us) (?:(?:everything|more|something) )?about"
    r"|(?:everything|anything|something|all) (?:you have )?(?:about|on)"
    r"|what (?:do|can) (?:we|you) (?:know|say|have) about|what is known about"
    r"|what(?:['’]s| is) new (?:with|about|on|in|at)"
    r"|(?:(?:(?:покаж|знайд|розкаж)(?:и|іть)|дай(?:те)?)(?: мені| нам)? )?(?:(?:всі|усі|якісь|останні) )*"
    rf"(?:{_ARTICLES_UK}) (?:про|щодо|стосовно|на тему|авторства)"
    rf"|(?:{_KINDS}) (?:of|by|from|about|on)"
    rf"|(?:{_KINDS_UK})(?: (?:про|щодо|від))?"
    r"|(?:покаж|розкаж)(?:и|іть)(?: мені| нам)? (?:(?:все|усе|щось) )?про"
    r"|(?:все|усе|щось|останнє|що відомо|що ми знаємо|що нового) про"
    r") "
)
_OPENING_ENDS = frozenset(
    "about on regarding concerning covering mentioning by from of with in at про щодо стосовно тему авторства від"
    " цитати висловлювання біографія".split()
)
"""The last words of every opening. Most texts have none of them, and the pattern, which is long, is not compiled."""
_CLOSING = re.compile(
    rf"(?<!\bstock)(?<!\bprice)(?<!\bmarket) (?:(?:news )?articles|news stories|in the news|{_KINDS}|{_KINDS_UK})$",
    re.IGNORECASE,
)
WHAT_HAPPENED = frozenset(
    "happened happen happening happens event events news headline headlines story stories"
    " сталося сталось трапилося трапилось відбулося відбулось відбувалося подія події новина новини новин року".split()
)
"""Words that ask, beside a time, for what was published then: `what happened on 3 March`."""


@cache
def _articles() -> re.Pattern[str]:
    before = r"about|on|of|by|from|regarding|concerning|про|щодо|стосовно|від"
    last = r"articles?|stories|news|posts?|статті|новини|матеріали|публікації"
    return re.compile(rf"\b(?:(?:{_ARTICLES}|{_ARTICLES_UK})(?=\s+(?:{before})\b)|(?:{last})(?=\s*$))", re.IGNORECASE)


def without_articles(text: str, keep: Callable[[str], bool]) -> str:
    """The text without its words for articles that say what they are about, or end it, but for those to keep.

    `decrypt article on solana` asks a source for what it wrote of solana; of `evening post` the second is a name's, and
    `tide story protocol` asks for a protocol.
    """
    return _articles().sub(lambda found: found[0] if keep(found[0]) else " ", text)


def without_request_for_newest(text: str) -> str:
    """The text without the words that only ask for what is newest: no article is about them.

    `latest bitcoin news` is about bitcoin. `breaking` alone is kept, for records are broken too. `news` is kept where
    nothing says that it shall be new.
    """
    about, asked = _ASKS_FOR_NEWEST.subn(" ", text)
    return _NEWS.sub(" ", about) if asked else text


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(_OPENING, re.IGNORECASE)


def without_request_for_articles(text: str) -> str:
    """The text without what only says that articles are wanted, at its begin and its end.

    `show me articles about solana` is about solana, and so is `solana in the news`; `articles by Jane Doe` asks for
    her name, which stands in the byline. `jane doe quotes` names a kind of text, and articles about her have some of
    it without the word. What stands in the midst is kept.
    """
    spaced = " ".join(text.split())
    opening = None if _OPENING_ENDS.isdisjoint(spaced.lower().split()) else _opening().match(spaced)
    about = spaced[opening.end() :] if opening else spaced
    closed = _CLOSING.sub("", about)
    return closed if closed != spaced else text
