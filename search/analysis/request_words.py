"""Words that ask for articles, or for the newest of them, and name no subject, in English and Ukrainian."""

import re
from collections.abc import Callable, Sequence
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
_REPORTS = r"writes?|writing|wrote|written|says?|said|reports?|reported|reporting|according|publishe[sd]|told"
_REPORTS_UK = (
    r"пише|пишуть|писа(?:в|ла|ло|ли)|написа(?:в|ла|ло|ли)|повідомля(?:є|ють|в|ла|ло|ли)|повідоми(?:в|ла|ло|ли)"
    r"|розпові(?:в|ла|ло|ли)|розповідає|каж(?:е|уть)|каза(?:в|ла|ло|ли)|сказа(?:в|ла|ло|ли)|опублікува(?:в|ла|ло|ли)"
    r"|публіку(?:є|вав|вала)|за (?:даними|словами|інформацією)"
)
"""What a source does."""
WHAT_HAPPENED = frozenset(
    "happened happen happening happens event events news headline headlines story stories"
    " сталося сталось трапилося трапилось відбулося відбулось відбувалося подія події новина новини новин року".split()
)
"""Words that ask, beside a time, for what was published then: `what happened on 3 March`."""


@cache
def _articles() -> re.Pattern[str]:
    before = r"about|on|of|by|from|in|at|regarding|concerning|про|щодо|стосовно|від|в|у|на"
    last = r"articles?|stories|news|posts?|статті|новини|матеріали|публікації"
    return re.compile(rf"\b(?:(?:{_ARTICLES}|{_ARTICLES_UK})(?=\s+(?:{before})\b)|(?:{last})(?=\s*$))", re.IGNORECASE)


def without_articles(text: str, names: Sequence[tuple[int, int]]) -> str:
    """The text without words for what a source does, and for articles that say what they are about, or end it.

    `names` are the places of the names of sources, in order, which stay. `decrypt article on solana` asks a source for
    what it wrote of solana; of `evening post` the second is a name's, and `tide story protocol` asks for a protocol.
    """
    masked = text
    for start, end in names:
        masked = masked[:start] + " " * (end - start) + masked[end:]
    pieces, at = [], 0
    for start, end in sorted(found.span() for asks in (_articles(), _reports()) for found in asks.finditer(masked)):
        pieces += [text[at : max(at, start)]]
        at = max(at, end)
    return " ".join([*pieces, text[at:]])


@cache
def _reports() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_REPORTS}|{_REPORTS_UK})\b", re.IGNORECASE)


def without_reports(text: str, is_stop_word: Callable[[str], bool]) -> str:
    """The text without words for what a source does, and without the stop words that ask for it before a preposition.

    `what did the write about tether` is about tether. For texts of which the names of sources were left out.
    """
    words = _reports().sub(" ", text).split()
    for place, word in enumerate(words):
        if word.lower() in _OPENING_ENDS:
            return " ".join(words[place + 1 :])
        if not is_stop_word(word):
            break
    return " ".join(words)


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
