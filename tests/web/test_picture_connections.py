"""Does a picture come through a real connection with a checked certificate, and never from a machine inside?"""

import http.server
import shutil
import socket
import ssl
import subprocess
import threading

import pytest

from search.web.picture_fetch import PictureError, fetch_picture

HOST = "pictures.example"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200_000)


class Site:
    """A site of pictures at this machine, with a certificate for HOST; `asked` are the lines and hosts of requests."""

    def __init__(self, folder):
        self.certificate, key = folder / "certificate.pem", folder / "key.pem"
        request = [*"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj".split(), f"/CN={HOST}"]
        request += ["-addext", f"subjectAltName=DNS:{HOST}", "-keyout", str(key), "-out", str(self.certificate)]
        subprocess.run(
            request,
            check=True,
            capture_output=True,
        )
        self.asked = asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append((self.path, self.headers["Host"]))
                if self.path == "/moved.png":
                    self.send_response(302)
                    self.send_header("Location", f"https://{HOST}/a.png")
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.send_header("Content-Length", str(len(PNG)))
                self.end_headers()
                self.wfile.write(PNG)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):  # a handshake that was refused, as it should be
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def connect(self, address, host, seconds):
        """A connection as `picture_fetch.connect` opens it, but to this machine and by this site's certificate."""
        plain = socket.create_connection(("127.0.0.1", self.server.server_port), timeout=seconds)
        try:
            return ssl.create_default_context(cafile=str(self.certificate)).wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def close(self):
        """Stop."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site(tmp_path):
    """A site of pictures."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: no certificate can be made")
    made = Site(tmp_path)
    yield made
    made.close()


def public(_):
    """A resolver that knows one public address."""
    return ["93.184.216.34"]


def test_a_picture_comes_through_tls(site):
    """Whole, in several pieces, the host and the target asked for as they stand in the address."""
    found = fetch_picture(f"https://{HOST}/a.png?w=400", [HOST], public, site.connect)
    assert found == (PNG, "image/png")
    assert site.asked == [("/a.png?w=400", HOST)]


def test_a_certificate_for_another_host_is_refused(site):
    """Before anything is asked."""
    with pytest.raises(PictureError, match="certificate"):
        fetch_picture("https://other.example/a.png", ["other.example"], public, site.connect)
    assert site.asked == []


def test_no_redirection_is_followed(site):
    """Wherever it leads."""
    with pytest.raises(PictureError):
        fetch_picture(f"https://{HOST}/moved.png", [HOST], public, site.connect)
    assert site.asked == [("/moved.png", HOST)]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_machine_inside_is_not_asked_even_where_the_settings_name_it(site, host):
    """The system's own resolver says where the host is: no connection is opened."""
    with pytest.raises(PictureError):
        fetch_picture(f"https://{host}/a.png", [host], connect=site.connect)
    assert site.asked == []
