"""Log lines, as text or as one JSON object each, with the request's id."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

from search.http.problems import request_id

_PARTING = frozenset(' ="\\')
"""Signs by which one value could be read as several fields."""
_NOT_HTTP = "Invalid HTTP request received."
"""What uvicorn says of a request that it cannot read; `search.http.connections` says whose it was."""
_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def keep_log(form: str) -> None:
    """Write all logs of this process to standard error, as `text` or as `json`; systemd or Docker keeps them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines(_TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)  # it tells which processors it was not built for
    logging.getLogger("uvicorn.error").addFilter(_tells_something)


def _tells_something(record: logging.LogRecord) -> bool:
    """Whether a line of uvicorn says what no other line says."""
    return record.msg != _NOT_HTTP


class TextLines(logging.Formatter):
    """A line for people, the fields of a record behind its message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without the signs that would forge another; a traceback stands indented below it."""
        kept, record.exc_info, record.exc_text = record.exc_info, None, None
        fields = " ".join(f"{name}={_quoted(value)}" for name, value in _fields(record).items())
        line = _one_line(f"{super().format(record)} {fields}".strip())
        record.exc_info = kept
        if not kept:
            return line
        return "\n".join([line, *(f"    {_one_line(told)}" for told in self.formatException(kept).splitlines())])


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The object."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return _json(told)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    own: dict[str, Any] = getattr(record, "fields", {})
    asked = request_id.get()
    told = {"id": asked, **own} if asked else own
    return {name: _encodable(value) if isinstance(value, str) else value for name, value in told.items()}


def _encodable(text: str) -> str:
    """The text without halves of characters, which no encoding has."""
    return text.encode("utf-8", "replace").decode()


def _quoted(value: object) -> str:
    """A value as it stands behind its name; in quotes, as JSON has it, where it could be read as another field."""
    text = str(value)
    return text if text and text.isprintable() and not _PARTING & set(text) else _json(text)


def _json(value: object) -> str:
    """JSON in one line, whatever may be taken for the end of one: what does not show is escaped."""
    written = msgspec.json.encode(value, enc_hook=str).decode()
    if written.isprintable():
        return written
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in written)


def _one_line(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
