"""Access control: host, origin, key, rate and size of a request.

Plain ASGI: nothing is buffered, and what is let in reaches the service untouched.

1. The target is a path, else 400; `OPTIONS *` is answered here.
2. The Host header names this service, else 400: a stranger's name that leads here is DNS rebinding.
3. A page of another origin is one of `cors_origins`, else 403; so is whatever a browser says comes from another site.
4. The client has not asked too much, else 429. A client is a key, or an address; this machine itself is not counted.
5. The key opens what is asked for, else 401 (no key, or an unknown one) or 403 (it does not open that).
6. The headers are no larger than anybody needs, else 431; a body says how long it is, else 411, and is not too long,
   else 413.
"""

import base64
from collections.abc import Mapping
from math import ceil
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.deadline import deadline_of_request
from search.errors import SettingsError
from search.http.api_keys import Key, KeyFile, read_keys
from search.http.clients import Client, Visitors, client_asking, cookie, forwarded_address, headers_of
from search.http.connections import HEADER_BYTES
from search.http.hosts import is_loopback, is_own, is_welcome
from search.http.metrics import Metrics
from search.http.problems import Problem, problem_response
from search.http.rate_limit import NETWORK, Rates, client_network, wide_network
from search.http.shared_state import SharedState
from search.settings import Settings

OPEN = ("/health", "/static", "/favicon.ico", "/robots.txt")
"""What nobody needs a key for: whether the process lives, and the page's own style and scripts."""
GUARDED = ("/metrics", "/status")
"""What tells of the service itself: it takes a key of scope admin."""
EMBEDDED = ("/embed.js", "/thumbnails")
"""What pages of other sites may load without asking by a script."""
MAX_BYTES = 1 << 18
"""Bytes of one request: more than so many searches of the longest text take."""
_NAMES = frozenset(
    (b"host", b"origin", b"authorization", b"x-forwarded-for", b"x-forwarded-proto", b"content-length", b"cookie",
     b"transfer-encoding", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest", b"access-control-request-method")
)  # fmt: skip
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Lede", Basic realm="Lede", charset="UTF-8"'}
_YEAR = 365 * 24 * 3600


class _Refusal(Exception):  # noqa: N818 - not an error of the program
    def __init__(self, why: str, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(why)
        self.why, self.problem, self.headers = why, problem, dict(headers or {})


def is_exposed(settings: Settings) -> bool:
    """Whether strangers may reach the service: it listens beyond this machine, or a proxy passes requests on to it."""
    return not is_loopback(settings.host) or settings.proxies > 0 or bool(settings.allowed_hosts)


def require_safe_binding(settings: Settings) -> None:
    """See that nobody is let in by accident. Raises SettingsError where strangers could ask and no key was made."""
    if not is_exposed(settings) or settings.open_to_all:
        return
    if settings.keys is None or not read_keys(settings.keys):
        what = f"Listening on {settings.host}" if not is_loopback(settings.host) else "`proxies` or `allowed_hosts`"
        raise SettingsError(
            f"{what} lets other machines ask, and there is no key yet.",
            "Set `keys` and run `lede key add NAME`, or say --open-to-all.",
            field="keys",
        )


class Guard:
    """An ASGI application behind the access control that the settings describe."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        metrics: Metrics,
        signing_key: bytes = b"",
        state: SharedState | None = None,
    ) -> None:
        """`signing_key` signs the cookies that tell people behind one address apart.

        The workers of one service have one key and one `state`, and so one limit for each client.
        """
        self._app = app
        self._metrics = metrics
        self._exposed = is_exposed(settings)
        own = settings.host.lower() if not is_loopback(settings.host) else ""
        self._names = tuple(name for name in (own, *settings.allowed_hosts) if name)
        self._origins = settings.cors_origins
        self._keys = KeyFile(settings.keys) if settings.keys else None
        guarded = self._exposed or self._keys is not None
        self._reading_takes_a_key = guarded and not settings.open_to_all
        self._telling_takes_a_key = guarded
        self._rates = Rates(settings.rate, state=state)
        self._visitors = Visitors(signing_key)
        self._proxies = settings.proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(headers_of(scope["headers"], _NAMES))
        key, client = self._client(scope, given)
        scope["lede.client"] = client  # the log tells who was refused, too
        try:
            scope = _with_path(scope, given)
            self._admit(scope, given, key, client)
        except _Refusal as refusal:
            self._metrics.refused(refusal.why)
            answer = (
                Response(status_code=204, headers=refusal.headers)  # `OPTIONS *` is answered, and no body belongs to it
                if refusal.problem.status == 204
                else problem_response(refusal.problem, {**refusal.headers, **self._for_page(given)})
            )
            await answer(scope, receive, send)
            return
        token = client_asking.set(client)
        try:
            await self._app(_with_own_cookie(scope, given), receive, self._marking(scope, client, send))
        finally:
            client_asking.reset(token)
            self._charge(client)

    def _admit(self, scope: Scope, given: Mapping[bytes, str], key: Key | None, client: Client | None) -> None:
        """See that this may be asked, by whom and how it is. Raises a refusal."""
        self._check_origin(scope, given)
        self._check_rate(client)
        self._check_key(scope, given, key)
        if sum(len(name) + len(value) for name, value in scope["headers"]) + len(scope["query_string"]) > HEADER_BYTES:
            told = f"The address and the headers have more than {HEADER_BYTES:,} bytes."
            raise _Refusal("size", Problem("The request is too large", 431, detail=told, remedy="Ask for less."))
        _check_body(given)

    def _check_origin(self, scope: Scope, given: Mapping[bytes, str]) -> None:
        host, origin = given.get(b"host", "").lower(), given.get(b"origin", "").lower()
        here, peer = _address(scope.get("server")), _address(scope.get("client"))
        if not is_own(host, self._names, here, peer):
            told = "The Host header names another service than this."
            raise _Refusal("host", Problem("Not here", 400, detail=told, field="Host", remedy="Set `allowed_hosts`."))
        if not is_welcome(origin, host, self._origins):
            told = "A page of another site asks."
            raise _Refusal("origin", Problem("Not from there", 403, detail=told, remedy="Set `cors_origins`."))
        if given.get(b"sec-fetch-site") == "cross-site" and not (origin or _navigates(scope, given)):
            told = "A page of another site loads this."
            raise _Refusal("site", Problem("Not from there", 403, detail=told, remedy="Set `cors_origins`."))

    def _client(self, scope: Scope, given: Mapping[bytes, str]) -> tuple[Key | None, Client | None]:
        """The key that is given, and who is counted; None where nobody is."""
        token = _token(given.get(b"authorization", ""))
        key = self._keys.whose(token) if self._keys and token else None
        peer = _address(scope.get("client"))
        address = self._address(scope, given, peer)
        scope["lede.admin"] = key.is_admin if key else not self._telling_takes_a_key
        scope["lede.key"] = bool(token)
        if key is not None:
            return key, Client(f"key {key.name}")
        if not self._proxies and is_loopback(peer):
            return None, None
        person = self._visitors.person(given.get(b"cookie", ""))
        return None, Client(client_network(address), person, wide_network(address))

    def _check_rate(self, client: Client | None) -> None:
        if client is None:
            return
        wait = self._rates.wait(client.name, client.person)
        if not wait and client.network:
            wait = self._rates.wait(client.network, times=NETWORK)
        if wait:
            told = Problem("Too many requests", 429, detail="This client asks too often.", remedy="Ask more slowly.")
            raise _Refusal("rate", told, {"Retry-After": str(ceil(wait))})

    def _charge(self, client: Client | None) -> None:
        """Let the client pay for what its request cost beyond an ordinary one."""
        deadline = deadline_of_request.get()
        if client is None or deadline is None:
            return
        self._rates.charge(client.name, deadline.spent, client.person)
        if client.network:
            self._rates.charge(client.network, deadline.spent)

    def _check_key(self, scope: Scope, given: Mapping[bytes, str], key: Key | None) -> None:
        path = scope["path"]
        if self._is_preflight(scope, given) or _below(path, OPEN):
            return
        telling = _below(path, GUARDED)
        if key is None and (self._telling_takes_a_key if telling else self._reading_takes_a_key):
            what = "This key is not known here, or was taken back." if scope["lede.key"] else "This takes a key."
            remedy = "Send it as `Authorization: Bearer …`, or as the password that a browser asks for."
            raise _Refusal("key", Problem("Who asks?", 401, detail=what, remedy=remedy), _CHALLENGE)
        if key is not None and telling and not key.is_admin:
            what = "This key has the scope read; this takes admin."
            raise _Refusal("scope", Problem("Not with this key", 403, detail=what, remedy="Ask whoever gave it."))

    def _is_preflight(self, scope: Scope, given: Mapping[bytes, str]) -> bool:
        """Whether a browser asks, without a key as it always does then, what the page of another site may ask."""
        asks = scope["method"] == "OPTIONS" and b"access-control-request-method" in given
        return asks and bool(self._origins) and b"origin" in given

    def _address(self, scope: Scope, given: Mapping[bytes, str], peer: str) -> str:
        """Where the client is: the peer, or what as many proxies as are trusted say of theirs."""
        if not self._proxies:
            return peer
        if given.get(b"x-forwarded-proto") in ("http", "https"):
            scope["scheme"] = given[b"x-forwarded-proto"]
        return forwarded_address(given.get(b"x-forwarded-for", ""), self._proxies, peer)

    def _marking(self, scope: Scope, client: Client | None, send: Send) -> Send:
        """What sends an answer: kept by nobody else where a key opened it, with a cookie where a page tells nobody."""
        secret = self._reading_takes_a_key
        nameless = self._exposed and client is not None and not client.person and not scope["lede.key"]
        if not secret and not nameless:
            return send

        async def marking(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                if secret:
                    headers = _private(headers)
                if nameless and any(name == b"content-type" and b"text/html" in value for name, value in headers):
                    headers.append((b"set-cookie", self._cookie(scope).encode()))
                    headers = _private(headers)
                message["headers"] = headers
            await send(message)

        return marking

    def _cookie(self, scope: Scope) -> str:
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        value = self._visitors.new()
        return f"lede_visitor={value}; Max-Age={_YEAR}; Path=/; HttpOnly; SameSite=Lax{secure}"

    def _for_page(self, given: Mapping[bytes, str]) -> dict[str, str]:
        """What lets the page of a site that may ask read why it was refused."""
        origin = given.get(b"origin", "")
        listed = origin.lower() in self._origins or "*" in self._origins
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin and listed else {}


def _with_path(scope: Scope, given: dict[bytes, str]) -> Scope:
    """The scope of a request whose target is a path; that of an absolute address is turned into one (RFC 9112, 3.2.2).

    Raises a refusal for any other target.
    """
    path = scope["path"]
    if path.startswith("/"):
        return scope
    if path.startswith(("http://", "https://")) and scope["method"] != "CONNECT":
        try:
            parts = urlsplit(path)
        except ValueError as wrong:
            raise _Refusal("target", _NO_PATH) from wrong
        given[b"host"] = parts.netloc
        own = parts.path or "/"
        return {**scope, "path": own, "raw_path": own.encode("utf-8", "replace")}
    if path == "*" and scope["method"] == "OPTIONS":
        raise _Refusal("target", Problem("Options", 204), {"Allow": "GET, HEAD, POST, OPTIONS"})
    raise _Refusal("target", _NO_PATH)


def _with_own_cookie(scope: Scope, given: Mapping[bytes, str]) -> Scope:
    """The scope with the page's own cookie alone.

    FastAPI has the standard library read all of them before every operation, in quadratic time on some Pythons.
    """
    if b"cookie" not in given:
        return scope
    headers = [header for header in scope["headers"] if header[0] != b"cookie"]
    language = cookie(given[b"cookie"], "ui")
    if language.isalnum() and len(language) < 20:
        headers.append((b"cookie", f"ui={language}".encode("latin-1", "ignore")))
    return {**scope, "headers": headers}


_NO_PATH = Problem(
    "Not a path", 400, detail="The target of the request is no path.", remedy="Ask for a path such as /search?q=…."
)


def _check_body(given: Mapping[bytes, str]) -> None:
    if b"transfer-encoding" in given:
        told = "The body does not say how long it is."
        raise _Refusal(
            "size", Problem("Length required", 411, detail=told, field="body", remedy="Send Content-Length.")
        )
    size = given.get(b"content-length", "0")
    if not (size.isascii() and size.isdecimal()) or len(size) > 20 or int(size) > MAX_BYTES:
        told = f"The body has more than {MAX_BYTES:,} bytes."
        problem = Problem("The request is too large", 413, detail=told, field="body", remedy="Ask for less.")
        raise _Refusal("size", problem)


def _navigates(scope: Scope, given: Mapping[bytes, str]) -> bool:
    """Whether somebody follows a link, or the page of another site loads what it may."""
    if _below(scope["path"], EMBEDDED):
        return True
    return given.get(b"sec-fetch-mode") == "navigate" and given.get(b"sec-fetch-dest", "document") == "document"


def _below(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots)


def _private(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers, with what forbids that an answer is kept for others."""
    kept = [value for name, value in headers if name == b"cache-control"]
    if any(b"private" in value or b"no-store" in value for value in kept):
        return headers
    said = [one.strip() for value in kept for one in value.split(b",")]
    value = b", ".join([b"private", *(one for one in said if one != b"public")]) if kept else b"private, no-cache"
    return [*(header for header in headers if header[0] != b"cache-control"), (b"cache-control", value)]


def _address(end: tuple[str, int | None] | None) -> str:
    return end[0] if end else ""


def _token(authorization: str) -> str:
    """The key of a header: as a bearer token, or as the password of a browser's own dialog, whatever the name."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
        except ValueError:  # of either step, and of signs beyond ASCII
            return ""
    return ""
