"""Many files to articles, rejections and omissions, by all of the processor's cores."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from indexer.content.articles import article_of
from indexer.content.companions import given_to
from indexer.content.document import Document, Found, Omitted, Outcome, Reader, Refused, SourceFile, UnfitError
from indexer.content.rules import ReadingRules, decoded_rules
from indexer.content.values import clean
from indexer.readers.registry import reader_of
from indexer.worker_pool import Work, spread
from search.index.manifest import Rejected

NOT_FORESEEN = "is of a form that Lede does not foresee; please report it"
"""How the rejection of a file begins that met a fault of a reader."""
UNFORESEEN = (TypeError, ValueError, LookupError, AttributeError, AssertionError, ArithmeticError)
"""What a fault of a reader raises."""


def parse(file: SourceFile, rules: ReadingRules | None = None) -> Iterator[Outcome]:
    """What a file holds: an outcome for each article, draft, or thing that could not be read."""
    reader = reader_of(file.path)
    if reader is None:
        return
    chosen = rules or ReadingRules()
    try:
        for found in found_in(reader, file):
            yield _outcome(file, found, chosen)
    except UnfitError as unfit:
        yield Refused(Rejected(file.path, unfit.line, str(unfit)))
    except RecursionError:
        yield Refused(Rejected(file.path, 1, "lies too deep in itself"))
    except OSError as unreadable:
        yield Refused(Rejected(file.path, 1, f"cannot be read: {unreadable.strerror or unreadable}"))
    except UNFORESEEN as wrong:  # one file of a form that nobody thought of ends no night
        yield Refused(Rejected(file.path, 1, _unforeseen(wrong)))


def found_in(reader: Reader, file: SourceFile) -> Iterator[Found]:
    """What a reader finds in a file; documents know the people of the archive. Raises as `Reader.read`."""
    people = given_to(file).people
    for found in reader.read(file):
        if isinstance(found, Document) and (people or file.slashed):
            told = file.slashed if found.slashed in ("", "unknown") else found.slashed
            yield replace(found, people=people, slashed=told)
        else:
            yield found


def outcomes(files: Iterable[SourceFile], cores: int, rules: ReadingRules | None = None) -> Iterator[list[Outcome]]:
    """The outcomes of each of these files, in their order, by so many cores."""
    about = rules.encoded() if rules else ""
    for _, batch in spread(work(about), files, cores):
        yield from batch


def work(about: str = "") -> Work:
    """Parsing, as work for workers."""
    rules = decoded_rules(about)
    return Work(
        __name__,
        about,
        SourceFile,
        list[list[Outcome]],
        lambda files: [list(parse(file, rules)) for file in files],
    )


def _outcome(file: SourceFile, found: Found, rules: ReadingRules) -> Outcome:
    if isinstance(found, Omitted | Refused):
        return found
    try:
        return article_of(found, rules, file.digest)
    except UnfitError as unfit:
        return Refused(Rejected(_shown(found), unfit.line, str(unfit)))
    except RecursionError:
        return Refused(Rejected(_shown(found), found.line, "lies too deep in itself"))
    except UNFORESEEN as wrong:  # one item of a form that nobody thought of costs no other item of its file
        return Refused(Rejected(_shown(found), found.line, _unforeseen(wrong)))


def _unforeseen(wrong: Exception) -> str:
    return f"{NOT_FORESEEN}: {type(wrong).__name__}: {clean(str(wrong))[:200]}"


def _shown(document: Document) -> str:
    return f"{document.path}#{document.item}" if document.item else document.path
