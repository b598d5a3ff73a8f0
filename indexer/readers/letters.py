"""Newsletters as they were sent: a file for each, in the form of electronic mail."""

import re
from collections.abc import Iterable
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from indexer.content.decoding import declared_codec, decoded, repaired
from indexer.content.document import Document, Found, Markup, Omitted, SourceFile, UnfitError
from indexer.readers.letter_states import letter_state

MAX_HEAD, MAX_PARTS, MAX_PARAMETERS = 32_000, 500, 2_000
"""No newsletter has so many bytes of headers, so many parts, or so many parameters in the headers of its parts."""
MAX_PART_HEAD, MAX_PART_HEADS = 4_000, 64_000
"""Bytes of the longest header of a part, which is a type or a file's name; and of all of them."""
MAX_LOOKS = 10_000_000
"""Each line is looked at once for each part that others lie in: lines times such parts."""
_PART_HEAD = re.compile(
    rb"^content-[a-z-]{1,40}[ \t]*+:[^\r\n]*+(?:(?:\r\n|\r|\n)[ \t][^\r\n]*+)*+", re.MULTILINE | re.IGNORECASE
)
_BOUNDARY = re.compile(rb"boundary[\s*\d]{0,9}=", re.IGNORECASE)
_NO_WORDS = re.compile(r"<[^<>]*+>|&(?:nbsp|zwnj|#8203|#160);")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_LONGEST_HEADER, _MOST_QUOTES = 1_000, 100
"""Letters of a header that are read: the parser takes a second for four thousand quotation marks."""
_WHOLE = frozenset({"subject", "content-type", "content-disposition"})
"""Headers that are read whole if they have few quotation marks: the end may hold a boundary, or half a letter."""


if TYPE_CHECKING:
    _Policy = EmailPolicy[EmailMessage]
else:
    _Policy = EmailPolicy


class _ShortHeaders(_Policy):
    def header_fetch_parse(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and not (name.casefold() in _WHOLE and value.count('"') <= _MOST_QUOTES):
            value = value[:_LONGEST_HEADER]
        return super().header_fetch_parse(name, value)


_POLICY = _ShortHeaders()


class LetterReader:
    """Reads an .eml file as one article: the subject is its title, who sent it its author."""

    name = "mail"
    suffixes = frozenset({".eml"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file. Addresses of people are not kept. Raises UnfitError for what is no mail."""
        yield letter_document(file, file.content)


def letter_document(file: SourceFile, written: bytes) -> Document | Omitted:
    """The document that a letter of a file is, if it has a text. Raises UnfitError for what is no mail."""
    _see_to_size(written)
    try:
        letter = message_from_bytes(written, policy=_POLICY)
        state = letter_state(file.path, letter)
        name, address = parseaddr(str(letter["from"] or ""))
        fields: dict[str, object] = {
            "title": str(letter["subject"] or ""),
            "date": str(letter["date"] or ""),
            "author": name,
            "language": str(letter["content-language"] or ""),
            "tags": str(letter["keywords"] or ""),
        }
        part = letter.get_body(preferencelist=("html", "plain"))
    except (
        MessageError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as wrong:
        raise UnfitError(f"is no mail that can be read: {type(wrong).__name__}") from wrong
    if not (fields["title"] or fields["date"] or address):
        raise UnfitError("is no mail: it has no subject, date or sender")
    if state:
        return Omitted(file.path, state)
    body, markup = _text(part)
    if not _has_words(body, markup):
        return Omitted(file.path, "without a text")
    return Document(path=file.path, fields=fields, body=body, markup=markup, file_language=file.language)


def _see_to_size(content: bytes) -> None:
    """Refuse what the parser of mail would take long over: it looks at each header and part many times."""
    head = _END_OF_HEAD.search(content)
    if (head.start() if head else len(content)) > MAX_HEAD:
        raise UnfitError(f"has more than {MAX_HEAD:,} bytes before its text")
    if content.lower().count(b"content-type:") > MAX_PARTS:
        raise UnfitError(f"has more than {MAX_PARTS:,} parts", 1)
    heads = _PART_HEAD.findall(content)
    if max(map(len, heads), default=0) > MAX_PART_HEAD or sum(map(len, heads)) > MAX_PART_HEADS:
        raise UnfitError(f"has headers of its parts of more than {MAX_PART_HEAD:,} bytes, or {MAX_PART_HEADS:,} in all")
    if sum(head.count(b";") for head in heads) > MAX_PARAMETERS:
        raise UnfitError(f"has more than {MAX_PARAMETERS:,} parameters in the headers of its parts")
    lines = max(content.count(b"\n"), content.count(b"\r"))
    if lines * len(_BOUNDARY.findall(content)) > MAX_LOOKS:
        raise UnfitError(f"has too many parts in one another for its {lines:,} lines")


def _has_words(body: str, markup: Markup) -> bool:
    """Whether a text has words: one of pictures alone has none, and none that can be read one that is encrypted."""
    words = _NO_WORDS.sub(" ", body) if markup == "html" else body
    return bool(words.strip()) and not words.lstrip().startswith("-----BEGIN PGP MESSAGE-----")


def _text(part: Message | None) -> tuple[str, Markup]:
    if part is None:
        return "", "text"
    written = part.get_payload(decode=True)
    if not isinstance(written, bytes):
        return "", "text"
    codec = declared_codec(part.get_content_charset(""))
    try:
        text = written.decode(codec) if codec else decoded(written)[0]
    except (LookupError, UnicodeDecodeError):
        text = decoded(written)[0]
    text = repaired(text.replace("\r\n", "\n"))
    return text, "html" if part.get_content_subtype() == "html" else "text"
