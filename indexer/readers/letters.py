"""Newsletters as they were sent: a file for each, in the form of electronic mail."""

import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from email.utils import parseaddr

from indexer.content.decoding import decoded, repaired
from indexer.content.document import Document, Found, Markup, SourceFile, UnfitError

MAX_HEAD, MAX_PARTS = 32_000, 500
"""No newsletter has so many bytes of headers, or so many parts."""
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


class LetterReader:
    """Reads an .eml file as one article: the subject is its title, who sent it its author."""

    name = "mail"
    suffixes = frozenset({".eml"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file. Addresses of people are not kept. Raises UnfitError for what is no mail."""
        _see_to_size(file.content)
        try:
            letter = message_from_bytes(file.content, policy=policy.default)
            name, address = parseaddr(str(letter["from"] or ""))
            fields: dict[str, object] = {
                "title": str(letter["subject"] or ""),
                "date": str(letter["date"] or ""),
                "author": name,
                "language": str(letter["content-language"] or ""),
                "tags": str(letter["keywords"] or ""),
            }
            part = letter.get_body(preferencelist=("html", "plain"))
        except (MessageError, LookupError, ValueError, TypeError, AttributeError, IndexError, ArithmeticError) as wrong:
            raise UnfitError(f"is no mail that can be read: {type(wrong).__name__}") from wrong
        if not (fields["title"] or fields["date"] or address):
            raise UnfitError("is no mail: it has no subject, date or sender")
        body, markup = _text(part)
        yield Document(path=file.path, fields=fields, body=body, markup=markup, file_language=file.language)


def _see_to_size(content: bytes) -> None:
    """Refuse what the parser of mail would take long over: it looks at each header and part many times."""
    head = _END_OF_HEAD.search(content)
    if (head.start() if head else len(content)) > MAX_HEAD:
        raise UnfitError(f"has more than {MAX_HEAD:,} bytes before its text")
    if content.lower().count(b"content-type:") > MAX_PARTS:
        raise UnfitError(f"has more than {MAX_PARTS:,} parts", 1)


def _text(part: Message | None) -> tuple[str, Markup]:
    if part is None:
        return "", "text"
    written = part.get_payload(decode=True)
    if not isinstance(written, bytes):
        return "", "text"
    try:
        text = written.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        text = decoded(written)[0]
    text = repaired(text.replace("\r\n", "\n"))
    return text, "html" if part.get_content_subtype() == "html" else "text"
