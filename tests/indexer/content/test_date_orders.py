"""Does an archive tell the order of day and month in its own dates, and say where it does not?"""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.content.date_orders import DateOrders, sign_of, weighed
from indexer.content.inspection import inspect
from indexer.content.reader import FileReport, KnownFiles, Reading, read
from indexer.content.rules import ReadingRules
from search.article import Article
from search.times import iso


def written(root: Path, dates: dict[str, str]) -> None:
    """Articles under these paths with these dates."""
    for name, date in dates.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntitle: {Path(name).stem}\ndate: {date}\n---\nThe tram runs again.\n", encoding="utf-8")


def reading_of(root: Path, known: KnownFiles | None = None) -> Reading:
    """What a folder holds."""
    return read(root, known or KnownFiles(), lambda *_: None)


def days(reading: Reading) -> dict[str, str]:
    """By title, the day of each article."""
    return {one.title: iso(one.published)[:10] for one in reading.articles if one.published}


def doubts(reading: Reading) -> list[str]:
    """The files in which an order is in doubt."""
    return [one.path for one in reading.warnings if one.code == "ambiguous-date"]


@pytest.mark.parametrize(
    ("date", "sign"),
    [("25/03/2024", "d"), ("25/03/24", "d"), ("05/03/24 10:30", "?"), ("05/03/245", ""),
     ("03/25/2024 10:30", "m"), ("05/03/2024", "?"), ("05/05/2024", ""), ("45/03/2024", ""),
     ("2024/03/05", ""), ("25/13/2024", ""), ("a 25/03/2024", "")],
)  # fmt: skip
def test_what_one_date_tells(date, sign):
    """Only a day beyond twelve tells an order."""
    assert sign_of(date) == sign


def orders_of(witnesses: dict[str, str]) -> DateOrders:
    """What an archive tells, of each file of which so many articles have these signs."""
    orders = DateOrders()
    for path, signs in witnesses.items():
        orders.add(path, Counter(signs))
    return orders


def test_the_nearest_folder_tells_first():
    """A folder that contradicts itself is not overruled by the one above; one witness of its own is enough."""
    told = {"a/1.md": "ddd", "a/2.md": "?", "b/1.md": "m?", "b/2.md": "?", "c/x/1.md": "d", "c/x/2.md": "m"}
    orders = orders_of(told)
    assert {path: orders.order(path) for path in ("a/2.md", "b/y/9.md", "c/x/9.md")} == {
        "a/2.md": "day first", "b/y/9.md": "perhaps month first", "c/x/9.md": "both orders"}  # fmt: skip
    assert DateOrders().order("a.md") == ""


@pytest.mark.parametrize(
    ("day_first", "month_first", "order"),
    [(0, 0, ""), (1, 0, "perhaps day first"), (3, 0, "day first"), (0, 3, "month first"), (16, 1, "perhaps day first"),
     (2, 60, "month first"), (3, 1, "both orders"), (4, 4, "both orders"), (1, 4, "perhaps month first")],
)  # fmt: skip
def test_witnesses_are_weighed(day_first, month_first, order):
    """One slip moves nothing; what few tell, or some contradict, is in doubt."""
    assert weighed(day_first, month_first) == order


@pytest.mark.parametrize(
    ("told", "asked", "order"),
    [
        ({"news/1.md": "?", "news/2.md": "?", "other/1.md": "d"}, "news/1.md", ""),
        ({"news/1.md": "?", "news/2.md": "?", "other/1.md": "ddd"}, "news/1.md", "perhaps day first"),
        ({"news/1.md": "m", "news/2.md": "?", "other/1.md": "d" * 99}, "news/2.md", "perhaps month first"),
        ({"2024/03/1.md": "ddd", "2024/04/1.md": "?", "2024/04/2.md": "?"}, "2024/04/1.md", "day first"),
        ({"2023/1.md": "mmm", "2024/1.md": "d" * 99, "2023/2.md": "?"}, "2023/2.md", "month first"),
        ({"2023/1.md": "m", "2024/1.md": "d" * 99, "2023/2.md": "?"}, "2023/2.md", "day first"),
        ({"a/index.md": "ddd", "b/index.md": "?", "b/index.uk.md": "?"}, "b/index.md", "day first"),
        ({"a/text.md": "ddd", "b/text.md": "?"}, "b/text.md", "day first"),
    ],
)
def test_witnesses_of_its_own_folder_come_first(told, asked, order):
    """One from elsewhere tells nothing; folders of months and of one article belong to the folder above."""
    assert orders_of(told).order(asked) == order


FOLDERS = st.sampled_from(["", "news/", "news/2024/03/", "wire/", "wire/a/", "wire/b/c/"])
ARCHIVES = st.dictionaries(
    st.builds(lambda folder, name: f"{folder}{name}.md", FOLDERS, st.sampled_from("abcdefgh")),
    st.text("dm?", min_size=1, max_size=6),
    min_size=1,
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(ARCHIVES, st.randoms())
def test_the_order_of_an_archive_depends_on_nothing_else(told, chance):
    """Files come in any order, and if all dates were the other way round, so would be what they tell."""
    shuffled = chance.sample(list(told.items()), len(told))
    turned = {path: signs.translate({ord("d"): "m", ord("m"): "d"}) for path, signs in told.items()}
    one, same, other = orders_of(told), orders_of(dict(shuffled)), orders_of(turned)
    for path in told:
        order = one.order(path)
        assert same.order(path) == order
        assert other.order(path) == order.replace("day", "*").replace("month", "day").replace("*", "month")


@settings(max_examples=300, deadline=None)
@given(ARCHIVES, st.sampled_from("dm"), st.integers(3, 40))
def test_one_date_moves_no_archive_that_agrees(told, slip, number):
    """Where three or more articles of a folder agree and one date is added anywhere, none is read the other way."""
    told = {f"news/{path}": signs.replace("m", "d") for path, signs in told.items()} | {"news/z.md": "d" * number}
    for place in ("news/z.md", "news/slip.md", "slip.md", "other/slip.md"):
        orders = orders_of({**told, place: told.get(place, "") + slip})
        for path in told:
            assert orders.order(path) != "month first"
            assert orders.order(path) != "perhaps month first"
            assert (number == 3 and slip == "m") or orders.order(path) != "both orders"


@settings(max_examples=300, deadline=None)
@given(ARCHIVES, st.text("dm", max_size=40))
def test_other_folders_move_no_folder_that_tells_its_own_order(told, others):
    """Whatever was published elsewhere."""
    told = {f"news/{path}": signs for path, signs in told.items()} | {"news/y.md": "?", "news/z.md": "d"}
    before, after = orders_of(told), orders_of({**told, "other/x.md": others, "x.md": others})
    assert [after.order(path) for path in told] == [before.order(path) for path in told]


def test_a_few_dates_tell_the_order_of_their_folder(tmp_path):
    """`25/03/2024` in one article puts the day first in all, `03/25/2024` the month; three leave no doubt."""
    written(tmp_path, {"one.md": "05/03/2024", "two.md": "25/03/2024"})
    reading = reading_of(tmp_path)
    assert (days(reading), doubts(reading)) == ({"one": "2024-03-05", "two": "2024-03-25"}, ["one.md"])
    assert "day first; few dates" in str(reading.warnings[0])
    assert inspect(tmp_path, ReadingRules()).warnings["ambiguous-date"].count == 1
    written(tmp_path, {"two.md": "03/25/2024"})
    reading = reading_of(tmp_path)
    assert (days(reading), doubts(reading)) == ({"one": "2024-05-03", "two": "2024-03-25"}, ["one.md"])
    written(tmp_path, {"three.md": "03/26/2024", "four.md": "03/27/2024"})
    reading = reading_of(tmp_path)
    assert (days(reading)["one"], doubts(reading)) == ("2024-05-03", [])
    assert inspect(tmp_path, ReadingRules()).warnings == {}


def test_years_of_two_digits_are_no_other_dates(tmp_path):
    """Their order is told by the same witnesses; with points the day comes first."""
    written(tmp_path, {"one.md": "05/03/24", "two.md": "25/03/24", "three.md": "26/03/24", "four.md": "27/03/24"})
    written(tmp_path, {"points.md": "05.03.24"})
    reading = reading_of(tmp_path)
    assert (days(reading)["one"], days(reading)["points"], doubts(reading)) == ("2024-03-05", "2024-03-05", [])


def test_one_slip_in_thirty_dates_moves_none(tmp_path):
    """Each day of March, and a wire item in the other order."""
    written(tmp_path, {f"{day:02}.md": f"{day:02}/03/2024" for day in range(1, 31)} | {"wire.md": "03/25/2024"})
    found = days(reading_of(tmp_path))
    assert found == {f"{day:02}": f"2024-03-{day:02}" for day in range(1, 31)} | {"wire": "2024-03-25"}


def test_an_expiry_in_another_folder_moves_none(tmp_path):
    """Nothing tells the order of a folder then, and its dates are named."""
    written(tmp_path, {f"news/{month:02}.md": f"{month:02}/05/2024" for month in range(1, 13)})
    written(tmp_path, {"other/a.md": "25/12/2099"})
    reading = reading_of(tmp_path)
    assert all(day == f"2024-{title}-05" for title, day in days(reading).items() if title != "a")
    assert len(doubts(reading)) == 11  # 05/05 is the same either way


def test_what_nothing_tells_is_read_month_first_and_named(tmp_path):
    """An archive that tells no order, or both: a warning names each file in doubt."""
    written(tmp_path, {"one.md": "05/03/2024"})
    reading = reading_of(tmp_path)
    assert (days(reading), doubts(reading)) == ({"one": "2024-05-03"}, ["one.md"])
    written(tmp_path, {"two.md": "25/03/2024", "three.md": "03/25/2024"})
    reading = reading_of(tmp_path)
    assert (days(reading)["one"], doubts(reading)) == ("2024-05-03", ["one.md"])
    assert "in both orders" in str(reading.warnings[0])
    assert inspect(tmp_path, ReadingRules()).warnings["ambiguous-date"].count == 1


def test_each_folder_is_read_in_its_own_order(tmp_path):
    """Two old sites in one archive."""
    written(tmp_path, {"eu/one.md": "05/03/2024", "eu/two.md": "25/03/2024", "us/three.md": "05/03/2024"})
    written(tmp_path, {"us/four.md": "03/25/2024"})
    reading = reading_of(tmp_path)
    assert (days(reading)["one"], days(reading)["three"], doubts(reading)) == (
        "2024-03-05",
        "2024-05-03",
        ["eu/one.md", "us/three.md"],
    )


def test_a_table_beside_articles_tells_and_is_told(tmp_path):
    """Dates of one file tell those of another, whatever their form."""
    written(tmp_path, {"one.md": "05/03/2024"})
    (tmp_path / "rows.csv").write_text("title,date,text\nA tram,25/03/2024,It runs.\n", encoding="utf-8")
    (tmp_path / "items.json").write_text(
        '[{"title": "A bus", "date": "05/03/2024", "text": "It runs."}]', encoding="utf-8"
    )
    reading = reading_of(tmp_path)
    assert (days(reading)["one"], days(reading)["A bus"], doubts(reading)) == (
        "2024-03-05",
        "2024-03-05",
        ["items.json#1", "one.md"],
    )


def test_each_article_of_a_table_is_a_witness(tmp_path):
    """Three rows leave no doubt of the article beside it."""
    written(tmp_path, {"one.md": "05/03/2024"})
    rows = "".join(f"Tram {day},{day}/03/2024,It runs.\n" for day in (24, 25, 26))
    (tmp_path / "rows.csv").write_text(f"title,date,text\n{rows}", encoding="utf-8")
    reading = reading_of(tmp_path)
    assert (days(reading)["one"], doubts(reading)) == ("2024-03-05", [])


class Kept:
    """What an earlier reading gives the next one."""

    def __init__(self, reading: Reading) -> None:
        self._articles = list(reading.articles)
        self._digests, self._files = reading.digests, list(reading.files)

    def rows_of(self, file: str) -> list[int]:
        """The rows of a file."""
        return [row for row, one in enumerate(self._files) if one == file]

    def article(self, row: int, *, texts: bool = True) -> Article:
        """An article, always with its text."""
        del texts
        return self._articles[row]

    def id(self, row: int) -> str:
        """The id of an article."""
        return self._articles[row].id

    def digest(self, row: int) -> str:
        """The digest of an article."""
        return self._digests[row]

    def stored(self, first: int, count: int) -> list[object]:
        """Not asked for here."""
        raise NotImplementedError


@pytest.mark.parametrize(
    ("before", "after"),
    [("25/03/2024", "03/25/2024"), ("25/03/2024", "2024-03-25"), ("2024-03-25", "25/03/2024")],
)
def test_a_known_article_is_read_again_when_its_archive_tells_another_order(tmp_path, before, after):
    """What is taken over from the generation before is what a full build reads, digests included."""
    written(tmp_path, {"one.md": "05/03/2024", "two.md": before})
    earlier = reading_of(tmp_path)
    reports: dict[str, FileReport] = dict(earlier.reports)
    written(tmp_path, {"two.md": after})
    later, full = reading_of(tmp_path, KnownFiles(Kept(earlier), reports)), reading_of(tmp_path)  # type: ignore[arg-type]
    assert days(later) == days(full) != days(earlier)
    assert (later.digests, doubts(later), later.reports) == (full.digests, doubts(full), full.reports)
    assert list(later.articles) == list(full.articles)


def test_the_digest_of_an_article_in_a_guessed_language_tells_its_order_as_well(tmp_path):
    """Another file changes its date, so whoever keeps it by its digest must see another one."""
    written(tmp_path, {"sol.md": "05/03/2024"})
    (tmp_path / "sol.md").write_text("---\ntitle: Sol\ndate: 05/03/2024\n---\nOK\n", encoding="utf-8")
    for number in range(3):
        text = f"---\ntitle: The tram runs {number}\n---\nThe tram to the harbour runs again after years of work.\n"
        (tmp_path / f"e{number}.md").write_text(text, encoding="utf-8")
    before = reading_of(tmp_path)
    assert any(report.guessed for report in before.reports.values())
    written(tmp_path, {"x.md": "25/03/2024"})
    after = reading_of(tmp_path)
    assert days(before)["Sol"] != days(after)["Sol"]
    assert before.digests_by_id()["sol"] != after.digests_by_id()["sol"]
