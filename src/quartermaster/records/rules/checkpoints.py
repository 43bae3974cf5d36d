"""Signed checkpoints of the archive's log: C2SP tlog-checkpoint in a C2SP signed note (Ed25519)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "


@dataclass(frozen=True)
class Checkpoint:
    """How large the log is, and the root of its tree."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed: three lines, each with its end."""
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"


@dataclass(frozen=True)
class Signer:
    """The archive's name and its key."""

    name: str
    seed: bytes

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    @property
    def verifier(self) -> str:
        """The public key as verifiers take it: name, key's id, key."""
        shown = _encoded(_ED25519 + self.public)
        return f"{self.name}+{key_id(self.name, self.public).hex()}+{shown}"

    def sign(self, checkpoint: Checkpoint) -> str:
        """The note: text, an empty line, and the signature."""
        text = checkpoint.text()
        signature = key_id(self.name, self.public) + self._key.sign(text.encode())
        return f"{text}\n{_DASH}{self.name} {_encoded(signature)}\n"


def key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def parsed(note: str) -> Checkpoint:
    """The checkpoint that a note says, unchecked; ValueError where it is none."""
    lines = note.split("\n")
    if len(lines) < 6 or lines[3] or not lines[0]:  # noqa: PLR2004 (three lines, a gap, a signature)
        raise ValueError("This is no checkpoint.")
    if not lines[1].isascii() or not lines[1].isdigit() or lines[1] != str(int(lines[1])):
        raise ValueError("This is no size.")
    root = _decoded(lines[2])
    if len(root) != hashlib.sha256().digest_size:
        raise ValueError("This is no root.")
    return Checkpoint(lines[0], int(lines[1]), root)


def is_signed(note: str, name: str, public: bytes) -> bool:
    """Whether a note has a good signature by this key."""
    try:
        text = parsed(note).text()
    except ValueError:
        return False
    if not note.startswith(f"{text}\n"):
        return False
    for line in note[len(text) + 1 :].splitlines():
        given, _, shown = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or given != name:
            continue
        try:
            signature = _decoded(shown)
            if signature[:4] == key_id(name, public):
                Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
                return True
        except (InvalidSignature, ValueError):
            continue
    return False


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise ValueError("This is not base64.") from problem
