"""Does a typed date, time or age name the right moment, in the right zone?"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import RequestError
from search.query.dates import since, until
from search.times import iso, millis, zone

NOW = datetime(2026, 3, 31, 12, 30, tzinfo=UTC)
KYIV, NEW_YORK = ZoneInfo("Europe/Kyiv"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("typed", "where", "expected"),
    [
        ("2026-02-05", UTC, "2026-02-05T00:00:00Z"),
        ("2026-02-05", KYIV, "2026-02-04T22:00:00Z"),
        ("2026-07-05", KYIV, "2026-07-04T21:00:00Z"),
        ("2026-02-05T05:01:58Z", KYIV, "2026-02-05T05:01:58Z"),
        ("2026-02-05T05:01:58", KYIV, "2026-02-05T03:01:58Z"),
        ("2026-02-05T05:01:58.123+05:30", UTC, "2026-02-04T23:31:58.123Z"),
        (" 2026-02-05 ", UTC, "2026-02-05T00:00:00Z"),
        ("36h", UTC, "2026-03-30T00:30:00Z"),
        ("7d", UTC, "2026-03-24T12:30:00Z"),
        ("2W", UTC, "2026-03-17T12:30:00Z"),
        ("1m", UTC, "2026-02-28T12:30:00Z"),
        ("3m", UTC, "2025-12-31T12:30:00Z"),
        ("1y", UTC, "2025-03-31T12:30:00Z"),
    ],
)
def test_from_names_the_first_moment_admitted(typed, where, expected):
    """Dates and times in their zone, ages back from now; a month back keeps the day, or takes the last there is."""
    assert iso(since(typed, where, NOW)) == expected


@pytest.mark.parametrize(
    ("typed", "where", "expected"),
    [
        ("2026-02-05", UTC, "2026-02-06T00:00:00Z"),
        ("2026-03-29", KYIV, "2026-03-29T21:00:00Z"),
        ("2026-10-25", KYIV, "2026-10-25T22:00:00Z"),
        ("2026-03-08", NEW_YORK, "2026-03-09T04:00:00Z"),
        ("2026-12-31", UTC, "2027-01-01T00:00:00Z"),
        ("2026-02-05T05:01:58Z", UTC, "2026-02-05T05:01:58Z"),
        ("7d", UTC, "2026-03-24T12:30:00Z"),
    ],
)
def test_to_takes_in_the_whole_of_a_bare_day_and_nothing_else(typed, where, expected):
    """A bare date reaches to the next midnight of the zone, also where clocks change; a time is the edge itself."""
    assert iso(until(typed, where, NOW)) == expected


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "2026-02-30", "2026-13-01", "26-02-05", "7", "d", "-7d", "7x", "9999-99-99", "9999y", "1e3d"],
)
@pytest.mark.parametrize(("read", "field"), [(since, "from"), (until, "to")])
def test_what_is_no_date_is_refused_with_its_field_and_examples(read, field, typed):
    """Never a traceback, never a guess."""
    with pytest.raises(RequestError) as refused:
        read(typed, UTC, NOW)
    assert refused.value.field == field
    assert "7d" in refused.value.remedy


@pytest.mark.parametrize(
    "name",
    [
        "Mars/Olympus",
        "",
        "../etc/passwd",
        "/etc/localtime",
        "\0",
        "x" * 5000,
        "Europe",
        "localtime",
        "LocalTime",
        "posix/localtime",
        "Factory",
    ],
)
def test_an_unknown_zone_is_refused(name):
    """A zone that is none is the caller's mistake, whatever the name."""
    with pytest.raises(RequestError) as refused:
        zone(name)
    assert refused.value.field == "tz"


@given(moment=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_millis_and_iso_are_inverse_to_the_millisecond(moment):
    """A moment survives the way to milliseconds and to text."""
    cut = moment - timedelta(microseconds=moment.microsecond % 1000)
    assert datetime.fromisoformat(iso(millis(moment))) == cut


@given(typed=st.text(max_size=12))
def test_any_text_is_a_moment_or_refused(typed):
    """No text makes anything but a moment or a RequestError."""
    for read in (since, until):
        with suppress(RequestError):
            assert isinstance(read(typed, UTC, NOW), int)
