"""Why a document is kept from readers: a draft, a state, a visibility, a day of deletion, an embargo without an end."""

import re
from collections.abc import Iterator, Mapping, Sequence

from indexer.content.conventions import Fields, Stated
from indexer.content.dates import clock, is_moment, is_no_day, is_zero_day, moment
from indexer.content.document import Document
from indexer.content.publication_states import (
    NUMBER,
    SHOWN,
    Withheld,
    hides,
    may_be_a_place,
    plain_key,
    plain_state,
    stated_as,
)
from indexer.content.rules import ReadingRules
from indexer.content.values import clean, truth

_GONE = ("deleted", "trashed", "retracted", "withdrawn", "unpublished", "hidden", "removed")
"""Flags in whose place the day may stand since which an article is gone."""
_OF_DELETION = re.compile(r"(?:[a-z]*(?:ed|deletion|withdrawn))(?:at|on|date|time)|date(?:deleted|trashed|deletion)")
_IN_TABLE = re.compile(rf"(?:{'|'.join(_GONE)})(?:at|on|date|time)|date(?:deleted|trashed|deletion)|deletiondate")
"""The same of what stands in a table, in which `updated_at` says when the flag was last set, to a no as well."""
_OVER = frozenset(
    "lifted over expired passed released ended past public published live no-embargo not-embargoed unembargoed"
    " no-longer-embargoed cleared removed ok immediate immediately immediate-release for-immediate-release none null"
    " nil ~ na n-a not-applicable nein kein keine non aucun ninguno ninguna nessuno nenhum geen brak нет ні немає"
    " aufgehoben abgelaufen beendet frei freigegeben levé terminé levantado terminado знято снято".split()
) | {""}
"""What is said of an embargo that ended, or that never was; of a dash no word is left."""
_UNTIL = re.compile(
    r"(?:(?:strictly|under|embargo(?:ed)?|until|till|ends?|ended|lifts?|lifted|expires?|expired|not before|on|bis|hasta"
    r"|до)[\s:]{1,9}+){1,6}+",
    re.IGNORECASE,
)
"""Words before the end of an embargo."""
_SPOKEN = re.compile("embargo|sperrfrist|holduntil|notbefore")
_NOT_YET = frozenset("tbd tba tbc pending to-be-decided to-be-announced to-be-confirmed".split())
_ENDS = ("until", "end", "ends", "endtime", "enddate", "endsat", "lift", "liftat", "lifted", "date", "datetime", "time")
"""Where a table says when an embargo ends."""
_NAMES = ("value", "name", "key", "slug", "label", "title", "rendered", "#text", "select", "status")
"""Where a state stands in a table, as GraphQL, Notion and Airtable have it."""


_NO_PASSWORD = frozenset(("none", "null", "nil", "undefined", "na", "n/a", "\\n", "-", "–", "~"))
_OF_SIGHT = frozenset("hidden ishidden visible isvisible active isactive enabled isenabled".split())
"""Flags that may speak of something else than the article, where they stand in a table about it."""
_OF_WHAT_IS_OVER = frozenset(("active", "enabled", "isenabled"))
_OF_GRAV = re.compile(r"(?:^|/)\d{2}\.[^/]{1,200}/|(?:^|/)(?:item|default|blog[-_]item)(?:\.[a-z]{2})?\.md$")
"""Where pages of Grav stand: in a numbered folder, or under the name of a template."""


def why_hidden(document: Document, fields: Fields, rules: ReadingRules) -> str:
    """Why a document is not to be shown, or an empty text."""
    shown = rules.mapping(document.path).get("shown", ())
    for told in document.withheld:  # each has to be let through by itself
        if not (told.key and stated_as(told.key, told.value) in shown):
            return told.said

    def said(field: str) -> list[Stated]:
        stated = (one for one in fields.all(field) if not _is_aside(one.key, document, fields))
        every = (Stated(key, one) for key, value in stated for one in _single(value))
        return [one for one in every if not (shown and stated_as(one.key, one.value) in shown)]

    drafts = _without_lists(said("draft"))
    if any(_says(stated.value, True) for stated in drafts):
        return "draft"
    if any(_is_day_of_deletion(stated.key, stated.value) for stated in drafts):
        return "not published"
    if any(_says(stated.value, False) for stated in said("publication")):
        return "draft"
    if any(_is_password(stated.value) for stated in said("password")):
        return "protected by a password"
    if any(str(one.value).casefold() == "false" and _plain(one.key) == "permalink" for one in fields.all("url")):
        return "not published"
    embargoes = _embargoes(fields)
    if any(truth(one.value) for one in embargoes) and not any(_is_time(one.value, rules) for one in embargoes):
        return "not published"
    if unread := unread_embargo(fields, rules, document.path):
        return unread.said
    states = said("status")
    placed = document.placed and "status" not in rules.mapping(document.path)
    if states and (why := _hidden_by_state(states) or (_in_doubt(states, placed) if document.guarded else "")):
        return why
    return "draft" if "/_drafts/" in f"/{document.path}" else ""


def _says(value: object, hiding: bool) -> bool:
    """Whether what a flag says hides: a yes or a no, or a state in its place, as `draft: draft` has it."""
    said = truth(value)
    return bool(hides(value)) if said is None else said is hiding


def unread_flags(fields: Fields) -> list[Stated]:
    """What flags that would hide say in words that nobody knows: the article is shown."""
    texts = (Stated(key, clean(value, markup=False)) for key, value in fields.all("draft") if isinstance(value, str))
    return [one for one in texts if truth(one.value) is None and not (is_no_day(one.value) or _is_shown(one.value))]


def _without_lists(drafts: list[Stated]) -> list[Stated]:
    """What makes a draft: of `unlisted: true` beside `draft: false` neither, for the page is public by its address."""
    if not any(_plain(one.key) == "draft" and truth(one.value) is False for one in drafts):
        return drafts
    return [one for one in drafts if _plain(one.key) not in ("unlisted", "isunlisted")]


def _is_password(value: object) -> bool:
    """Whether a value is a password, and no word for none, as databases and spreadsheets write it."""
    return (
        not isinstance(value, Mapping)
        and truth(value) is not False
        and str(value).strip().casefold() not in _NO_PASSWORD
    )


def _is_aside(key: str, document: Document, fields: Fields) -> bool:
    """Whether a flag speaks of something else than whether the article is shown.

    `visible` of Grav speaks of the menu, `active` at the head of a page of a campaign that is over, `seo.hidden` of
    search engines.
    """
    table, _, last = key.rpartition(".")
    plain = _plain(last)
    if plain == "visible" and document.path.endswith(".md") and _OF_GRAV.search(document.path):
        return True
    if plain in _OF_WHAT_IS_OVER and document.front:
        return True
    if plain not in _OF_SIGHT or table.casefold() not in ("seo", "meta", "metadata"):
        return False
    title = fields.first("title")
    return title is None or not title.key.startswith(f"{table}.")


def _single(value: object) -> Iterator[object]:
    """The single values of a list, or of a table that names one; a table that names none, such as a day, is one."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from _single(one)
    elif isinstance(value, Mapping):
        named = next((value[key] for key in _NAMES if value.get(key) is not None), None)
        yield from [value] if named is None else _single(named)
    else:
        yield value


def _hidden_by_state(states: Sequence[Stated]) -> str:
    for status in states:
        if status.key != states[0].key:
            break
        if _is_unpublished(status.value):
            return "draft"
        if status.key.rsplit(".", 1)[-1].casefold() == "stage" and plain_state(status.value) != "draft":
            continue  # the stage of a project or a bill may well be a review; Hygraph has drafts in it
        if why := hides(status.value):
            return why
    return "not published" if any(_is_private(one.key, one.value) for one in states) else ""


def _in_doubt(states: Sequence[Stated], placed: bool) -> str:
    """Of a row of a database the state that is not known to be shown, or an empty text.

    A `state` or a `stage` may be that of the country or of a project: they count where nothing else is a state, and
    where some row of the table says a known one.
    """
    sure = [one for one in states if not may_be_a_place(one.key)]
    counted = sure or ([] if placed else states)
    doubted = next((one for one in counted if plain_state(one.value) not in SHOWN), None)
    return Withheld("", doubted.key, doubted.value).said if doubted else ""


def unread_embargo(fields: Fields, rules: ReadingRules, path: str) -> Withheld | None:
    """The embargo that says words of which nobody knows when it ends, unless a setting shows them.

    What a key that names no end says beside one that does is of no account: `embargo: Iran`.
    """
    shown = rules.mapping(path).get("shown", ())
    embargoes = _embargoes(fields)
    ends = any(_is_time(one.value, rules) for one in embargoes)
    for one in embargoes:
        beside = ends and (_plain(one.key) in ("embargo", "embargoed") or clock(one.value))
        known = is_over(one.value) or truth(one.value) is not None or _is_time(one.value, rules)
        if not (beside or known or stated_as(one.key, one.value) in shown):
            return Withheld("", one.key, one.value)
    return None


def _embargoes(fields: Fields) -> list[Stated]:
    """What keys that speak of an embargo say, and others that say that their time is not known yet.

    These are days and no more: `publish_on: spring`.
    """
    said = [Stated(key, said_of_embargo(value)) for key, value in fields.all("embargo")]
    return [one for one in said if _SPOKEN.search(_plain(one.key)) or plain_state(one.value) in _NOT_YET]


def is_over(value: object) -> bool:
    """Whether the words of an embargo say that there is none, or none any more."""
    if not isinstance(value, str) or "?" in value:
        return False
    return plain_state(value).removeprefix("embargo-") in _OVER or is_zero_day(value.strip())


def said_of_embargo(value: object) -> object:
    """What the first of a list, or a table, says of an embargo: its end, or whether there is one."""
    if isinstance(value, list | tuple):
        value = next(iter(value), None)
    if not isinstance(value, Mapping):
        return value
    told = {_plain(str(key)): one for key, one in value.items() if one is not None}
    active = [told[key] for key in ("active", "enabled", "embargoed") if key in told]
    if any(truth(one) is False for one in active):
        return False
    return next((told[key] for key in _ENDS if key in told), active[0] if active else value)


def end_of_embargo(value: object) -> object:
    """The time in what an embargo says, without the words before it: `embargoed until 5 March 2024`."""
    value = said_of_embargo(value)
    if not isinstance(value, str):
        return value
    before = _UNTIL.match(value := value.strip())
    return value[before.end() :] if before else value


def _is_time(value: object, rules: ReadingRules) -> bool:
    """Whether what an embargo says names its end."""
    try:
        return moment(end_of_embargo(value), rules.zone) is not None
    except ValueError:
        return False


def _is_unpublished(status: object) -> bool:
    """Whether a status is a number that hides: 0 of Drupal and Publii, -2 of Joomla's bin; XML and SQL write a text."""
    if isinstance(status, str):
        return bool(NUMBER.fullmatch(status.strip())) and float(status) < 1
    return isinstance(status, int | float) and status < 1


def _is_private(key: str, value: object) -> bool:
    """Whether a visibility beside a status keeps an item from its readers."""
    return key.casefold().endswith("visibility") and (bool(hides(value)) or plain_state(value) == "unlisted")


def _is_day_of_deletion(key: str, value: object) -> bool:
    """Whether a key such as `deleted_at` says a day; one such as `deleted` may be a flag as well, or a table."""
    plain = _plain(key)
    if isinstance(value, Mapping) and not _OF_DELETION.fullmatch(plain):
        days = ((plain_key(str(name)), one) for name, one in value.items() if one is not None)
        return any(_IN_TABLE.fullmatch(name) and not _was_never(one) for name, one in days)
    if not _OF_DELETION.fullmatch(plain):
        count = isinstance(value, int | float) and value > 1 and plain.endswith(("deleted", "trashed"))
        return count or (plain.endswith(_GONE) and is_moment(value))
    return not _was_never(value)


def _was_never(day: object) -> bool:
    """Whether an article was deleted on no day; on the first of 1970, which is a zero, nobody deleted any."""
    return is_no_day(day) or str(day).strip().startswith("1970-01-01")


def _is_shown(value: object) -> bool:
    """Whether a word in the place of a yes or a no is that of a public state, or says nothing."""
    said = plain_state(value)
    return not said or (said in SHOWN and truth(said) is None)


def _plain(key: str) -> str:
    """The last part of a key, without signs and in small letters."""
    return plain_key(key.rsplit(".", 1)[-1])
