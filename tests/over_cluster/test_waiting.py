"""Does waiting for the cluster end when nobody waits for the answer, and does a wrong certificate say so?"""

import datetime
import socket
import ssl
import threading

import pytest

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from search.cluster.connection import ClusterAddress, ClusterUnfitError, Connection
from search.deadline import Deadline
from search.errors import AbandonedError, TooCostlyError


class Silent:
    """A node that takes requests and answers none; tells when it was asked, and when whoever asked hung up."""

    def __init__(self):
        self.asked, self.hung_up = threading.Event(), threading.Event()
        self.times = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        while True:
            try:
                taken, _ = self._listening.accept()
            except OSError:
                return
            with taken:
                self.times += 1
                while b"\r\n\r\n" not in taken.recv(65_536):
                    continue
                self.asked.set()
                while taken.recv(65_536):
                    continue
                self.hung_up.set()

    def close(self):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture
def silent():
    """A node that never answers."""
    made = Silent()
    yield made
    made.close()


def test_the_waiting_ends_with_the_client(silent):
    """The connection to the node is closed, which makes it stop searching; nobody else is asked instead."""
    connection, deadline = Connection(ClusterAddress((silent.address, silent.address))), Deadline()
    outcome = []

    def ask():
        try:
            with deadline.working():
                connection.searches([("a", {})])
        except AbandonedError as gone:
            outcome.append(gone)

    asking = threading.Thread(target=ask)
    asking.start()
    assert silent.asked.wait(60)
    deadline.abandon()
    asking.join()
    assert silent.hung_up.wait(60)
    assert len(outcome) == silent.times == 1


def test_nothing_is_asked_for_a_client_that_has_gone_or_used_up_its_time(silent):
    """No request leaves."""
    connection = Connection(ClusterAddress((silent.address,)))
    gone, spent = Deadline(), Deadline(1e-9)
    with pytest.raises(AbandonedError), gone.working():
        gone.abandon()
        connection.get("/x")
    with pytest.raises(TooCostlyError), spent.working():
        connection.get("/x")
    assert not silent.times


def authority():
    """An authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    return signed(name, key, name, key, x509.BasicConstraints(ca=True, path_length=None)), key


def signed(subject, key, issuer, by, constraints, names=()):
    """A certificate for a day."""
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
    made = made.not_valid_after(now + datetime.timedelta(days=1)).add_extension(constraints, critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    made = made.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
    ).add_extension(
        x509.KeyUsage(*[part in (0, 5) if constraints.ca else part == 0 for part in range(9)]), critical=True
    )
    if names:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
    return made.sign(by, hashes.SHA256())


def written(path, certificate, key=None):
    """A file with a certificate, and its key if it is given."""
    parts = [certificate.public_bytes(serialization.Encoding.PEM)]
    if key is not None:
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        parts.append(key.private_bytes(serialization.Encoding.PEM, form, plain))
    path.write_bytes(b"".join(parts))
    return path


@pytest.fixture
def secured(tmp_path):
    """The address of a node that answers by TLS as `localhost`, and the file of the authority that signed it."""
    (trusted, by), key = authority(), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "node")])
    own = signed(name, key, trusted.subject, by, x509.BasicConstraints(ca=False, path_length=None), ["localhost"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(written(tmp_path / "node.pem", own, key))
    listening = socket.create_server(("127.0.0.1", 0))
    answer = b'{"ok": true}'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n".encode()

    def serve():
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as taken:
                    taken.recv(65_536)
                    taken.sendall(head + answer)
            except OSError:  # it was not trusted
                plain.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1], written(tmp_path / "ca.pem", trusted)
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def test_a_certificate_must_be_of_the_named_authority_and_of_the_node(secured, tmp_path):
    """Trusted where both hold; else it says which setting to see to."""
    port, ca = secured
    good = Connection(ClusterAddress((f"https://localhost:{port}",), ca))
    assert good.get("/x") == {"ok": True}
    another = written(tmp_path / "another.pem", authority()[0])
    for node, trusted in (("localhost", another), ("localhost", None), ("127.0.0.1", ca)):
        with pytest.raises(ClusterUnfitError, match="cluster_ca"):
            Connection(ClusterAddress((f"https://{node}:{port}",), trusted)).get("/x")
