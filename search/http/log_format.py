"""Log lines, as text or as one JSON object each, with the request's id."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

from search.http.problems import request_id

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def keep_log(form: str) -> None:
    """Write all logs of this process to standard error, as `text` or as `json`; systemd or Docker keeps them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines(_TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)  # it tells which processors it was not built for


class TextLines(logging.Formatter):
    """A line for people, the fields of a record behind its message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without the signs that would forge another; a traceback stands indented below it."""
        kept, record.exc_info, record.exc_text = record.exc_info, None, None
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items())
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
        return msgspec.json.encode(told, enc_hook=str).decode()


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    own: dict[str, Any] = getattr(record, "fields", {})
    asked = request_id.get()
    return {"id": asked, **own} if asked else own


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
