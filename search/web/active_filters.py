"""Active filters as chips, from the address and from the typed text alike."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from search.api.responses import SearchAnswer
from search.query.fields import FIELD_OF_PARAMETER
from search.web.translations import Texts
from search.web.urls import Address

_AGE = re.compile(r"(\d{1,4})([hdwmy])", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter at work: what it is called, and the address without it; None where only the text can be changed."""

    label: str
    without: Address | None
    refuses: bool = False


def chips(address: Address, answer: SearchAnswer, texts: Texts) -> list[Chip]:
    """Every filter at work, in the order of the facets, then dates, then what is set besides."""
    filters = answer.query.filters
    found = [
        _of_value(address, answer, texts, name, value)
        for name, values in filters.items()
        if name not in ("from", "to")
        for value in values
    ]
    return [*found, *_of_dates(address, filters, texts), *_of_choices(address, answer, texts)]


def removal(address: Address, name: str, *spellings: str) -> Address | None:
    """The address without a value, from wherever it stands: a parameter of its own, or the text."""
    folded = {spelling.casefold() for spelling in spellings}

    def fits(typed: str) -> bool:
        return typed.casefold() in folded

    return address.lacking(name, *spellings) or address.untyped((name,), fits)


def value_label(answer: SearchAnswer, texts: Texts, name: str, value: str) -> str:
    """What a value is called where people read it."""
    if name == "sentiment":
        return sentiment_label(texts, value)
    if name == "lang":
        return texts.language_name(value)
    names = {count.value.casefold(): count.name for count in answer.facets.get(name, ()) if count.name}
    return names.get(value.casefold(), value)


def sentiment_label(texts: Texts, sentiment: str) -> str:
    """What a sentiment is called."""
    known = {
        "positive": texts.gettext("positive"),
        "negative": texts.gettext("negative"),
        "neutral": texts.gettext("neutral"),
        "": texts.gettext("none given"),
    }
    return known.get(sentiment.lower(), sentiment)


def _of_value(address: Address, answer: SearchAnswer, texts: Texts, name: str, value: str) -> Chip:
    plain = value.removeprefix("-")
    refuses = value != plain
    label = value_label(answer, texts, name, plain)
    text = texts.gettext("not %(value)s") % {"value": label} if refuses else label
    spellings = [value, label if name == "source" and not refuses else value]
    if name not in FIELD_OF_PARAMETER:
        typed = address.values(name)
        if len(typed) == 1:  # a range is kept in another form than it was typed
            spellings += typed
            text = text.replace(plain, typed[0].removeprefix("-"))
        text = f"{name}: {text}"
    return Chip(text, removal(address, name, *spellings), refuses)


def _of_dates(address: Address, filters: dict[str, list[str]], texts: Texts) -> Iterator[Chip]:
    given = [next(iter(address.values(name)), "").strip() for name in ("from", "to")]
    if any(given):
        yield Chip(dates_label(given[0], given[1], texts), address.without("from", "to"))
    typed = address.untyped(("after", "before", "when"), lambda _: True)
    if typed is not None and ("from" in filters or "to" in filters):
        begin, end = (filters.get(name, [""])[0] for name in ("from", "to"))
        yield Chip(dates_label(begin, end, texts), typed)


def dates_label(since: str, until: str, texts: Texts) -> str:
    """What a stretch of time is called, by its two ends as they were given; "" for an open one."""
    if not until and (age := _AGE.fullmatch(since)):
        return _age_label(int(age[1]), age[2].lower(), texts)
    begin, end = _date_label(since, texts), _date_label(until, texts)
    if begin and end:
        return begin if begin == end else texts.gettext("%(since)s to %(until)s") % {"since": begin, "until": end}
    return texts.gettext("from %(day)s") % {"day": begin} if begin else texts.gettext("up to %(day)s") % {"day": end}


def _age_label(count: int, unit: str, texts: Texts) -> str:
    forms: dict[str, Callable[[], str]] = {
        "h": lambda: texts.ngettext("the last hour", "the last %(num)s hours", count),
        "d": lambda: texts.ngettext("the last day", "the last %(num)s days", count),
        "w": lambda: texts.ngettext("the last week", "the last %(num)s weeks", count),
        "m": lambda: texts.ngettext("the last month", "the last %(num)s months", count),
        "y": lambda: texts.ngettext("the last year", "the last %(num)s years", count),
    }
    return forms[unit]() % {"num": count}


def _date_label(given: str, texts: Texts) -> str:
    try:
        if _DATE.fullmatch(given):
            return texts.day(datetime.fromisoformat(given).date())
        moment = datetime.fromisoformat(given)
        return texts.moment(given) if moment.tzinfo else given
    except (ValueError, OverflowError):
        return given


def _of_choices(address: Address, answer: SearchAnswer, texts: Texts) -> Iterator[Chip]:
    modes = {"keyword": texts.gettext("words only"), "semantic": texts.gettext("meaning only")}
    if answer.query.mode in modes:
        yield Chip(modes[answer.query.mode], address.without("mode"))
    if address.values("fold") and "none" in address.values("fold"):
        yield Chip(texts.gettext("every article of a story"), address.without("fold"))
    for name in answer.query.sources:
        label = texts.gettext("articles of the source “%(text)s” too") % {"text": name}
        yield Chip(label, None)
    if answer.query.time is not None:
        label = texts.gettext("preferring the time “%(text)s”") % {"text": answer.query.time.text}
        yield Chip(label, address.having(time="false"))
    elif "false" in address.values("time"):
        yield Chip(texts.gettext("no time preferred"), address.without("time"))
