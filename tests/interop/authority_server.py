"""The smallest SCEP server around the codec, to prove the codec alone against foreign clients."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from quartermaster.drivers.apple.wire import ca, csr, scep
from quartermaster.drivers.apple.wire.errors import WireError


class AuthorityServer:
    """An authority that gives a certificate to whoever knows the challenge."""

    def __init__(self, challenge: str, *, allow_des: bool) -> None:
        self.challenge = challenge
        self.allow_des = allow_des
        self.key: rsa.RSAPrivateKey = ca.new_key()
        self.certificate = ca.new_authority(self.key, "Model City", datetime.now(UTC))
        self.issued: list[x509.Certificate] = []
        self.refused: list[str] = []
        self.url = ""

    def answer(self, message: bytes) -> bytes:
        now = datetime.now(UTC)
        outer = scep.read(message)
        try:
            request = csr.open_request(outer, self.key, allow_des=self.allow_des)
        except WireError as problem:
            self.refused.append(str(problem))
            return scep.failure(outer, scep.FailInfo.BAD_ALGORITHM, self.certificate, self.key, now)
        if request.challenge != self.challenge:
            self.refused.append("challenge")
            return scep.failure(outer, scep.FailInfo.BAD_REQUEST, self.certificate, self.key, now)
        public = request.csr.public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        issued = ca.issue(public, holder=uuid4(), authority=self.certificate, key=self.key, at=now)
        self.issued.append(issued)
        return scep.success(outer, issued, self.certificate, self.key, now)


@contextmanager
def running(challenge: str, *, allow_des: bool = False) -> Iterator[AuthorityServer]:
    server = AuthorityServer(challenge, allow_des=allow_des)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            match query.get("operation", [""])[0]:
                case "GetCACaps":
                    self._say("text/plain", "\n".join(scep.CAPABILITIES).encode())
                case "GetCACert":
                    der = server.certificate.public_bytes(Encoding.DER)
                    self._say("application/x-x509-ca-cert", der)
                case "PKIOperation":
                    message = scep.message_of_get(query["message"][0])
                    self._say("application/x-pki-message", server.answer(message))
                case _:
                    self.send_error(400)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._say("application/x-pki-message", server.answer(body))

        def _say(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{httpd.server_port}/scep"
    try:
        yield server
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()
