"""Are dates read as sites write them, and nothing guessed?"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from indexer.content.dates import day_of_name, is_ambiguous, moment
from search.times import iso

NOON = "2025-10-14T14:05:42Z"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2025/10/14", "2025-10-14T00:00:00Z"),
        ("October 14, 2025", "2025-10-14T00:00:00Z"),
        ("14 Oct 2025", "2025-10-14T00:00:00Z"),
        ("Tue, 14 Oct 2025 14:05:42 +0000", NOON),
        ("2025-10-14 14:05:42 UTC", NOON),
        ("2025-10-14 16:05:42.000000000 +02:00", NOON),
        ("2025-10-14T16:05:42+02:00[Europe/Berlin]", NOON),
        ("2025-10-14 11:05:42 UTC-03:00", NOON),
        ("2025-10-14 9:05:42 -5", NOON),
        ("10/14/2025 02:05:42 PM UTC", NOON),
        ("2025-10-14 16:05:42 Europe/Berlin", NOON),
        ("1760450742", NOON),
        ("1760450742000", NOON),
        ("2025-1-5", "2025-01-05T00:00:00Z"),
        ("14.10.2025 14:05", "2025-10-14T14:05:00Z"),
        ("05.03.24", "2024-03-05T00:00:00Z"),
        ("5.3.98, 14:05 Uhr", "1998-03-05T14:05:00Z"),
        ("08-02-21 15:00", "2021-08-02T15:00:00Z"),
        ("99-12-31", "1999-12-31T00:00:00Z"),
        ("09 10 2024", "2024-09-10T00:00:00Z"),
        ("16-Mar-20", "2020-03-16T00:00:00Z"),
        ("2 березня 2026", "2026-03-02T00:00:00Z"),
        ("1er mars 2026 à 14h30", "2026-03-01T14:30:00Z"),
        ("5 de maio de 2026", "2026-05-05T00:00:00Z"),
        ("2026年3月2日", "2026-03-02T00:00:00Z"),
        ("24 July 1937", "1937-07-24T00:00:00Z"),
        ("2013-06-07 15.45", "2013-06-07T15:45:00Z"),
        (1760450742, NOON),
        (date(2026, 2, 1), "2026-02-01T00:00:00Z"),
        (datetime(2026, 2, 1, 1, tzinfo=ZoneInfo("Europe/Kyiv")), "2026-01-31T23:00:00Z"),
    ],
)
def test_every_form_of_a_date_is_read(written, expected):
    """Generators, systems, feeds and languages write them so."""
    assert iso(moment(written)) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "unknown",
        "null",
        "TBD",
        None,
        False,
        True,
        "0000-00-00T00:00:00",
        "0001-01-01T00:00:00Z",
        date(1, 1, 1),
        datetime(1, 1, 1),
        -62_135_596_800,
        -62_135_596_800_000,
        -62_169_984_000,
        "-62167219200",
    ],
)
def test_what_says_that_no_date_is_known_is_none(written):
    """No error, and no date."""
    assert moment(written) is None


@pytest.mark.parametrize(
    "written",
    ["Mars 2026", "Feb. 1", "2026", "2026-03", "12:40", "yesterday", "2026-02-30", "9999-12-31T23:59:59-14:00",
     "16:30-:00+16:30", "2026-01-01 25:00", "2026-01-01 10:00 Nowhere/Land", 12, float("nan"), [1], "x" * 200,
     -99_999_999_999_999, "-62999999999000"],
)  # fmt: skip
def test_what_names_no_day_is_refused(written):
    """Today's day and year are never put in its place."""
    with pytest.raises(ValueError, match=r"."):
        moment(written)


def test_a_time_without_a_zone_is_one_of_the_archives_zone():
    """Kyiv's midnight is ten in the evening in UTC; a zone that is written stands."""
    kyiv = ZoneInfo("Europe/Kyiv")
    assert iso(moment("2026-01-15", kyiv)) == "2026-01-14T22:00:00Z"
    assert iso(moment("2026-07-15 10:00", kyiv)) == "2026-07-15T07:00:00Z"
    assert iso(moment("2026-07-15 10:00 +0000", kyiv)) == "2026-07-15T10:00:00Z"
    assert iso(moment("15 July 2026", kyiv)) == "2026-07-14T21:00:00Z"
    assert moment("2026-07-15", UTC) == moment("2026-07-15")


@pytest.mark.parametrize(
    ("name", "day", "rest"),
    [
        ("2013-06-02-jsfiddle", "2013-06-02", "jsfiddle"),
        ("2026-2-10-robo", "2026-02-10", "robo"),
        ("1936-07-18_straits-times", "1936-07-18", "straits-times"),
        ("2026-13-10-x", "", "2026-13-10-x"),
        ("20260210-x", "", "20260210-x"),
        ("release-2.0", "", "release-2.0"),
    ],
)
def test_the_day_at_the_head_of_a_name(name, day, rest):
    """With one digit or two, hyphen or underscore; a number is no day."""
    assert day_of_name(name) == (day, rest)


def test_slashes_may_be_ambiguous():
    """Fifth of March or third of May."""
    assert is_ambiguous("05/03/2026")
    assert not is_ambiguous("25/03/2026")
    assert not is_ambiguous("05/05/2026")
