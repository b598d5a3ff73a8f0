"""What Lede tells a reader: a code, the values that belong to it, and its English form.

Whoever finds that something must be told makes a message with `say`. It is put into words at the edge, in the language
of whoever reads it (search.web.translations); nothing is ever read back out of its words. The English form names no
path of the machine; what only somebody at that machine may read stands in `local`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Self

Value = str | int | float | date


def _(form: str) -> str:
    """Marks a text that is translated when it is read."""
    return form


class Message(str):
    """A message, which is its English text. Equal to any text that reads the same."""

    __slots__ = ("code", "local", "values")
    code: str
    """Which of FORMS it is."""
    values: Mapping[str, Value]
    """What stands for the names in the form; messages and days among them are put into the reader's words."""
    local: str
    """What somebody at this machine reads: with paths, where they matter there."""

    def __new__(cls, code: str, values: Mapping[str, Value], local: str = "") -> Self:
        """The message of a code. Raises KeyError for an unknown code, or where a value is missing."""
        made = super().__new__(cls, FORMS[code] % values)
        made.code, made.values, made.local = code, values, str(local) if local else str.__str__(made)
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, Mapping[str, Value], str]]:
        """How it is copied."""
        return type(self), (self.code, dict(self.values), self.local)


def say(code: str, local: str = "", /, **values: Value) -> Message:
    """The message of a code of FORMS, with these values."""
    return Message(code, values, local)


def local_text(text: str) -> str:
    """What somebody at this machine reads of a text: of a message all of it, of any other the text itself."""
    return text.local if isinstance(text, Message) else text


FORMS = {
    "failed": _("The request failed."),
    "wrong-request": _("The request cannot be answered as it stands."),
    "nothing-here": _("There is nothing at this address."),
    "index-unusable": _("The archive cannot be searched now."),
    "no-generation": _("%(name)s has no published generation."),
    "build-one": _("Run `lede-index build CONTENT`."),
    "broken-generation": _("Generation %(name)s is not what was written: %(what)s."),
    "broken-opening": _("Generation %(name)s cannot be opened (%(what)s)."),
    "broken-lengths": _(
        "Generation %(name)s does not fit together: its manifest, columns and vectors differ in length."
    ),
    "broken-format": _("Generation %(name)s: its format is %(format)s, this version of Lede reads %(own)s."),
    "current-unreadable": _("CURRENT cannot be read: %(why)s."),
    "current-nameless": _("CURRENT names no generation: '%(name)s'."),
    "rollback-or-build": _("Run `lede-index rollback` to serve the one before, or build again."),
    "verify-or-build": _("Run `lede-index verify`, then `lede-index rollback` or build again."),
    "cluster-away": _("The archive cannot be reached now."),
    "cluster-partial": _("The archive cannot be searched in full now."),
    "build-in-full": _("Run `lede-index build CONTENT --full`."),
    "what-and-remedy": _("%(what)s %(remedy)s"),
    "no-tool": _("There is no tool '%(tool)s'."),
    "call-search-or-fetch": _("Call search or fetch."),
    "tool-takes-no": _("search takes no '%(name)s'."),
    "it-takes": _("It takes %(names)s."),
    "fetch-takes-id": _("fetch takes an id and nothing else."),
    "give-result-id": _("Give the id of a result of search."),
    "withdrawn-unreadable": _("The list of withdrawn articles cannot be read."),
    "older-generation": _("generation: an older one answers"),
    "extra-missing": _("This needs a part of Lede that is not installed here."),
    "needs-package": _("This needs the package %(module)s, which is not installed."),
    "install-extra": _("Run `pip install '%(extra)s'`, or `%(target)s` in a clone."),
    "model-unfit": _("the model cannot serve now"),
    "model-loading": _("the model is still loading"),
    "semantic-failed": _("semantic: %(why)s"),
    "reranker-failed": _("reranker: %(why)s"),
    "no-language": _("the model knows %(known)s, not %(language)s, and no twin could help"),
    "no-known-language": _("no article of this index is in a language that the model knows"),
    "no-vectors": _("this article has no vectors"),
    "begun-by-words": _("this list was begun while meaning could not serve, and goes on by words"),
    "begun-by-meaning": _("The list was begun by meaning too, which cannot serve now."),
    "other-model": _(
        "model: the setting names %(set)s, the index was built with %(built)s (dimension %(dimension)s), which answers"
        " until the index is built again"
    ),
    "unknown-value": _("No article has %(field)s %(value)s."),
    "unknown-value-near": _("No article has %(field)s %(value)s. Did you mean %(near)s?"),
    "empty-dates": _(
        "No article has a date between those asked for. The oldest is of %(oldest)s, the newest of %(newest)s."
    ),
    "time-left-out": _("Nothing was published in %(time)s; the time was left out of account."),
    "too-many-conditions": _(
        "The text has %(count)s conditions and %(most)s is the limit, so it was read as plain words."
    ),
    "read-as-words": _("%(written)s was read as plain words. %(remedy)s"),
    "near-read-as-and": _(
        "NEAR compares at most %(most)s pairs in one text; for the others both sides must occur, however far apart."
    ),
    "not-a-date": _("%(field)s %(value)s is not a date."),
    "write-a-date": _("Write a date (2026-02-05), a time (2026-02-05T05:01:58Z) or an age (36h, 7d, 2w, 3m, 1y)."),
    "write-a-number-range": _(
        "Write a number or a range: 10, 10..20, 10.. or ..20; a negative one in brackets: (-5)..3."
    ),
    "write-a-date-range": _(
        "Write a day, month or year (2026-02-05, 2026-02, 2026) or a range: 2026-02-01..2026-02-28, 2026.. or ..2026."
    ),
    "unknown-zone": _("tz %(value)s is not a known time zone."),
    "write-a-zone": _("Use an IANA name such as Europe/Kyiv."),
    "unknown-parameter": _("There is no parameter %(name)s."),
    "unknown-hit-field": _("A hit has no field %(name)s."),
    "did-you-mean": _("Did you mean %(near)s?"),
    "known-are": _("Known are %(names)s."),
    "is-value": _("%(field)s is %(value)s."),
    "given-times": _("%(field)s is given %(count)s times."),
    "give-once": _("Give it once."),
    "choose": _("Choose %(values)s."),
    "give-whole": _("Give a whole number."),
    "give-truth": _("Give true or false."),
    "give-share": _("Give a number from 0 to 1."),
    "give-alpha": _("Give a number from 0 (words) to 1 (meaning)."),
    "give-plain": _("Give a text, a number, true, false or a list."),
    "ask-hits": _("Ask for 0 to %(most)s hits."),
    "ask-values": _("Ask for 1 to %(most)s values."),
    "ask-suggestions": _("Ask for 1 to %(most)s suggestions."),
    "count-from-0": _("Count hits from 0."),
    "too-deep": _("offset + limit is %(value)s; %(most)s is the limit."),
    "go-deeper": _("Go deeper by cursor: the `next` of the page before."),
    "text-too-long": _("The text has %(length)s characters; %(most)s is the limit."),
    "fewer-words": _("Ask with fewer words."),
    "lacks-field": _("%(field)s is missing."),
    "give-beginning": _("Give what was typed so far; it may be empty."),
    "nothing-asked": _("There is nothing to search for: no text and no filter."),
    "give-words": _("Give some words, or a filter such as source, tag or from."),
    "too-many-values": _("%(field)s has %(count)s values; %(most)s is the limit."),
    "fewer-values": _("Ask with fewer values."),
    "value-too-long": _("A value of %(field)s has more than %(most)s characters."),
    "value-as-written": _("Give the value as an article has it."),
    "too-many-parameters": _("The address has more than %(most)s parameters."),
    "fewer-parameters": _("Ask with fewer filters, or by POST /search."),
    "given-together": _("%(one)s is given together with %(other)s."),
    "no-confidence": _("min_confidence is given, and confidence is not known for this model and archive."),
    "use-strictness": _("Leave it out, or use strictness."),
    "two-places": _("Both cursor and offset are given."),
    "give-one": _("Give one of them."),
    "cursor-altered": _("cursor is none of Lede's, or was altered."),
    "cursor-of-other": _("cursor belongs to another query."),
    "cursor-as-given": _(
        "Give the `next` of an answer as it is, with the same query; or leave cursor out and begin again."
    ),
    "cursors-of-several": _("The cursors are of several generations."),
    "ask-one-by-one": _("Ask them one by one."),
    "cursor-forged": _("cursor is not signed by this index."),
    "generation-gone": _("The generation that the cursor belongs to is no longer kept."),
    "begin-again": _("Leave cursor out and begin again."),
    "no-article": _("No article has the id %(id)s."),
    "ids-are-paths": _("Ids are paths below the content folder, without .md."),
    "busy": _("%(count)s questions are being answered or wait."),
    "busy-streams": _("%(count)s long answers are on their way."),
    "busy-client": _("%(count)s questions of this client wait already."),
    "busy-client-streams": _("%(count)s long answers to this client are on their way."),
    "ask-later": _("Ask again in a moment."),
    "too-costly": _("The answer takes more than %(limit)s s of processor time (%(stage)s)."),
    "ask-simpler": _("Ask for less: fewer phrases, operators, filters or facets."),
    "body-no-search": _("The body is no search: %(why)s."),
    "send-search": _('Send {"q": "…", "source": ["…"]}, with the parameters of GET /search.'),
    "body-no-searches": _("The body is no list of searches: %(why)s."),
    "send-searches": _('Send [{"q": "…", "source": ["…"]}, …], with the parameters of /search.'),
    "searches-count": _("There are %(count)s searches."),
    "send-1-to": _("Send 1 to %(most)s."),
    "body-too-large": _("The body has more than %(most)s bytes."),
    "ask-less": _("Ask for less."),
    "in-title": _("%(words)s in the title"),
    "in-description": _("%(words)s in the description"),
    "in-tags": _("%(words)s in the tags"),
    "in-authors": _("%(words)s in the byline"),
    "in-text": _("%(words)s in the text"),
    "words-and-last": _("%(words)s and %(last)s"),
    "more-words": _("%(count)s more"),
    "by-words": _("%(place)s by words"),
    "by-meaning": _("%(place)s by meaning"),
    "by-reranker": _("%(place)s by the reranker"),
    "with-related": _("with related words"),
    "like-the-best": _("much like the best hits"),
    "in-the-time": _("in the time asked for"),
    "near-the-time": _("near the time asked for"),
    "order-of-words": _("behind the best, in the order of words"),
    "order-of-time": _("in the order of time"),
    "less-than-a-day": _("less than a day old"),
    "a-day-old": _("%(days)s day old"),
    "days-old": _("%(days)s days old"),
    "on-one-event": _("one of %(articles)s articles on one event"),
    "on-one-event-from": _("one of %(articles)s articles on one event from %(sources)s sources"),
    "first": _("first"),
    "second": _("second"),
    "third": _("third"),
    "fourth": _("fourth"),
    "fifth": _("fifth"),
    "sixth": _("sixth"),
    "seventh": _("seventh"),
    "eighth": _("eighth"),
    "ninth": _("ninth"),
    "tenth": _("tenth"),
    "place-st": _("%(rank)sst"),
    "place-nd": _("%(rank)snd"),
    "place-rd": _("%(rank)srd"),
    "place-th": _("%(rank)sth"),
}
"""Every message, by its code. A `%(name)s` stands for a value."""
