"""What an archive's owner would correct: each finding with a stable code, a severity, a file and a line."""

import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from indexer.content.languages import without_language, without_language_folders
from indexer.content.reader import Reading
from search.article import Article

_ERRORS = frozenset({"rejected", "broken-front-matter", "unclosed-front-matter", "unreadable-date", "unreadable-field",
                     "unknown-language", "duplicate-id"})  # fmt: skip
"""The codes that make `lint` exit 1."""
_EARLIEST = -2_208_988_800_000
"""1900-01-01T00:00:00Z in milliseconds."""
_SLIP_LENGTH = 6
"""Tags of fewer letters are not compared for slips: `bonds` and `bands` are two tags."""
_MOST_TAGS = 20_000


class Finding(msgspec.Struct, frozen=True):
    """Something to correct."""

    path: str
    line: int
    code: str
    severity: str
    """`error` or `warning`."""
    message: str


def findings(reading: Reading, now: int | None = None) -> list[Finding]:
    """Everything found in what was read, by path and line. `now` is in milliseconds."""
    moment = now if now is not None else time.time_ns() // 1_000_000
    found = [_finding(one.path, one.line, "rejected", one.why) for one in reading.rejected]
    found += [_finding(one.path, one.line, one.code, one.why) for one in reading.warnings]
    for article in reading.articles:
        found += _of_article(article, moment)
    found += [*_tags(reading.articles), *_titles(reading.articles), *_translations(reading.articles)]
    return sorted(found, key=lambda one: (one.path.split("/"), one.line, one.code))


def errors(found: Iterable[Finding]) -> int:
    """How many findings are errors."""
    return sum(1 for one in found if one.severity == "error")


def _finding(path: str, line: int, code: str, message: str) -> Finding:
    return Finding(path, line, code, "error" if code in _ERRORS else "warning", message)


def _of_article(article: Article, now: int) -> Iterator[Finding]:
    for name, moment in (("published", article.published), ("updated", article.updated)):
        if moment is not None and moment > now:
            yield _finding(article.path, 1, "future-date", f"{name} lies ahead")
        if moment is not None and moment < _EARLIEST:
            yield _finding(article.path, 1, "early-date", f"{name} lies before 1900")
    if not article.text:
        yield _finding(article.path, 1, "empty-body", "has no text")
    if re.search("\ufffd", article.title + article.description + article.text[:10_000]):
        yield _finding(article.path, 1, "mojibake", "has signs that no encoding explains")


def _tags(articles: Sequence[Article]) -> Iterator[Finding]:
    uses = Counter(tag for article in articles for tag in article.tags)
    first: dict[str, Article] = {}
    for article in articles:
        for tag in article.tags:
            first.setdefault(tag, article)
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for tag in uses:
        spellings[_bare(tag)].append(tag)
    groups = [sorted(group, key=lambda tag: -uses[tag]) for group in spellings.values()]
    near = {tag: group[0] for group in groups for tag in group[1:]}
    near |= _slips([group[0] for group in groups], uses)
    for tag, common in sorted(near.items()):
        yield _finding(first[tag].path, 1, "near-equal-tags", f"tag {tag!r} is nearly {common!r}")
    for tag, count in sorted(uses.items()):
        if count == 1 and tag not in near and len(articles) > 50:
            yield _finding(first[tag].path, 1, "tag-once", f"tag {tag!r} is used once")


def _slips(tags: Sequence[str], uses: Counter[str]) -> dict[str, str]:
    """Tags that differ by one letter from one that is used at least five times as often."""
    if len(tags) > _MOST_TAGS:
        return {}
    by_deletion: defaultdict[str, list[str]] = defaultdict(list)
    for tag in tags:
        bare = _bare(tag)
        if len(bare) >= _SLIP_LENGTH:
            for key in {bare, *(bare[:at] + bare[at + 1 :] for at in range(len(bare)))}:
                by_deletion[key].append(tag)
    found: dict[str, str] = {}
    for together in by_deletion.values():
        common = max(together, key=lambda tag: uses[tag])
        for tag in together:
            if uses[common] >= 5 * uses[tag] and not _differ_by_digits(tag, common):
                found.setdefault(tag, common)
    return found


def _differ_by_digits(one: str, other: str) -> bool:
    return re.findall(r"\d+", one) != re.findall(r"\d+", other)


def _bare(tag: str) -> str:
    """A tag without case, accents, hyphens and the sign of an English plural."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", tag.casefold()) if not unicodedata.combining(sign))
    letters = re.sub(r"[\s_-]+", "", plain)
    return letters[:-1] if letters.endswith("s") and not letters.endswith("ss") and len(letters) > 3 else letters


def _titles(articles: Sequence[Article]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Article] = {}
    for article in articles:
        other = first.setdefault((article.language, article.title.casefold()), article)
        if other is not article:
            yield _finding(article.path, 1, "duplicate-title", f"has the title of {other.path}")


def _translations(articles: Sequence[Article]) -> Iterator[Finding]:
    """Articles whose partner in another language is missing, where nearly all others have one."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    named: list[tuple[str, Article]] = []
    for article in articles:
        bare = without_language(article.id)
        key = without_language_folders(bare, article.base_language) or (bare if bare != article.id else "")
        if key:
            keys[key].add(article.base_language)
            named.append((key, article))
    paired = sum(1 for languages in keys.values() if len(languages) > 1)
    if paired * 2 < len(keys):
        return
    for key, article in named:
        if len(keys[key]) == 1:
            yield _finding(article.path, 1, "no-translation", f"has no partner beside {article.language}")
