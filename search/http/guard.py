"""Access control: host, origin, key, rate and size of a request.

Plain ASGI: nothing is buffered, and what is let in reaches the service untouched.

1. The Host header names this service, else 400: a stranger's name that leads here is DNS rebinding.
2. A page of another origin is one of `cors_origins`, else 403.
3. The client has not asked too often, else 429. A client is a key, or an address; this machine itself is not counted.
4. The key opens what is asked for, else 401 (no key, or an unknown one) or 403 (it does not open that).
5. The headers are no larger than anybody needs, else 431; the body says that it is not either, else 413. Who reads a
   body that does not say counts it.
"""

import base64
import binascii
from collections.abc import Mapping
from math import ceil

from starlette.types import ASGIApp, Receive, Scope, Send

from search.errors import SettingsError
from search.http.api_keys import KeyFile, read_keys
from search.http.hosts import is_loopback, is_own, is_welcome
from search.http.metrics import Metrics
from search.http.problems import Problem, problem_response
from search.http.rate_limit import Rates, client_network
from search.settings import Settings

OPEN = ("/health", "/static/")
"""What nobody needs a key for: whether the process lives, and the page's own style and scripts."""
GUARDED = ("/metrics", "/status")
"""What tells of the service itself: it takes a key of scope admin."""
HEADER_BYTES = 32_768
"""Headers and query of one request together: a text of 2,000 signs takes up to 24,000 in a URL.

uvicorn's own bound holds only for what comes in pieces."""
_NAMES = frozenset(
    (b"host", b"origin", b"authorization", b"x-forwarded-for", b"x-forwarded-proto", b"content-length",
     b"access-control-request-method")
)  # fmt: skip
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Lede", Basic realm="Lede", charset="UTF-8"'}


class _Refusal(Exception):  # noqa: N818 - not an error of the program
    def __init__(self, why: str, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(why)
        self.why, self.problem, self.headers = why, problem, dict(headers or {})


def require_safe_binding(settings: Settings) -> None:
    """See that nobody is let in by accident. Raises SettingsError where strangers could ask and no key was made."""
    if is_loopback(settings.host) or settings.open_to_all:
        return
    if settings.keys is None or not read_keys(settings.keys):
        raise SettingsError(
            f"Listening on {settings.host} lets other machines ask, and there is no key yet.",
            "Set `keys` and run `lede key add NAME`, or say --open-to-all.",
            field="keys",
        )


class Guard:
    """An ASGI application behind the doors that the settings describe."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        exposed = not is_loopback(settings.host)
        own = settings.host.lower() if exposed else ""
        self._names = tuple(name for name in (own, *settings.allowed_hosts) if name)
        self._origins = settings.cors_origins
        self._keys = KeyFile(settings.keys) if settings.keys else None
        guarded = exposed or self._keys is not None
        self._reading_takes_a_key = guarded and not settings.open_to_all
        self._telling_takes_a_key = guarded
        self._rates = Rates(settings.rate)
        self._proxies = settings.proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _NAMES}
        try:
            self._admit(scope, given)
        except _Refusal as refusal:
            self._metrics.refused(refusal.why)
            answer = problem_response(refusal.problem, {**refusal.headers, **self._for_page(given)})
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _admit(self, scope: Scope, given: Mapping[bytes, str]) -> None:
        host, origin = given.get(b"host", "").lower(), given.get(b"origin", "").lower()
        if not is_own(host, self._names):
            told = "The Host header names another service than this."
            raise _Refusal("host", Problem("Not here", 400, detail=told, field="Host", remedy="Set `allowed_hosts`."))
        if not is_welcome(origin, host, self._origins):
            told = "A page of another site asks."
            raise _Refusal("origin", Problem("Not from there", 403, detail=told, remedy="Set `cors_origins`."))
        self._admit_client(scope, given)
        if sum(len(name) + len(value) for name, value in scope["headers"]) + len(scope["query_string"]) > HEADER_BYTES:
            told = f"The address and the headers have more than {HEADER_BYTES:,} bytes."
            raise _Refusal("size", Problem("The request is too large", 431, detail=told, remedy="Ask for less."))
        size = given.get(b"content-length", "0")
        if not size.isdecimal() or int(size) > MAX_BYTES:
            told = f"The body has more than {MAX_BYTES:,} bytes."
            problem = Problem("The request is too large", 413, detail=told, field="body", remedy="Ask for less.")
            raise _Refusal("size", problem)

    def _admit_client(self, scope: Scope, given: Mapping[bytes, str]) -> None:
        token = _token(given.get(b"authorization", ""))
        key = self._keys.whose(token) if self._keys and token else None
        address = self._address(scope, given)
        if key is not None or not is_loopback(address):
            wait = self._rates.wait(f"key {key.name}" if key else client_network(address))
            if wait:
                told = Problem(
                    "Too many requests", 429, detail="This client asks too often.", remedy="Ask more slowly."
                )
                raise _Refusal("rate", told, {"Retry-After": str(ceil(wait))})
        path, preflight = scope["path"], scope["method"] == "OPTIONS" and b"access-control-request-method" in given
        if preflight or path.startswith(OPEN):
            return
        telling = path.startswith(GUARDED)
        if key is None and (self._telling_takes_a_key if telling else self._reading_takes_a_key):
            what = "This takes a key." if not token else "This key is not known here, or was taken back."
            remedy = "Send it as `Authorization: Bearer …`, or as the password that a browser asks for."
            raise _Refusal("key", Problem("Who asks?", 401, detail=what, remedy=remedy), _CHALLENGE)
        if key is not None and telling and not key.is_admin:
            what = "This key has the scope read; this takes admin."
            raise _Refusal("scope", Problem("Not with this key", 403, detail=what, remedy="Ask whoever gave it."))

    def _address(self, scope: Scope, given: Mapping[bytes, str]) -> str:
        """Where the client is: the peer, or what as many proxies as are trusted say of theirs."""
        peer = scope["client"][0] if scope.get("client") else ""
        if not self._proxies:
            return peer
        if given.get(b"x-forwarded-proto") in ("http", "https"):
            scope["scheme"] = given[b"x-forwarded-proto"]
        hops = [hop.strip() for hop in given.get(b"x-forwarded-for", "").split(",") if hop.strip()]
        return hops[-min(self._proxies, len(hops))] if hops else peer

    def _for_page(self, given: Mapping[bytes, str]) -> dict[str, str]:
        """What lets the page of a site that may ask read why it was refused."""
        origin = given.get(b"origin", "")
        listed = origin.lower() in self._origins or "*" in self._origins
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin and listed else {}


def _token(authorization: str) -> str:
    """The key of a header: as a bearer token, or as the password of a browser's own dialog, whatever the name."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


MAX_BYTES = 1 << 18
"""Bytes of one request: more than so many searches of the longest text take."""
