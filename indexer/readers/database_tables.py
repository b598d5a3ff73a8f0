"""Tables and rows that hold articles, whatever system they are of: the rule that SQL, SQLite and XML have in common."""

import re
from collections.abc import Iterable, Mapping, Sequence

from indexer.content.conventions import states
from indexer.content.document import Found, Omitted, SourceFile
from indexer.content.values import truth
from indexer.readers.items import ItemNames, item_document

NO_TITLES = ("name", "label", "heading", "subject")
"""Keys that state a title elsewhere, and do not make an article of a row."""
_SECRET = re.compile(r"pass(?:word|wd)?|token|secret|salt|session|e_?mail|hash|_ip\b", re.IGNORECASE)
"""Columns that no article needs, and that are not kept."""
_OTHERS = frozenset(
    "comment comments user users member members session sessions log logs migration migrations redirect redirects"
    " message messages mail mails email emails notification notifications subscriber subscribers submission submissions"
    " ticket tickets task tasks job jobs queue reply replies feedback contact contacts author authors ad ads advert"
    " adverts template templates block blocks menu menus setting settings option options kommentare commentaires"
    " comentarios commenti komentarze коментарі комментарии".split()
)
"""Last words of the names of tables that hold something else, whatever their columns are called."""
_WITHHELD = frozenset(
    "drafts private deleted deletions trash trashed bin hidden unpublished revision revisions version versions autosave"
    " autosaves backup backups bak copy tmp temp embargo embargoed pending rejected spam internal secret confidential"
    " preview previews moderation audit withdrawn retracted entwürfe entwuerfe papierkorb brouillons corbeille"
    " borradores papelera rascunhos bozze szkice чернетки черновики".split()
)
"""Words of the names of tables that hold what nobody is to see, or copies of it."""
_HIDING = frozenset(
    "hidden ishidden trash istrash intrash spam isspam unpublished isunpublished embargoed isembargoed isprivate"
    " confidential isconfidential internal isinternal withdrawn iswithdrawn retracted isretracted suspended blocked"
    " isblocked removed isremoved".split()
)
_SHOWING = frozenset(
    "visible isvisible enabled isenabled active isactive online isonline public ispublic approved isapproved live"
    " islive".split()
)
_PASSWORDS = ("password", "postpassword", "passwd", "accesspassword")
_SEEN = ("publish", "future")
_DRAFTS = ("draft", "auto-draft", "pending")
_PARTS = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_WORDS = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile(r"[\W_]+")


def is_of_articles(table: str) -> bool:
    """Whether the name of a table, or of an element, says nothing against articles in it."""
    words = [one.casefold() for one in _WORDS.findall(_PARTS.sub("_", table))]
    if not words:
        return True
    hidden = any(one in _WITHHELD or states(one, ("draft",)) for one in words) or "history" in words[1:]
    return not hidden and words[-1] not in _OTHERS


def has_article_keys(keys: Iterable[str]) -> bool:
    """Whether these columns or elements have a title and a text among them."""
    named = list(keys)
    titled = any(states(one, ("title",)) and one.casefold() not in NO_TITLES for one in named)
    return titled and any(states(one, ("text",)) for one in named)


def holds_articles(table: str, columns: Sequence[str]) -> bool:
    """Whether a table of these columns holds articles."""
    return is_of_articles(table) and has_article_keys(columns)


def row_document(file: SourceFile, row: Mapping[str, object], names: ItemNames, number: int, line: int = 1) -> Found:
    """What a row holds: an article, or nothing that is to be shown."""
    item = {
        key: value
        for key, value in row.items()
        if value is not None and not isinstance(value, bytes) and not _SECRET.search(key)
    }
    document = item_document(file, item, names, number, line)
    why = withheld(row) if document.body.strip() else "without a text"
    return Omitted(f"{file.path}#{document.item}", why) if why else document


def withheld(row: Mapping[str, object]) -> str:
    """Why a row is not to be shown, or an empty text: by its password, its state, or a flag in any of its columns."""
    told = {_SIGNS.sub("", key).casefold(): value for key, value in row.items()}
    if (told.get("posttype") or "post") != "post":  # WordPress keeps pages, pictures and menus in one table
        return "of another kind than a post"
    if "poststatus" in told and (why := withheld_post(told["poststatus"], None)):
        return why
    if any(told.get(one) for one in _PASSWORDS):
        return "protected by a password"
    if "introtext" in told and "access" in told and str(told["access"]) not in ("1", "5"):  # Joomla: not for everybody
        return "not published"
    if any(_is_hidden(key, value) for key, value in row.items()):
        return "draft"
    dated = "publishedat" in told and told["publishedat"] in (None, "")
    stated = any(told.get(one) not in (None, "") for one in ("status", "state", "published", "ispublished"))
    return "draft" if dated and not stated else ""


def withheld_post(status: object, password: object) -> str:
    """Why a post of WordPress in this state is not to be shown, or an empty text."""
    if password:
        return "protected by a password"
    if status in _SEEN:
        return ""
    return "draft" if status in _DRAFTS else "not published"


def _is_hidden(key: str, value: object) -> bool:
    plain, told = _SIGNS.sub("", key).casefold(), _flag(value)
    if told is None:
        return False
    if plain in _HIDING or states(key, ("draft",)):
        return told
    return not told and (plain in _SHOWING or states(key, ("publication", "status")))


def _flag(value: object) -> bool | None:
    """Whether a column says yes or no, as databases write it: a number, a letter, or the byte of a bit."""
    if isinstance(value, bytes):
        value = str(value[0]) if len(value) == 1 and value[0] < 2 else value.decode("ascii", "replace")
    if isinstance(value, str):
        word = value.strip().casefold()
        if word in ("t", "f"):
            return word == "t"
        try:
            value = float(word)
        except ValueError:
            return truth(word)
    return value > 0 if isinstance(value, int | float) else None
