"""Why a document is kept from readers: a draft, a state, a visibility, a day of deletion, an embargo without an end."""

import re
from collections.abc import Sequence

from indexer.content.conventions import Fields, Stated
from indexer.content.dates import moment
from indexer.content.document import Document
from indexer.content.publication_states import (
    DRAFTS,
    HIDDEN,
    NUMBER,
    SHOWN,
    Withheld,
    may_be_a_place,
    plain_state,
    stated_as,
)
from indexer.content.rules import ReadingRules
from indexer.content.values import truth

_NO_DAYS = ("0", "null", "none", "false", "no", "f", "n", "infinity")
"""What stands in the place of the day on which an article was deleted, where it was not."""

_OVER = frozenset(
    "lifted over expired passed released ended past public published live no-embargo not-embargoed unembargoed"
    " no-longer-embargoed aufgehoben abgelaufen beendet levé terminé levantado terminado знято снято".split()
)
"""What is said of an embargo that ended, or that never was."""


def why_hidden(document: Document, fields: Fields, rules: ReadingRules) -> str:
    """Why a document is not to be shown, or an empty text."""
    shown = rules.mapping(document.path).get("shown", ())
    for told in document.withheld:  # each has to be let through by itself
        if not (told.key and stated_as(told.key, told.value) in shown):
            return told.said
    drafts = fields.all("draft")
    if any(truth(stated.value) for stated in drafts):
        return "draft"
    if any(_is_day_of_deletion(stated.key, stated.value) for stated in drafts):
        return "not published"
    if any(truth(stated.value) is False for stated in fields.all("publication")):
        return "draft"
    if any("embargo" in one.key.casefold() and truth(one.value) for one in fields.all("embargo")):
        return "not published"
    if unread := unread_embargo(fields, rules, document.path):
        return unread.said
    states = [one for one in fields.all("status") if not (shown and stated_as(one.key, one.value) in shown)]
    placed = document.placed and "status" not in rules.mapping(document.path)
    if states and (why := _hidden_by_state(states) or (_in_doubt(states, placed) if document.guarded else "")):
        return why
    return "draft" if "/_drafts/" in f"/{document.path}" else ""


def _hidden_by_state(states: Sequence[Stated]) -> str:
    status = states[0]
    if _is_unpublished(status.value):
        return "draft"
    said = plain_state(status.value) if isinstance(status.value, str) else ""
    if status.key.rsplit(".", 1)[-1].casefold() == "stage" and said != "draft":
        said = ""  # the stage of a project or a bill may well be a review; Hygraph has drafts in it
    if said in HIDDEN:
        return "draft" if said in DRAFTS else "not published"
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
    """The embargo that says words of which nobody knows when it ends, unless a setting shows them."""
    shown = rules.mapping(path).get("shown", ())
    for one in fields.all("embargo"):
        if "embargo" in one.key.casefold() and not (is_over(one.value) or _is_time(one.value, rules)):
            found = Withheld("", one.key, one.value)
            if stated_as(one.key, one.value) not in shown:
                return found
    return None


def is_over(value: object) -> bool:
    """Whether the words of an embargo say that there is none, or none any more."""
    said = plain_state(value) if isinstance(value, str) else ""
    return said.removeprefix("embargo-") in _OVER


def _is_time(value: object, rules: ReadingRules) -> bool:
    """Whether a value names a time, in either order of day and month, or says plainly yes or no."""
    if isinstance(value, list | tuple):
        value = next(iter(value), None)
    for day_first in (False, True):
        try:
            moment(value, rules.zone, day_first=day_first)
        except ValueError:
            continue
        return True
    return truth(value) is not None


def _is_unpublished(status: object) -> bool:
    """Whether a status is a number that hides: 0 of Drupal and Publii, -2 of Joomla's bin; XML and SQL write a text."""
    if isinstance(status, str):
        return bool(NUMBER.fullmatch(status.strip())) and float(status) < 1
    return isinstance(status, int | float) and status < 1


def _is_private(key: str, value: object) -> bool:
    """Whether a visibility beside a status keeps an item from its readers."""
    return key.casefold().endswith("visibility") and isinstance(value, str) and plain_state(value) in HIDDEN


def _is_day_of_deletion(key: str, value: object) -> bool:
    """Whether a key such as `deleted_at` says a day."""
    plain = re.sub(r"[\W_]+", "", key.rsplit(".", 1)[-1]).casefold()
    if not plain.endswith(("at", "on", "date", "time")) and not plain.startswith("date"):
        return False
    written = str(value).strip().casefold()
    return bool(written) and written not in _NO_DAYS and not written.startswith("0000-00-00")
