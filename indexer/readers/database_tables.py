"""Tables and rows that hold articles, whatever system they are of: the rule that SQL, SQLite and XML have in common."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from indexer.content.conventions import states
from indexer.content.dates import is_no_day
from indexer.content.document import Found, Omitted, SourceFile
from indexer.content.publication_states import Withheld, is_known_state, may_be_a_place, plain_key, plain_state
from indexer.content.values import truth
from indexer.readers.items import ItemNames, item_document
from indexer.readers.withholding import (
    doubted_kind,
    is_nothing,
    is_other_kind,
    plain_keys,
    says_published,
    system_of,
    withheld_by_system,
)

NO_TITLES = ("name", "label", "heading", "subject")
"""Keys that state a title elsewhere, and do not make an article of a row."""
_SECRET = frozenset(
    "pass userpass password passwd pwd token secret salt session sessions email mail hash ip apikey".split()
)
_SECRET_ENDS = ("password", "passwd", "token", "secret", "email", "apikey", "salt")
"""Words of the names of columns that no article needs, and that are not kept; and what such a name may end in."""
_OTHERS = frozenset(
    "user users member members session sessions migration migrations redirect redirects subscriber subscribers"
    " submission submissions ticket tickets task tasks job jobs queue reply replies feedback contact contacts author"
    " authors ad ads advert adverts template templates block blocks menu menus setting settings option options log"
    " logs comment comments kommentare commentaires comentarios commenti komentarze коментарі комментарии message"
    " messages mail mails email emails notification notifications".split()
)
"""Last words of the names of tables and elements that hold something else, whatever stands in them."""
_OF_PROGRAMS = frozenset(
    "module modules widget widgets component components note notes bio bios request requests response responses prompt"
    " prompts enquiry enquiries inquiry inquiries order orders customer customers".split()
)
"""Last words of the names of tables alone: as an element, a response may well hold articles."""
_WITHHELD = frozenset(
    "secret secrets credential credentials password passwords passwd tokens apikey apikeys session sessions"
    " drafts private deleted deletions trash trashed bin hidden unpublished revision revisions version versions"
    " autosave autosaves backup backups bak copy tmp temp snapshot snapshots embargo embargoed pending rejected spam"
    " internal confidential preview previews moderation audit audits aud withdrawn retracted entwürfe entwuerfe"
    " papierkorb brouillons corbeille borradores papelera rascunhos bozze szkice чернетки черновики".split()
)
"""Words of the names of tables and elements that hold what nobody is to see, or copies of it."""
_WITHHELD_ELEMENTS = _WITHHELD - {"copy"}
"""The same of elements alone: the copy of a newsroom is its text."""
_WITHHELD_TABLES = _WITHHELD | frozenset(
    "comment comments messages mails email emails notification notifications logs cache caches cached crawl crawled"
    " search searches indexes indices indexentry indexentries searchindex wagtailsearch fts".split()
)
"""The same of tables alone: an index or a search is no kind of XML that is kept back."""
_WITHHELD_LAST = frozenset(["token"])
_WITHHELD_TABLES_LAST = _WITHHELD_LAST | frozenset("mail index old log message account accounts keys".split())
"""Words that say so at the end alone: `token_news` and `log_articles` may well be a newsroom's."""
_ENDS = tuple(
    "comment comments user users message messages password passwords token tokens credential credentials revision"
    " revisions subscriber subscribers settings templates backup backups history".split()
)
"""What the last word of such a name may end in, where nothing parts its words."""
_FIRST = ("component", "components")
"""First words of the tables in which Strapi keeps parts of articles."""
_HIDING = frozenset(
    "hidden ishidden trash istrash intrash spam isspam unpublished isunpublished isembargoed isprivate confidential"
    " isconfidential internal isinternal withdrawn iswithdrawn retracted isretracted suspended issuspended blocked"
    " isblocked removed isremoved expired isexpired rejected isrejected loginrequired registrationrequired"
    " membersonly staffonly subscribersonly adminonly".split()
)
_SHOWING = frozenset(
    "visible isvisible enabled isenabled active isactive online isonline public ispublic approved isapproved live"
    " islive".split()
)
_CODE = 2
"""The length of a code of a country or a state: NO is no `no`, and NE is no Czech one."""
_PASSWORDS = ("password", "postpassword", "passwd", "accesspassword")
_DAYS = (
    "publishedat publisheddate publishedon publishedtime publishedts publishdate datepublished pubdate pubdatetime"
    " publicationdate firstpublishedat firstpublished"
).split()
"""Columns that are empty until an article is published."""
_STATED = ("status", "state", "published", "ispublished")
_DAY_OF_COPY = re.compile(r"(?<!\d)(?:19|20)\d\d_?(?:0[1-9]|1[0-2])_?(?:0[1-9]|[12]\d|3[01])(?:_?\d{4,6})?$")
"""A day at the end of a table's name: that of a copy."""
_PARTS = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_WORDS = re.compile(r"[^\W\d_]+")


def is_of_articles(name: str, *, element: bool = False) -> bool:
    """Whether the name of a table, or of an element of XML, says nothing against articles in it."""
    words = _words_of(name)
    if not words:
        return True
    withheld = _WITHHELD_ELEMENTS if element else _WITHHELD_TABLES
    if any(one in withheld or states(one, ("draft",)) for one in words) or "history" in words[1:]:
        return False
    if words[-1] in (_WITHHELD_LAST if element else _WITHHELD_TABLES_LAST):
        return False
    return words[-1] not in _OTHERS and (element or not _is_of_program(name, words))


def _is_of_program(table: str, words: Sequence[str]) -> bool:
    """Whether a table holds what a program keeps for itself: older versions, copies, parts, what others wrote."""
    versions = any(one.startswith("historical") and one != "historical" for one in words)
    others = words[-1] in _OF_PROGRAMS or (words[-1] != "history" and words[-1].endswith(_ENDS))
    return versions or others or words[0] in _FIRST or bool(_DAY_OF_COPY.search(table))


def _words_of(name: str) -> list[str]:
    """The words of a name of the database, in small letters."""
    return [one.casefold() for one in _WORDS.findall(_PARTS.sub("_", name))]


def _is_secret(column: str) -> bool:
    words = _words_of(column)
    return any(one in _SECRET or one.endswith(_SECRET_ENDS) for one in words) or ("api" in words and "key" in words)


def has_article_keys(keys: Iterable[str]) -> bool:
    """Whether these columns or elements have a title and a text among them."""
    named = list(keys)
    titled = any(states(one, ("title",)) and one.casefold() not in NO_TITLES for one in named)
    return titled and any(states(one, ("text",)) for one in named)


def holds_articles(table: str, columns: Sequence[str]) -> bool:
    """Whether a table of these columns holds articles."""
    return is_of_articles(table) and has_article_keys(columns)


def doubtful_states(columns: Sequence[str]) -> list[str]:
    """The columns of a table that may be a state of publication or of a country: what all its rows say tells it."""
    system = system_of(columns, in_database=True)
    return [] if system and system.knows_states else [one for one in columns if may_be_a_place(one)]


def is_placed(columns: Sequence[str], said: Callable[[str], Iterable[object]]) -> bool:
    """Whether a table has a `state` or the like, and no row says in it a state of publication that is known.

    `said` gives what the rows say in a column.
    """
    doubtful = doubtful_states(columns)
    return bool(doubtful) and not any(is_known_state(value) for column in doubtful for value in said(column))


def row_document(
    file: SourceFile, row: Mapping[str, object], names: ItemNames, number: int, line: int = 1, *, placed: bool = False
) -> Found:
    """What a row holds: an article, or nothing that is to be shown; of a table that is `placed` (see Document)."""
    item = {
        key: value
        for key, value in row.items()
        if value is not None and not isinstance(value, bytes) and not _is_secret(key)
    }
    document = item_document(file, item, names, number, line)
    system = system_of(row, in_database=True)
    why = withheld_by_system(row, in_database=True) if document.body.strip() else "without a text"
    if why:
        return Omitted(f"{file.path}#{document.item}", why)
    guarded = not (system and system.knows_states)
    return replace(document, withheld=tuple(_withheld(row)), guarded=guarded, placed=placed)


def _withheld(row: Mapping[str, object]) -> Iterator[Withheld]:
    """All that keeps a row from readers: a password, flags in any of its columns, or no day of publication."""
    told = plain_keys(row)
    if any(told.get(one) for one in _PASSWORDS):
        yield Withheld("protected by a password")
    kind = next((key for key in row if plain_key(key) == "posttype"), "")
    if kind and is_other_kind(row[kind]):  # WordPress keeps letters and orders among its posts
        yield Withheld("", kind, row[kind])
    elif kind and (doubted := doubted_kind(kind, row[kind])):
        yield doubted
    for key, value in row.items():
        if why := _hidden_by(key, value):
            yield why
    days = [told[one] for one in _DAYS if one in told]
    stated = any(not is_nothing(told.get(one)) for one in _STATED) or says_published(told)
    if days and not stated and all(is_nothing(one) or is_no_day(one) for one in days):
        yield Withheld("draft")


def _hidden_by(key: str, value: object) -> Withheld | None:
    """What a column that is a flag keeps from readers; those that are no table's convention are named."""
    plain, told = plain_key(key), _flag(value)
    if told is None or (may_be_a_place(key) and len(str(value)) == _CODE and str(value).isalpha()):
        return None
    if states(key, ("draft",)) and plain not in _HIDING:
        return Withheld("draft") if told else None
    if states(key, ("publication", "status")) and plain not in _SHOWING:
        return None if told else Withheld("draft")
    hides = told if plain in _HIDING else not told and plain in _SHOWING
    return Withheld("", key, value) if hides else None


def _flag(value: object) -> bool | None:
    """Whether a column says yes or no, as databases write it: a number, a letter, or the byte of a bit."""
    word = plain_state(value)
    return int(word) > 0 if word.lstrip("-").isdecimal() else truth(word)
