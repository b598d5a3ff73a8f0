"""Pictures of articles: which a page shows, and where from; by setting through Lede, which keeps them in a folder."""

import os
from collections.abc import Callable, Sequence
from hashlib import blake2b
from html.parser import HTMLParser
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic
from urllib.parse import quote, urlsplit

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from search.cache import LruCache
from search.http.admission import Capacity
from search.ports import Engine
from search.settings import Settings
from search.web.picture_fetch import PictureError, fetch_picture, picture_kind

COVER, THUMBNAIL = "cover", "thumbnail"
AT_ONCE = 4
"""Pictures fetched at the same time."""
MOST_KEPT = 500_000_000
"""Bytes that the folder may hold; then those that were fetched first go."""
_LEFT = 0.8
"""The share of it that stays when some go."""
_REFUSED_SECONDS = 600
"""How long, at most, one that could not be fetched is not asked for again."""
_DAY = {"Cache-Control": "public, max-age=86400", "Content-Security-Policy": "default-src 'none'; sandbox"}

Fetch = Callable[[str, Sequence[str]], tuple[bytes, str]]


def admits_image(image: str, hosts: tuple[str, ...]) -> bool:
    """Whether an image comes by https from one of the hosts that the policy is opened for."""
    try:
        parts = urlsplit(image)
        return parts.scheme == "https" and parts.port is None and (parts.hostname or "") in hosts
    except ValueError:
        return False


def picture_address(image: str, article_id: str, of: str, settings: Settings) -> str:
    """Where a page loads a picture of an article from: empty where it shows none, else from Lede or from its host.

    `of` says which it is: COVER, THUMBNAIL, or its number in the text, from 1.
    """
    if not admits_image(image, settings.image_hosts):
        return ""
    return f"/pictures/{quote(article_id)}?of={of}" if settings.image_cache else image


def pictures_in(body_html: str) -> list[str]:
    """The addresses of the pictures of a body, in their order."""
    reader = _Sources()
    reader.feed(body_html)
    reader.close()
    return reader.found


class _Sources(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs).get("src") or "")


def add_pictures(
    app: FastAPI, settings: Settings, engine: Engine, capacity: Capacity, fetch: Fetch = fetch_picture
) -> None:
    """Serve /pictures/{id} where the setting `image_cache` names a folder: pictures that articles name, no others."""
    folder = settings.image_cache
    if folder is None:
        return
    kept = PictureFolder(folder, settings.image_hosts, fetch)
    limiter: list[CapacityLimiter] = []

    @app.get("/pictures/{article_id:path}", include_in_schema=False)
    async def picture(article_id: str, request: Request) -> Response:
        of = request.query_params.get("of", COVER)
        url = await capacity.run(lambda: _named(engine, article_id, of))
        if not admits_image(url, settings.image_hosts):
            raise HTTPException(404)
        if not limiter:
            limiter.append(CapacityLimiter(AT_ONCE))
        try:
            content, kind = await to_thread.run_sync(kept.get, url, limiter=limiter[0])
        except PictureError:
            raise HTTPException(404) from None
        return Response(content, media_type=kind, headers=_DAY)


def _named(engine: Engine, article_id: str, of: str) -> str:
    """The address of a picture that an article names; empty for none. Raises ArticleNotFoundError."""
    if of in (COVER, THUMBNAIL):
        article = engine.article(article_id).article
        return (article.thumbnail if of == THUMBNAIL else "") or article.image
    found = pictures_in(engine.read(article_id).body_html) if of.isascii() and of.isdecimal() and len(of) < 5 else []
    return found[int(of) - 1] if found and 0 < int(of) <= len(found) else ""


class PictureFolder:
    """Pictures in a folder, each fetched when it is first wanted. Safe to use from threads and processes."""

    def __init__(self, folder: Path, hosts: tuple[str, ...], fetch: Fetch) -> None:
        self._folder = folder
        self._hosts = hosts
        self._fetch = fetch
        self._refused: LruCache[str] = LruCache(1_000)

    def get(self, url: str) -> tuple[bytes, str]:
        """The picture of that address and its media type. Raises PictureError."""
        path = self._folder / blake2b(url.encode("utf-8", "replace"), digest_size=16).hexdigest()
        try:
            content = path.read_bytes()
            return content, picture_kind(content)
        except FileNotFoundError:
            pass
        except OSError as unreadable:
            raise PictureError(f"{path.name} cannot be read.") from unreadable
        lately = (url, int(monotonic() // _REFUSED_SECONDS))
        if why := self._refused.known(lately):
            raise PictureError(why)
        try:
            content, kind = self._fetch(url, self._hosts)
        except PictureError as refused:
            why = str(refused)
            self._refused.get(lately, lambda: why)
            raise
        self._keep(path, content)
        return content, kind

    def _keep(self, path: Path, content: bytes) -> None:
        """Keep a picture; where the disk refuses, it is only shown."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as file:
                file.write(content)
            os.replace(file.name, path)
            self._make_room()
        except OSError:
            return

    def _make_room(self) -> None:
        found = []
        for one in os.scandir(self._folder):
            stat = one.stat()
            found.append((stat.st_mtime, stat.st_size, one.path))
        size = sum(bytes_ for _, bytes_, _ in found)
        if size <= MOST_KEPT:
            return
        for _, bytes_, path in sorted(found):
            if size <= _LEFT * MOST_KEPT:
                return
            Path(path).unlink(missing_ok=True)
            size -= bytes_
