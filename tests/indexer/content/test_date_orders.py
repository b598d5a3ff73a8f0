"""Does an archive tell the order of day and month in its own dates, and say where it does not?"""

from pathlib import Path

import pytest

from indexer.content.date_orders import DateOrders, sign_of
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
    [("25/03/2024", "d"), ("03/25/2024 10:30", "m"), ("05/03/2024", "?"), ("05/05/2024", ""), ("45/03/2024", ""),
     ("2024/03/05", ""), ("25/13/2024", ""), ("a 25/03/2024", "")],
)  # fmt: skip
def test_what_one_date_tells(date, sign):
    """Only a day beyond twelve tells an order."""
    assert sign_of(date) == sign


def test_the_nearest_folder_tells_first():
    """A folder that contradicts itself is not overruled by the one above."""
    orders = DateOrders()
    for path, signs in {"a/1.md": "d", "b/1.md": "m?", "c/x/1.md": "d", "c/x/2.md": "m"}.items():
        orders.add(path, signs)
    told = {path: orders.order(path) for path in ("a/9.md", "b/y/9.md", "c/x/9.md", "9.md")}
    assert told == {"a/9.md": "day first", "b/y/9.md": "month first", "c/x/9.md": "both orders", "9.md": "both orders"}
    assert DateOrders().order("a.md") == ""


def test_one_date_tells_the_order_of_its_archive(tmp_path):
    """`25/03/2024` in one article puts the day first in all, without a warning; `03/25/2024` the month."""
    written(tmp_path, {"one.md": "05/03/2024", "two.md": "25/03/2024"})
    reading = reading_of(tmp_path)
    assert (days(reading), doubts(reading)) == ({"one": "2024-03-05", "two": "2024-03-25"}, [])
    assert inspect(tmp_path, ReadingRules()).warnings == {}
    written(tmp_path, {"two.md": "03/25/2024"})
    reading = reading_of(tmp_path)
    assert (days(reading), doubts(reading)) == ({"one": "2024-05-03", "two": "2024-03-25"}, [])


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
    assert (days(reading)["one"], days(reading)["three"], doubts(reading)) == ("2024-03-05", "2024-05-03", [])


def test_a_table_beside_articles_tells_and_is_told(tmp_path):
    """Dates of one file tell those of another, whatever their form."""
    written(tmp_path, {"one.md": "05/03/2024"})
    (tmp_path / "rows.csv").write_text("title,date,text\nA tram,25/03/2024,It runs.\n", encoding="utf-8")
    (tmp_path / "items.json").write_text(
        '[{"title": "A bus", "date": "05/03/2024", "text": "It runs."}]', encoding="utf-8"
    )
    reading = reading_of(tmp_path)
    assert (days(reading)["one"], days(reading)["A bus"], doubts(reading)) == ("2024-03-05", "2024-03-05", [])


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
