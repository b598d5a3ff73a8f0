"""Cursor: an opaque place in one list, that is one query's hits from one generation.

It is signed by a key of the index (HMAC-SHA-256): whoever could make one would choose the generation that answers, and
read there what was withdrawn since.
The first byte is the same in all of them, so that none begins with a dash: on a command line that is an option.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from hmac import compare_digest

import msgspec

from search.errors import RequestError
from search.messages import say
from search.query.model import Cursor, Filters, Mode, Query, Strictness

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""The moment of a query without ages: one page has one `next`, whenever it is requested."""
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Beyond this no cursor was begun: ages may be counted back from one before its signature is looked at."""
_MICROSECOND = timedelta(microseconds=1)
_SIGNATURE, _CHECK = 16, 6
"""Bytes of the signature behind, and of a check behind that: a slip is noticed before the key is there."""
_LONGEST = 400
_GENERATION = re.compile(r"[\w.-]{1,80}")
_Written = tuple[int, str, int, Mode, bytes]


def cursor_text(
    place: int, query: Query, now: datetime, mode: Mode, generation: str, key: bytes, like: str = ""
) -> str:
    """The mark of a place in the hits of a query; `like` is the id of the article that they are similar to.

    `key` is the index's: it signs the mark, so that nobody else makes one.
    """
    written = _written(Cursor(place, generation, now, mode, _digest(query, like), b""))
    return _text(written + _sign(written, key))


def read_cursor(text: str) -> Cursor:
    """What a cursor says. Raises RequestError for what cannot be one; `check_query` tells whether one is forged."""
    try:
        if len(text) > _LONGEST:
            raise ValueError("too long")
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))[:-_CHECK]
        place, generation, moment, mode, digest = msgspec.msgpack.decode(raw[:-_SIGNATURE], type=_Written)
        cursor = Cursor(place, generation, BEGINNING + moment * _MICROSECOND, mode, digest, raw[-_SIGNATURE:])
        sound = 0 <= place < 1 << 53 and BEGINNING <= cursor.now < _LATEST and _GENERATION.fullmatch(generation)
        sound = sound and _text(_written(cursor) + cursor.signature) == text
    except (ValueError, OverflowError, msgspec.MsgspecError):
        sound = None
    if not sound:
        raise RequestError(say("cursor-altered"), say("cursor-as-given"), field="cursor")
    return cursor


def check_query(query: Query, key: bytes, like: str = "") -> None:
    """Raise RequestError where the query's cursor is not signed by the key, or is of the hits of another query."""
    cursor = query.cursor
    if cursor is None:
        return
    if not compare_digest(cursor.signature, _sign(_written(cursor), key)):
        raise RequestError(say("cursor-forged"), say("cursor-as-given"), field="cursor")
    if cursor.query != _digest(query, like):
        raise RequestError(say("cursor-of-other"), say("cursor-as-given"), field="cursor")


def _written(cursor: Cursor) -> bytes:
    moment = (cursor.now - BEGINNING) // _MICROSECOND
    return msgspec.msgpack.encode((cursor.place, cursor.generation, moment, cursor.mode, cursor.query))


def _sign(written: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"cursor\0" + written, "sha256")[:_SIGNATURE]


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw + blake2b(raw, digest_size=_CHECK).digest()).rstrip(b"=").decode()


def _digest(query: Query, like: str) -> bytes:
    """What says which hits there are, and in which order: not the page, nor what else is shown.

    It is made of plain values alone, so that no name of a class or a field decides whether a cursor holds.
    """
    said: tuple[object, ...] = (
        query.text,
        _values(query.filters),
        query.mode.value,
        query.sort.value,
        query.time,
        query.zone,
        query.fold.value,
        query.alpha,
        like,
    )
    if query.strictness is not Strictness.NORMAL or query.min_confidence is not None:
        said = (*said, query.strictness.value, query.min_confidence)
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _values(filters: Filters) -> tuple[object, ...]:
    chosen = tuple((name, choice.include, choice.exclude) for name, choice in filters.choices.items())
    return chosen, filters.since, filters.until
