"""All readers, and which of them claims a file."""

from functools import lru_cache

from indexer.content.document import Reader
from indexer.readers.data import CsvReader, JsonLinesReader, JsonReader
from indexer.readers.flat_file import LektorReader
from indexer.readers.gemtext import GemtextReader
from indexer.readers.letters import LetterReader
from indexer.readers.light_markup import AsciiDocReader, OrgReader, RestReader, TextileReader
from indexer.readers.mailboxes import MailboxReader
from indexer.readers.markdown import MarkdownReader
from indexer.readers.pages import HtmlReader
from indexer.readers.records import TomlReader, YamlReader
from indexer.readers.sgml import SgmlReader
from indexer.readers.sql_dumps import SqlReader
from indexer.readers.sqlite_databases import SqliteReader
from indexer.readers.tiddlers import TiddlerReader
from indexer.readers.wire import WireReader
from indexer.readers.word_documents import WordReader
from indexer.readers.xml import XmlReader

READERS: tuple[Reader, ...] = (
    MarkdownReader(),
    HtmlReader(),
    RestReader(),
    AsciiDocReader(),
    OrgReader(),
    TextileReader(),
    LektorReader(),
    GemtextReader(),
    TiddlerReader(),
    LetterReader(),
    MailboxReader(),
    WordReader(),
    XmlReader(),
    SgmlReader(),
    WireReader(),
    JsonReader(),
    JsonLinesReader(),
    CsvReader(),
    YamlReader(),
    TomlReader(),
    SqliteReader(),
    SqlReader(),
)
"""Each claims files by their names; the first that does reads them."""


def reader_of(path: str) -> Reader | None:
    """The reader that claims a file of that name, or None."""
    dot = path.rfind(".")
    return _by_suffix(path[dot:].lower()) if dot > 0 else None


@lru_cache(256)
def _by_suffix(suffix: str) -> Reader | None:
    return next((reader for reader in READERS if suffix in reader.suffixes), None)
