"""One article as a reader found it: fields by the keys of its file, and a body in the markup of its file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import msgspec

from indexer.content.publication_states import Withheld
from search.article import Article
from search.index.manifest import Rejected

Markup = Literal["markdown", "mdx", "html", "text"]
SlashedDates = Literal[
    "", "unknown", "both orders", "day first", "month first", "perhaps day first", "perhaps month first"
]
"""The order of day and month in a file; empty for a file that is read as its generator reads it.

`unknown` is that of a table whose dates do not tell it, `both orders` that of an archive whose dates contradict.
`perhaps` is in doubt: few dates tell it, or those of other folders, or some contradict."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as found.

    `digest` is the SHA-256 of all that its articles depend on. `content` is empty where a reader streams the file,
    which it opens beneath `root`, the content folder. `language` is what the folder or the name states. `beside` is
    what other files say of its articles (see companions).
    """

    path: str
    digest: str
    content: bytes = b""
    root: str = ""
    language: str = ""
    beside: bytes = b""
    plain: bool = False
    """Whether its archive has no other texts than plain ones: then one without fields is an article too."""
    slashed: SlashedDates = ""
    """The order of its dates, where the reader of a table looked, or where the whole archive tells it."""


class ContentWarning(msgspec.Struct, frozen=True):
    """What of a file could not be read, or looks wrong, where its article is indexed all the same."""

    path: str
    line: int
    code: str
    """A stable word, such as `unreadable-date`."""
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


class Version(msgspec.Struct, frozen=True):
    """One version of an item that an agency sends again whenever it changes."""

    path: str
    """The article, or an empty text where this version withdraws the item."""
    item: str
    """What all versions of the item have in common."""
    number: str
    time: str

    @property
    def order(self) -> tuple[int, str, str]:
        """What is larger for a newer version."""
        return int(self.number) if self.number.isdecimal() and len(self.number) < 10 else 0, self.time, self.path


class ReadArticle(msgspec.Struct, frozen=True, tag=True):
    """An article, the digest of what it was made of, and its body as compressed safe HTML."""

    article: Article
    html: bytes
    digest: str
    warnings: list[ContentWarning] = []
    languages: tuple[str, ...] = ()
    """Those it may be in, where nothing states its language and its text is too short to tell it surely."""
    version: Version | None = None
    dates: str = ""
    """What its dates with slashes tell of the order of day and month (see date_orders)."""


class Omitted(msgspec.Struct, frozen=True, tag=True):
    """What is readable and no article to be found: a draft, a section page, a file of something else."""

    path: str
    why: str
    """A short reason that files can be counted by, such as `draft`."""
    version: Version | None = None
    note: str = ""
    """What else whoever looks into it should know."""
    warnings: list[ContentWarning] = []


class Refused(msgspec.Struct, frozen=True, tag=True):
    """A rejection, as an outcome."""

    rejected: Rejected


Outcome = ReadArticle | Omitted | Refused


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the fields of a document: a stable code, the line of the file, the reason."""

    code: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Document:
    """One article as it lies in a file. `item` names it in a file of many; `line` is where it begins there."""

    path: str
    fields: Mapping[str, object]
    body: str
    markup: Markup
    item: str = ""
    line: int = 1
    base: str = ""
    """An address that relative links of the body are joined to."""
    front: str = ""
    """The front matter as it is written: where a field stands is looked up in it."""
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    """Of an item in a file of many, the SHA-256 of the item alone."""
    file_language: str = ""
    """What the file as a whole, its folder or its name state."""
    people: Mapping[str, str] = field(default_factory=dict)
    """The names of people by the keys that may stand for them."""
    revision: tuple[str, str, str] | None = None
    """Of an agency's item what all its versions have in common, the number of this one and its time."""
    slashed: SlashedDates = ""
    """How dates with slashes are written in its file."""
    withheld: tuple[Withheld, ...] = ()
    """What keeps a row of a database from readers, unless a setting says that it is shown."""
    guarded: bool = False
    """Whether it is a row of a database of no known system, of which an unknown state is not shown."""
    placed: bool = False
    """Whether no row of its table says a known state in what may be that of a country, such as `state`."""
    origin: Mapping[str, object] | None = None
    """The item as its system has it, where `fields` are made of that: what `inspect` names keys by."""


Found = Document | Omitted | Refused


class Reader(Protocol):
    """Reads one form of file."""

    @property
    def name(self) -> str:
        """What reports call it."""

    @property
    def suffixes(self) -> frozenset[str]:
        """Which files it claims: the ends of their names, with the dot, in small letters."""

    @property
    def streams(self) -> bool:
        """Whether it opens a file of many articles itself and reads it piece by piece."""

    def read(self, file: SourceFile) -> Iterable[Found]:
        """What the file holds, in its order. Raises UnfitError where the whole file is unreadable."""


class UnfitError(Exception):
    """Why a file, or an item of it, cannot become an article, and in which line."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.line = line
