"""The ages that the page offers as filters: counted from now, or from the newest article of an archive that rests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from search.query.model import Query
from search.results import Timeline
from search.times import Millis, millis, zone
from search.web.active_filters import dates_label
from search.web.archive_summary import STALE, ArchiveSummary, moment
from search.web.translations import Texts
from search.web.urls import Address

AGES = {"24h": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30), "1y": timedelta(days=365)}


@dataclass(frozen=True, slots=True)
class Age:
    """An age of articles: its name, what `from` becomes, and the moment that it begins."""

    name: str
    since: str
    begins: Millis


@dataclass(frozen=True, slots=True)
class Preset:
    """An age as a filter: what it is called, what `from` becomes, what it would show, and where it leads."""

    label: str
    since: str
    count: int
    address: Address


def ages(summary: ArchiveSummary, query: Query, now: datetime) -> list[Age]:
    """The ages that can be chosen, counted back from the newest article where it is old."""
    if not rests(summary, now):
        return [Age(name, name, millis(now - length)) for name, length in AGES.items()]
    found = []
    for name, length in AGES.items():
        first = (moment(summary.newest or Millis(0)) - length + timedelta(days=1)).date()
        begins = datetime.combine(first, time(), zone(query.zone))
        found.append(Age(name, first.isoformat(), millis(begins)))
    return found


def rests(summary: ArchiveSummary, now: datetime) -> bool:
    """Whether the newest article is so old that ages count from it."""
    return summary.newest is not None and summary.age(now) > STALE


def presets(
    address: Address,
    query: Query,
    spoken: Texts,
    summary: ArchiveSummary,
    now: datetime,
    offered: list[Age],
    timeline: Timeline,
) -> Mapping[str, Any]:
    """The ages that admit something, and the day that they count from where that is not today.

    `timeline` has their counts. None is offered where the text itself names dates, which hold beside any chosen one.
    """
    chosen = next(iter(address.values("from")), "")
    dated = query.filters.since is not None or query.filters.until is not None
    typed = dated and not any(address.values(name) for name in ("from", "to"))
    typed = typed or address.untyped(("after", "before", "when"), lambda _: True) is not None
    found = []
    for age, count in zip(offered, timeline.since, strict=True):
        leading = address.without("from", "to")
        if chosen != age.since:
            leading = leading.having(from_=age.since)
        if (count and not typed) or chosen == age.since:
            found.append(Preset(dates_label(age.name, "", spoken), age.since, count, leading))
    return {
        "presets": found,
        "counted_from": spoken.day(moment(summary.newest or Millis(0)).astimezone(UTC).date())
        if rests(summary, now)
        else "",
        "summary": summary,
    }
