"""A time stamp authority (RFC 3161) on the loopback: OpenSSL stamps, over real HTTP."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=subject == issuer, path_length=None), critical=True)
    )
    if subject != issuer:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(by, hashes.SHA256())


class Authority:
    """Its keys in a folder, and how it answers: ``mood`` is what the next answers are."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mood, self.asked = folder, "good", 0
        folder.mkdir(parents=True, exist_ok=True)
        root, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self._write("root.pem", _certificate("Root", root, "Root", root))
        self._write("leaf.pem", _certificate("Stamps", leaf, "Root", root))
        key = leaf.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / "leaf.key").write_bytes(key)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def _write(self, name: str, certificate: x509.Certificate) -> None:
        data = certificate.public_bytes(serialization.Encoding.PEM)
        (self.folder / name).write_bytes(data)

    def answer(self, query: bytes) -> bytes:
        """What goes back for a question, in the mood of the moment."""
        self.asked += 1
        if self.mood == "garbage":
            return b"\x30\x03\x02\x01\x00"
        if self.mood == "large":
            return b"x" * 100_000
        path = self.folder / f"{self.asked}.tsq"
        path.write_bytes(query)
        if self.mood in {"other nonce", "other content"}:
            content = self.folder / "content"
            content.write_bytes(b"something else")
            digest = ["-data", str(content)]
            if self.mood == "other nonce":
                digest = ["-digest", _imprint(query)]
            _openssl("-query", *digest, "-sha256", "-cert", "-out", str(path))
        out = self.folder / f"{self.asked}.tsr"
        _openssl(
            "-reply",
            *("-config", str(self.folder / "tsa.cnf"), "-queryfile", str(path)),
            *("-signer", str(self.folder / "leaf.pem"), "-inkey", str(self.folder / "leaf.key")),
            *("-out", str(out)),
        )
        return out.read_bytes()


def _imprint(query: bytes) -> str:
    """The digest that a question names: the octets after its tag and length."""
    start = query.index(b"\x04\x20") + 2
    return query[start : start + 32].hex()


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", "ts", *arguments], check=True, capture_output=True)


@contextmanager
def serving(authority: Authority) -> Iterator[str]:
    """The authority's address, while it answers."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            query = self.rfile.read(length)
            right = self.headers["Content-Type"] == "application/timestamp-query"
            if authority.mood == "away" or not right:
                self.send_error(503)
                return
            content = authority.answer(query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
