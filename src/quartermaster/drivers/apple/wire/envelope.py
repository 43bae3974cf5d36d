"""CMS EnvelopedData (RFC 5652, section 6) as SCEP clients make it: RSA key transport, CBC.

The ciphers are what clients in the field send. Single DES comes from one old library only and is
refused unless asked for by name; the request it hides holds a one-time challenge.
"""

from collections.abc import Iterator

from asn1crypto import cms as asn1_cms
from asn1crypto import core, parser
from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES, AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted

DES = "1.3.14.3.2.7"
TRIPLE_DES = "1.2.840.113549.3.7"
AES_128 = "2.16.840.1.101.3.4.1.2"
AES_192 = "2.16.840.1.101.3.4.1.22"
AES_256 = "2.16.840.1.101.3.4.1.42"
_CONTEXT = 2  # the class of a tag that only its place explains
_CONSTRUCTED = 1
_SEQUENCE = 16
_KEY_BYTES = {DES: 8, TRIPLE_DES: 24, AES_128: 16, AES_192: 24, AES_256: 32}


def encrypt(plain: bytes, recipient: x509.Certificate) -> bytes:
    """``plain`` for one recipient, with AES-128-CBC, in the form that every client reads."""
    made = (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(plain)
        .add_recipient(recipient)
        .set_content_encryption_algorithm(AES128)
        .encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    return _in_pieces(made)


def _in_pieces(der: bytes) -> bytes:
    """The same envelope with its content as a constructed octet string of one piece.

    Both forms are BER, but old Go clients take the primitive one for an empty envelope.
    """
    enveloped = asn1_cms.ContentInfo.load(der)["content"]
    content = enveloped["encrypted_content_info"]
    piece = core.OctetString(content["encrypted_content"].native).dump()
    inner = _sequence(
        content["content_type"].dump(),
        content["content_encryption_algorithm"].dump(),
        parser.emit(_CONTEXT, _CONSTRUCTED, 0, piece),
    )
    outer = _sequence(enveloped["version"].dump(), enveloped["recipient_infos"].dump(), inner)
    kind = asn1_cms.ContentType("enveloped_data").dump()
    return _sequence(kind, parser.emit(_CONTEXT, _CONSTRUCTED, 0, outer))


def _sequence(*parts: bytes) -> bytes:
    return bytes(parser.emit(0, _CONSTRUCTED, _SEQUENCE, b"".join(parts)))


def decrypt(der: bytes, key: rsa.RSAPrivateKey, *, allow_des: bool) -> bytes:
    """Open an EnvelopedData that was made for ``key``.

    Every failure of the key or the padding is one and the same error, so that the answer tells
    an attacker nothing.
    """
    try:
        info = asn1_cms.ContentInfo.load(der)
        if info["content_type"].native != "enveloped_data":
            raise Malformed("The message is not CMS EnvelopedData.")
        enveloped = info["content"]
        content = enveloped["encrypted_content_info"]
        algorithm = content["content_encryption_algorithm"]
        cipher = algorithm["algorithm"].dotted
        initial = algorithm["parameters"].native
        secret = _secret(content.contents)
        keys = [
            item.chosen["encrypted_key"].native
            for item in enveloped["recipient_infos"]
            if item.name == "ktri"
        ]
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise Malformed("The envelope is not well-formed.") from problem
    if cipher not in _KEY_BYTES or (cipher == DES and not allow_des):
        raise Untrusted("The envelope's cipher is not accepted; use AES or triple DES.")
    if len(keys) != 1 or not isinstance(secret, bytes) or not isinstance(initial, bytes):
        raise Malformed("The envelope is not for one recipient.")
    return _open(keys[0], cipher, initial, secret, key)


def _secret(content_info: bytes) -> bytes:
    """The encrypted content, which old clients send in pieces (a constructed octet string)."""
    for kind, constructed, tag, value in _elements(content_info):
        if (kind, tag) == (_CONTEXT, 0):
            return b"".join(part for *_, part in _elements(value)) if constructed else value
    raise Malformed("The envelope is empty.")


def _elements(der: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    while der:
        kind, constructed, tag, header, value, trailer = parser.parse(der)
        yield kind, constructed, tag, value
        der = der[len(header) + len(value) + len(trailer) :]


def _open(
    wrapped: bytes, cipher: str, initial: bytes, secret: bytes, key: rsa.RSAPrivateKey
) -> bytes:
    try:
        content_key = key.decrypt(wrapped, padding.PKCS1v15())
        algorithm = _algorithm(cipher, content_key)
        decryptor = Cipher(algorithm, CBC(initial)).decryptor()
        padded = decryptor.update(secret) + decryptor.finalize()
        unpadder = block_padding.PKCS7(algorithm.block_size).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError as problem:
        raise Untrusted("The envelope does not open with our key.") from problem


def _algorithm(cipher: str, key: bytes) -> AES | TripleDES:
    if len(key) != _KEY_BYTES[cipher]:
        raise ValueError("The content key has another length than its cipher's.")
    if cipher == DES:
        return TripleDES(key * 3)  # triple DES with three equal keys is single DES
    return TripleDES(key) if cipher == TRIPLE_DES else AES(key)
