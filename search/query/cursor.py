"""Cursor: an opaque place in one list, that is one query's hits from one generation.

It is no secret: the check behind it notices slips, not forgers, and a forger learns nothing that offset does not show.
The first byte is the same in all of them, so that none begins with a dash: on a command line that is an option.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import msgspec

from search.errors import RequestError
from search.query.model import Cursor, Mode, Query, Strictness

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""The moment of a query without ages: one page has one `next`, whenever it is requested."""
_MICROSECOND = timedelta(microseconds=1)
_CHECK = 6
"""Bytes of the check behind."""
_Written = tuple[int, str, int, Mode, bytes]
_REMEDY = "Give the `next` of an answer as it is, with the same query; or leave cursor out and begin again."


def cursor_text(place: int, query: Query, now: datetime, mode: Mode, generation: str, like: str = "") -> str:
    """The mark of a place in the hits of a query; `like` is the id of the article that they are similar to."""
    return _text(Cursor(place, generation, now, mode, _digest(query, like)))


def read_cursor(text: str) -> Cursor:
    """The cursor that was written so. Raises RequestError for any other text."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        place, generation, moment, mode, digest = msgspec.msgpack.decode(raw[:-_CHECK], type=_Written)
        cursor = Cursor(place, generation, BEGINNING + moment * _MICROSECOND, mode, digest)
        sound = place >= 0 and _text(cursor) == text
    except (ValueError, OverflowError, msgspec.MsgspecError):
        sound = False
    if not sound:
        raise RequestError("cursor is none of Lede's, or was altered.", _REMEDY, field="cursor")
    return cursor


def check_query(query: Query, like: str = "") -> None:
    """Raise RequestError where the query goes on from a place in the hits of another one."""
    if query.cursor is not None and query.cursor.query != _digest(query, like):
        raise RequestError("cursor belongs to another query.", _REMEDY, field="cursor")


def _text(cursor: Cursor) -> str:
    moment = (cursor.now - BEGINNING) // _MICROSECOND
    raw = msgspec.msgpack.encode((cursor.place, cursor.generation, moment, cursor.mode, cursor.query))
    return urlsafe_b64encode(raw + blake2b(raw, digest_size=_CHECK).digest()).rstrip(b"=").decode()


def _digest(query: Query, like: str) -> bytes:
    """What says which hits there are, and in which order: not the page, nor what else is shown."""
    said: tuple[object, ...] = (
        query.text,
        query.filters,
        query.mode,
        query.sort,
        query.time,
        query.zone,
        query.fold,
        query.alpha,
        like,
    )
    if query.strictness is not Strictness.NORMAL or query.min_confidence is not None:
        said = (*said, query.strictness, query.min_confidence)
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=8).digest()
