"""The ages that the page offers as filters: counted from now, or from the newest article of an archive that rests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from search.results import Timeline
from search.web.active_filters import dates_label
from search.web.archive_summary import STALE, ArchiveSummary, moment
from search.web.translations import Texts
from search.web.urls import Address

AGES = {"24h": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30), "1y": timedelta(days=365)}


@dataclass(frozen=True, slots=True)
class Preset:
    """An age: its name, what `from` becomes, and where choosing it leads, or taking it away."""

    label: str
    since: str
    address: Address


def presets(
    address: Address, spoken: Texts, summary: ArchiveSummary, now: datetime, timeline: Timeline
) -> Mapping[str, Any]:
    """The ages that admit something, and the day that they count from where that is not today."""
    rests = summary.newest is not None and summary.age(now) > STALE
    newest = moment(summary.newest) if summary.newest is not None else now
    chosen = next(iter(address.values("from")), "")
    free = not address.values("from") and not address.values("to")
    found = []
    for age, length in AGES.items():
        since = (newest - length + timedelta(days=1)).date().isoformat() if rests else age
        begin = (newest if rests else now) - length
        if not free or chosen == since or _any_since(timeline, begin):
            leading = address.without("from", "to") if chosen == since else address.without("to").having(from_=since)
            found.append(Preset(dates_label(age, "", spoken), since, leading))
    return {
        "presets": found,
        "counted_from": spoken.day(newest.date()) if rests else "",
        "summary": summary,
    }


def _any_since(timeline: Timeline, begin: datetime) -> bool:
    """Whether a period that ends behind a moment holds an article."""
    first = int(begin.timestamp() * 1000)
    return any(period.count for period in timeline.periods if period.until > first)
