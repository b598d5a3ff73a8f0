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
    rf"(?:{_ARTICLES_UK}) (?:про|щодо|стосовно|на тему|авторства|об?(?! \d))"
    rf"|(?:{_KINDS}) (?:of|by|from|about|on)"
    rf"|(?:{_KINDS_UK})(?: (?:про|щодо|від))?"
    r"|(?:покаж|розкаж)(?:и|іть)(?: мені| нам)? (?:(?:все|усе|щось) )?про"
    r"|(?:все|усе|щось|останнє|що відомо|що ми знаємо|що нового) про"
    r") "
)
_OPENING_ENDS = frozenset(
    "about on regarding concerning covering mentioning by from of with in at про щодо стосовно тему авторства від о об"
    " цитати висловлювання біографія".split()
)
"""The last words of every opening. Most texts have none of them, and the pattern, which is long, is not compiled."""
_CLOSING = re.compile(
    r"(?<!\bstock)(?<!\bprice)(?<!\bmarket)"
    rf" (?:(?:news )?articles|news stories|in the news|{_KINDS}|{_KINDS_UK})$",
    re.IGNORECASE,
)
_NAME = "\0"
"""What stands in place of the name of a source."""
_REPORTS_UK = (
    r"пише|пишуть|писа(?:в|ла|ло|ли)|написа(?:в|ла|ло|ли)|повідомля(?:є|ють|в|ла|ло|ли)|повідоми(?:в|ла|ло|ли)"
    r"|розпові(?:в|ла|ло|ли)|розповідає|каж(?:е|уть)|каза(?:в|ла|ло|ли)|сказа(?:в|ла|ло|ли)"
    r"|заяви(?:в|ла|ло|ли)|заявля(?:є|ють|в|ла|ли)|опублікува(?:в|ла|ло|ли)"
    r"|публіку(?:є|вав|вала)"
)
"""What a source does."""
_SAYS = re.compile(rf"(?<=\w) (?:said|says|{_REPORTS_UK})$")
"""In small letters: *Port Said* is a town."""
_OF = re.compile(rf"(?:(?:що|все, що) )?(?:{_REPORTS_UK}|{_ARTICLES_UK}) (?=(\w+))", re.IGNORECASE)
"""What stands before a name alone: *сказав Сейлор*, *згадки Ripple*, *статті Маска*."""
_SENTENCE_ENDS = '.!?…:«“"–—'
"""With nothing at all: behind it a sentence begins."""
_QUOTING_UK = "даними|словами|інформацією|повідомленням"
"""What stands behind *за* where a source is quoted."""
WHAT_HAPPENED = frozenset(
    "happened happen happening happens event events news headline headlines story stories"
    " сталося сталось трапилося трапилось відбулося відбулось відбувалося подія події новина новини новин року".split()
)
"""Words that ask, beside a time, for what was published then: `what happened on 3 March`."""


@cache
def _articles() -> re.Pattern[str]:
    before = r"about|on|of|by|from|in|at|regarding|concerning|про|щодо|стосовно|від|в|у|на"
    last = r"articles?|stories|news|posts?|статті|новини|матеріали|публікації"
    blank = rf"[\s{_NAME}]"
    return re.compile(
        rf"\b(?:(?:{_ARTICLES}|{_ARTICLES_UK})(?={blank}+(?:{before})\b)|(?:{last})(?={blank}*$))", re.IGNORECASE
    )


def without_articles(text: str, names: Sequence[tuple[int, int]]) -> str:
    """The text without words for articles that say what they are about, or end it, and for what a source does.

    `names` are the places of the names of sources, in order, which stay. `decrypt article on solana` asks a source for
    what it wrote of solana; of `evening post` the second is a name's, and `tide story protocol` asks for a protocol.
    `what did coindesk write` asks for all that it wrote.
    """
    masked = text
    for start, end in names:
        masked = masked[:start] + _NAME * (end - start) + masked[end:]
    articles = [found.span() for found in _articles().finditer(masked)]
    return _without(text, sorted([*articles, *_reports(masked)]))


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at : max(at, start)]]
        at = max(at, end)
    return " ".join([*pieces, text[at:]])


@cache
def _reporting() -> re.Pattern[str]:
    name, the = rf"{_NAME}+", rf"(?:the\s+)?(?={_NAME})"
    return re.compile(
        rf"\b(?P<quoted>according)(?=\s+to\s+{the})"
        rf"|\b(?P<by>said|written|published|reported)(?=\s+by\s+{the})"
        rf"|\b(?P<inverted>said|says|writes|wrote)(?=\s+{the})"
        rf"|\b(?:do|does|did|has|have|had)\s+{the}{name}\s+(?P<asked>write|written|say|said|publish|published)\b"
        rf"|\b(?:what|how)\s+(?:did|has)\s+{the}{name}\s+(?P<news>report(?:ed)?)\b"
        rf"|\b(?:is|are|was|were)\s+{the}{name}\s+(?P<now>writing|saying)\b"
        rf"|{name}\s+(?:also\s+)?(?P<told>wrote|writes|said|says|published)\b"
        rf"|{name}\s+(?P<that>reports|reported)(?=\s+that\b)"
        rf"|\b(?P<uk_quoted>за\s+(?:{_QUOTING_UK}))(?=\s+{_NAME})"
        rf"|\b(?P<uk_inverted>{_REPORTS_UK})(?=\s+(?:[вуз]\s+|на\s+)?{_NAME})"
        rf"|{name}\s+(?P<uk_told>{_REPORTS_UK})\b",
        re.IGNORECASE,
    )


def _reports(masked: str) -> list[tuple[int, int]]:
    """Where a text says that a source, of which the name is masked, wrote something.

    Only beside the name, and no noun: `tax reporting` and `White House report` are subjects.
    """
    found = _reporting().finditer(masked) if _NAME in masked else ()
    return [one.span(one.lastgroup) for one in found if one.lastgroup]


def is_quoted(before: str, behind: str) -> bool:
    """Whether a Ukrainian text quotes the name that stands between these parts of it, in so many words.

    *Що пише Форбс*, *за даними Форбс*: the word in small letters, as in no headline. At the begin of a sentence, where
    every word has a capital letter, a name is not quoted.
    """
    return before.rstrip()[-1:] not in _SENTENCE_ENDS and bool(
        _quoting().search(before) or re.match(rf"\s+(?:{_REPORTS_UK})\b", behind)
    )


@cache
def _quoting() -> re.Pattern[str]:
    return re.compile(rf"(?:\b[Зз]а\s+(?:{_QUOTING_UK})|\b(?:{_REPORTS_UK})(?:\s+[вуз]|\s+на)?)\s+$")


def without_reports(text: str, names: Sequence[str], is_stop_word: Callable[[str], bool]) -> str:
    """The text without these names of sources, words for what they do, and stop words that ask for it.

    `what did the tide post write about tether` is about tether: the stop words end with a preposition.
    """
    for written in names:
        name = r"\s+".join(map(re.escape, written.split()))
        text = re.sub(rf"(?<!\w){name}(?!\w)", _NAME, text, flags=re.IGNORECASE)
    words = _without(text, _reports(text)).replace(_NAME, " ").split()
    for place, word in enumerate(words):
        if word.lower() in _OPENING_ENDS:
            return " ".join(words[place + 1 :])
        if not is_stop_word(word):
            break
    return " ".join(words)


@cache
def _article() -> re.Pattern[str]:
    return re.compile(f"{_ARTICLES}|{_ARTICLES_UK}", re.IGNORECASE)


def is_article(word: str) -> bool:
    """Whether a word means articles, as *stories* and *статті* do."""
    return _article().fullmatch(word) is not None


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


def without_request_for_articles(text: str, is_name: Callable[[str], bool]) -> str:
    """The text without what only says that articles are wanted, at its begin and its end.

    `show me articles about solana` is about solana, and so is `solana in the news`; `articles by Jane Doe` asks for
    her name, which stands in the byline. `jane doe quotes` names a kind of text, and articles about her have some of
    it without the word. What stands in the midst is kept. `is_name` says whether a word is written as a name: of
    `saylor said` the verb goes, of `analyst said` it stays.
    """
    spaced = " ".join(text.split())
    opening = None if _OPENING_ENDS.isdisjoint(spaced.lower().split()) else _opening().match(f"{spaced} ")
    about = spaced[opening.end() :] if opening else spaced
    if (of := _OF.match(about)) and is_name(of[1]):
        about = about[of.end() :]
    closed = _CLOSING.sub("", about)
    if (says := _SAYS.search(closed)) and is_name(closed[: says.start()].rsplit(maxsplit=1)[-1]):
        closed = closed[: says.start()]
    return closed if closed != spaced else text
