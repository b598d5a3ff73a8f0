"""The files that the page loads, kept in memory, each at an address that names its content.

Such an address never changes its content, so browsers keep it for a year; a new version of Lede has new addresses. The
plain name is served too, and asked about each time.
"""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from fastapi import FastAPI, Request, Response

from search.http.etag import reply

FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
}
_IMPORT = re.compile(rb'(?<=from "\./)([\w-]+\.js)(?=")')
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_SOON = {"Cache-Control": "public, max-age=86400"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served; imports of other modules name their addresses."""

    name: str
    address: str
    body: bytes
    media_type: str


@cache
def static_files() -> dict[str, StaticFile]:
    """By name, every file below static/."""
    files: dict[str, StaticFile] = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in _TYPES:
            _read(path.name, files)
    return files


def static_address(name: str) -> str:
    """The address of a file, such as /static/lede.0f8a6b2c41.css."""
    return static_files()[name].address


def modules_of(name: str) -> list[str]:
    """The addresses of the modules that a module imports, which a page can load at once."""
    imported = _IMPORT.findall((FOLDER / name).read_bytes())
    return [static_address(other.decode()) for other in imported]


def add_static_files(app: FastAPI, besides: tuple[StaticFile, ...] = ()) -> None:
    """Serve the files below /static and some besides, and /favicon.ico, which browsers ask for unasked."""
    others = {file.address.rpartition("/")[2]: file for file in besides}

    @app.get("/static/{name}", include_in_schema=False)
    async def static(name: str, request: Request) -> Response:
        file = _by_address().get(name) or others.get(name)
        if file is not None:
            return Response(file.body, media_type=file.media_type, headers=_FOREVER)
        known = static_files().get(name)
        return Response(status_code=404) if known is None else reply(request, known.body, known.media_type)

    @app.get("/favicon.ico", include_in_schema=False)
    async def icon() -> Response:
        file = static_files()["favicon.ico"]
        return Response(file.body, media_type=file.media_type, headers=_SOON)


@cache
def _by_address() -> dict[str, StaticFile]:
    return {file.address.rpartition("/")[2]: file for file in static_files().values()}


def digested(name: str, body: bytes, media_type: str) -> StaticFile:
    """A file at an address that names its content."""
    digest = blake2b(body, digest_size=6).hexdigest()
    stem, _, suffix = name.rpartition(".")
    return StaticFile(name, f"/static/{stem}.{digest}.{suffix}", body, media_type)


def _read(name: str, files: dict[str, StaticFile]) -> StaticFile:
    """The file of that name, added to `files` with all that it imports."""
    if name not in files:
        path = FOLDER / name

        def address(found: re.Match[bytes]) -> bytes:
            return _read(found[1].decode(), files).address.rpartition("/")[2].encode()

        body = path.read_bytes()
        if path.suffix == ".js":
            body = _IMPORT.sub(address, body)
        files[name] = digested(name, body, _TYPES[path.suffix])
    return files[name]
