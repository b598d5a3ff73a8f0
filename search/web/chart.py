"""Chart of a timeline: the numbers of an SVG, without styles."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from search.results import Period, Step, Timeline
from search.times import Millis, iso, millis

WIDTH, HEIGHT = 720, 96
"""Of the drawing, in its own units."""
_KINDS = ("negative", "neutral", "positive")
"""The sentiments that have a colour of their own, from the lowest of a stack; all others share one."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One coloured part of a bar."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A period, drawn: from left to right it has a place of `width`, filled by stacks from below."""

    period: Period
    x: float
    width: float
    since: str
    """What `from` has to be to choose it, and `until` what `to` has to be."""
    until: str
    first: date
    last: date
    stacks: tuple[Stack, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A month below bars of days or weeks, a year below months: so many days or months of it are drawn, 1 to 31."""

    first: date
    last: date
    length: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A timeline, drawn."""

    step: Step
    bars: tuple[Bar, ...]
    scale: tuple[int, ...]
    """The numbers at the drawing's left edge, evenly spaced: the highest first, 0 last."""
    undated: int
    sentiments: tuple[str, ...]
    """Those that any bar has, as the articles spell them."""
    axis: tuple[Stretch, ...]


def chart(timeline: Timeline, zone: tzinfo) -> Chart | None:
    """The drawing of a timeline; None where no article says a date."""
    if not timeline.periods:
        return None
    scale = _scale(max(period.count for period in timeline.periods))
    place = WIDTH / len(timeline.periods)
    bars = tuple(_bar(period, number * place, place, scale[0], zone) for number, period in enumerate(timeline.periods))
    moods = {mood: None for period in timeline.periods for mood in period.sentiments}
    ordered = sorted(moods, key=lambda mood: (-_rank(mood), mood))
    return Chart(timeline.step, bars, scale, timeline.undated, tuple(ordered), _axis(timeline.step, bars))


def labelled(count: int, most: int) -> range:
    """Which of so many bars have a label below them, if at most `most` may."""
    return range(0, count, max(1, -(-count // most)))


def _scale(most: int) -> tuple[int, ...]:
    """A round number that is not below the most, its half where that is whole, and 0."""
    power = 10 ** (len(str(most)) - 1)
    top = next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= most)
    return (top, top // 2, 0) if top % 2 == 0 else (top, 0)


def kind(sentiment: str) -> str:
    """The name of a sentiment's colour."""
    return sentiment.lower() if sentiment.lower() in _KINDS else "other"


def _bar(period: Period, x: float, width: float, top: int, zone: tzinfo) -> Bar:
    first, last = _at(period.since, zone).date(), _at(Millis(period.until - 1), zone).date()
    since = first.isoformat() if _midnight(first, zone) == period.since else iso(period.since)
    until = last.isoformat() if _midnight(_after(last), zone) == period.until else iso(period.until)
    return Bar(period, round(x, 2), round(width, 2), since, until, first, last, _stacks(period, top))


def _stacks(period: Period, top: int) -> tuple[Stack, ...]:
    """The parts of a bar. Stories may bear two sentiments; so parts are shares of the bar, which counts each once."""
    counts = dict.fromkeys((*_KINDS, "other"), 0)
    for sentiment, count in period.sentiments.items():
        counts[kind(sentiment)] += count
    whole, y, found = sum(counts.values()), float(HEIGHT), []
    for name, count in counts.items():
        if count:
            height = HEIGHT * period.count / top * count / whole
            y -= height
            found.append(Stack(name, round(y, 2), round(height, 2)))
    return tuple(found)


def _axis(step: Step, bars: tuple[Bar, ...]) -> tuple[Stretch, ...]:
    """The months below days and weeks, the years below months; nothing below longer steps."""
    by_year = step is Step.MONTH
    if not by_year and step not in (Step.DAY, Step.WEEK):
        return ()
    found, day, last = [], bars[0].first, bars[-1].last
    while day <= last:
        months = day.year * 12 + (12 if by_year else day.month)
        end = min(date(months // 12, months % 12 + 1, 1) if months // 12 <= date.max.year else date.max, _after(last))
        length = (end.year - day.year) * 12 + end.month - day.month if by_year else (end - day).days
        first = day.replace(month=1) if by_year else day.replace(day=1)
        found.append(Stretch(first, _last_day(first, by_year), max(1, length)))
        if end <= day:
            break
        day = end
    return tuple(found)


def _last_day(first: date, by_year: bool) -> date:
    if by_year:
        return first.replace(month=12, day=31)
    following = first.replace(day=28) + timedelta(days=4) if first < date(date.max.year, 12, 1) else date.max
    return following if following == date.max else following.replace(day=1) - timedelta(days=1)


def _rank(sentiment: str) -> int:
    return (*_KINDS, "other").index(kind(sentiment)) if kind(sentiment) != "other" else -1


def _at(moment: Millis, zone: tzinfo) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment)).astimezone(zone)


def _midnight(day: date, zone: tzinfo) -> Millis:
    return millis(datetime(day.year, day.month, day.day, tzinfo=zone))


def _after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)
