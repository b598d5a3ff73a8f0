"""Fetching of a picture from a host that the settings name, and from no other machine.

The host's addresses are looked up once. All must be public, and the connection goes to the one that was checked, so a
name that changes its address meanwhile leads nowhere. Redirections are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Timer
from urllib.parse import urlsplit

MOST_BYTES = 5_000_000
SECONDS = 5.0
"""What a whole picture may take."""
_PIECE = 1 << 16
_KINDS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
"""First bytes of pictures; WebP and AVIF say theirs further on."""

Resolve = Callable[[str], Sequence[str]]
"""Gives the IP addresses of a host. Raises OSError."""
Connect = Callable[[str, str, float], socket.socket]
"""Opens a TLS connection to an IP address for a host, with seconds to wait. Raises OSError."""


class PictureError(Exception):
    """Why a picture was not fetched."""


def resolve(host: str) -> list[str]:
    """The IP addresses of a host by the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def connect(address: str, host: str, seconds: float) -> socket.socket:
    """A TLS connection to port 443 of an address, its certificate checked for the host. Raises OSError."""
    plain = socket.create_connection((address, 443), timeout=seconds)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def fetch_picture(
    url: str, hosts: Sequence[str], resolve: Resolve = resolve, connect: Connect = connect
) -> tuple[bytes, str]:
    """The bytes of a picture and its media type. Raises PictureError.

    It must come by https from one of the hosts, in time, with at most MOST_BYTES, and be a JPEG, PNG, GIF, WebP or AVIF
    by what is stated and by its first bytes.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.port is not None or parts.username or host not in hosts:
        raise PictureError(f"{host or url!r} is no host of image_hosts by https.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii() or any(sign.isspace() for sign in target):
        raise PictureError("The address is not well-formed.")
    try:
        address = _public(host, resolve(host))
        return _read(address, host, target, connect)
    except (OSError, http.client.HTTPException) as failed:
        raise PictureError(f"{host}: {failed}") from failed


def picture_kind(content: bytes) -> str:
    """The media type that the first bytes tell; empty for none of a picture."""
    for begin, kind in _KINDS:
        if content.startswith(begin):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "image/avif" if content[4:12] in (b"ftypavif", b"ftypavis") else ""


def _public(host: str, addresses: Sequence[str]) -> str:
    """The first of a host's addresses. Raises PictureError where one of them is not public."""
    for address in addresses:
        if not is_public(address):
            raise PictureError(f"{host} has an address that is not public.")
    if not addresses:
        raise PictureError(f"{host} has no address.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; what is carried inside it must be public too."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        carried = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            carried.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if any(inner is not None and not inner.is_global for inner in carried):
            return False
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _read(address: str, host: str, target: str, connect: Connect) -> tuple[bytes, str]:
    until = time.monotonic() + SECONDS
    connection = http.client.HTTPConnection(host, 443, timeout=SECONDS)
    connection.sock = connect(address, host, SECONDS)
    end = Timer(SECONDS, _shut, [connection.sock])  # no wait of the socket ends a host that sends a sign now and then
    end.daemon = True
    end.start()
    try:
        headers = {"Host": host, "Accept": "image/avif,image/webp,image/*", "User-Agent": "Lede", "Connection": "close"}
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise PictureError(f"{host} answered {answer.status}.")
        stated = answer.headers.get_content_type()
        if not stated.startswith("image/"):
            raise PictureError(f"{host} sent {stated}.")
        content = _all_of(answer, until)
    except (OSError, http.client.HTTPException):
        if time.monotonic() > until:
            raise PictureError("The picture took too long.") from None
        raise
    finally:
        end.cancel()
        connection.close()
    kind = picture_kind(content)
    if not kind:
        raise PictureError(f"{host} sent no picture that pages show.")
    return content, kind


def _shut(connection: socket.socket) -> None:
    """End what waits for a connection, below its encryption: that is of the thread that waits."""
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _all_of(answer: http.client.HTTPResponse, until: float) -> bytes:
    found = bytearray()
    while piece := answer.read1(_PIECE):
        found += piece
        if len(found) > MOST_BYTES:
            raise PictureError(f"The picture has more than {MOST_BYTES:,} bytes.")
    if time.monotonic() > until:
        raise PictureError("The picture took too long.")
    return bytes(found)
