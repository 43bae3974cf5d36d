"""An IMAP server over TLS on the loopback, of one mailbox: as much of RFC 3501 as is asked."""

import re
import socket
import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from quartermaster.kernel.clock import now


def certificate(folder):
    """A certificate for localhost that signs itself; the paths of it and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "server.pem", folder / "server.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, secret


@dataclass
class Server:
    """Its folders with their messages by UID; ``fails`` is answered NO, once."""

    folders: dict = field(default_factory=lambda: {"INBOX": {}})
    validity: int = 7
    password: str = "brass"
    fails: set = field(default_factory=set)
    asked: list = field(default_factory=list)
    port: int = 0
    deleted: set = field(default_factory=set)

    def start(self, folder):
        self.trust, key = certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.trust, key)
        plain = socket.create_server(("127.0.0.1", 0))
        self.port = plain.getsockname()[1]
        self._socket = context.wrap_socket(plain, server_side=True)
        Thread(target=self._serve, daemon=True).start()

    def stop(self):
        self._socket.close()

    def put(self, content, uid=None):
        box = self.folders["INBOX"]
        box[uid or max(box, default=0) + 1] = content

    def _serve(self):
        while True:
            try:
                talk, _ = self._socket.accept()
            except ssl.SSLError:
                continue  # whoever does not trust us goes away
            except OSError:
                return
            with talk:
                self._talk(talk)

    def _talk(self, talk):
        reader = talk.makefile("rb")
        talk.sendall(b"* OK here\r\n")
        for line in reader:
            tag, _, rest = line.decode().strip().partition(" ")
            verb, _, more = rest.partition(" ")
            if verb.upper() == "UID":
                verb, _, more = more.partition(" ")
            self.asked.append(verb.upper())
            if verb.upper() in self.fails:
                self.fails.discard(verb.upper())
                talk.sendall(f"{tag} NO not now\r\n".encode())
                continue
            said = getattr(self, f"on_{verb.lower()}", lambda _more: b"")(more)
            end = said if isinstance(said, str) else "OK done"
            talk.sendall((b"" if isinstance(said, str) else said) + f"{tag} {end}\r\n".encode())
            if verb.upper() == "LOGOUT":
                return

    def on_capability(self, _more):
        return b"* CAPABILITY IMAP4rev1\r\n"

    def on_login(self, more):
        return b"" if f'"{self.password}"' in more else "NO wrong"

    def on_select(self, _more):
        count = len(self.folders["INBOX"])
        return f"* {count} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] ok\r\n".encode()

    def on_search(self, _more):
        return f"* SEARCH {' '.join(map(str, sorted(self.folders['INBOX'])))}\r\n".encode()

    def on_fetch(self, more):
        uid = int(more.split()[0])
        content = self.folders["INBOX"][uid]
        if "SIZE" in more:
            return f"* 1 FETCH (UID {uid} RFC822.SIZE {len(content)})\r\n".encode()
        return f"* 1 FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n"

    def on_create(self, more):
        self.folders.setdefault(more.strip('"'), {})
        return b""

    def on_copy(self, more):
        uid, folder = re.match(r'(\d+) "(.+)"', more).groups()
        self.folders[folder][len(self.folders[folder]) + 1] = self.folders["INBOX"][int(uid)]
        return b""

    def on_store(self, more):
        self.deleted.add(int(more.split()[0]))
        return b""

    def on_expunge(self, _more):
        for uid in self.deleted:
            self.folders["INBOX"].pop(uid, None)
        self.deleted.clear()
        return b""

    def on_logout(self, _more):
        return b"* BYE\r\n"
