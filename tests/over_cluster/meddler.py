"""A proxy before one node that meddles with requests: cuts them, delays them, sends them twice.

Of one request nothing is cut more than twice, so that whoever asks again comes through in the end.
"""

import http.client
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

CUTS = ("cut before", "cut behind")
MOST_CUTS = 2


class Mischief:
    """What happens to each request, by chance but the same each run; counts what happened."""

    def __init__(self, seed, shares):
        """`shares` gives what may happen, each with its share of all requests; the rest passes."""
        self.done = Counter()
        self._random = random.Random(seed)
        self._shares = shares
        self._cut = Counter()
        self._lock = threading.Lock()

    def next(self, request):
        """What happens to a request."""
        with self._lock:
            found, left = "pass", self._random.random()
            for what, share in self._shares.items():
                if 0 <= left < share:
                    found = what
                left -= share
            if found in CUTS:
                self._cut[request] += 1
                if self._cut[request] > MOST_CUTS:
                    found = "pass"
            self.done[found] += 1
            return found


class Meddler:
    """The proxy; `address` is what to ask in the place of the node's own."""

    def __init__(self, node, mischief, pause=0.2):
        """`pause` is how long what is delayed waits, in seconds."""
        target = urlsplit(node)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                what = mischief.next((self.command, self.path, body))
                if what == "delay":
                    time.sleep(pause)
                if what == "cut before":
                    self.close_connection = True
                    return
                for _ in range(2 if what == "repeat" else 1):
                    status, headers, answer = self._forward(body)
                self.send_response(status)
                for name in ("Content-Type", "Warning"):
                    if name in headers:
                        self.send_header(name, headers[name])
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                if what == "cut behind":
                    self.wfile.write(answer[: len(answer) // 2])
                    self.close_connection = True
                else:
                    self.wfile.write(answer)

            do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815

            def _forward(self, body):
                asked = http.client.HTTPConnection(target.hostname, target.port)
                try:
                    kept = {name: self.headers[name] for name in ("Content-Type",) if name in self.headers}
                    asked.request(self.command, self.path, body, kept)
                    answer = asked.getresponse()
                    return answer.status, answer.headers, answer.read()
                finally:
                    asked.close()

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # whoever asked has hung up

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self):
        """Nothing is let through any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
