"""Envelopes: what clients in the field send is opened; single DES only where it is asked for."""

import contextlib
import os

import pytest
from asn1crypto import algos, core
from asn1crypto import cms as asn1_cms
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import envelope
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted, WireError

LENGTHS = {
    envelope.DES: 8,
    envelope.TRIPLE_DES: 24,
    envelope.AES_128: 16,
    envelope.AES_192: 24,
    envelope.AES_256: 32,
}
PLAIN = b"a certificate request"


def sealed(pair, cipher: str) -> bytes:
    """An envelope as an old or a new client would make it."""
    secret = os.urandom(LENGTHS[cipher])
    if cipher in {envelope.DES, envelope.TRIPLE_DES}:
        algorithm = TripleDES(secret * 3 if cipher == envelope.DES else secret)
    else:
        algorithm = AES(secret)
    initial = os.urandom(algorithm.block_size // 8)
    padder = block_padding.PKCS7(algorithm.block_size).padder()
    encryptor = Cipher(algorithm, CBC(initial)).encryptor()
    content = encryptor.update(padder.update(PLAIN) + padder.finalize()) + encryptor.finalize()
    certificate = pair.certificate
    issuer = asn1_cms.IssuerAndSerialNumber(
        {
            "issuer": asn1_cms.Name.load(certificate.issuer.public_bytes()),
            "serial_number": certificate.serial_number,
        }
    )
    recipient = asn1_cms.KeyTransRecipientInfo(
        {
            "version": "v0",
            "rid": asn1_cms.RecipientIdentifier({"issuer_and_serial_number": issuer}),
            "key_encryption_algorithm": {"algorithm": "rsaes_pkcs1v15"},
            "encrypted_key": certificate.public_key().encrypt(secret, padding.PKCS1v15()),
        }
    )
    data = asn1_cms.EnvelopedData(
        {
            "version": "v0",
            "recipient_infos": [asn1_cms.RecipientInfo({"ktri": recipient})],
            "encrypted_content_info": {
                "content_type": "data",
                "content_encryption_algorithm": algos.EncryptionAlgorithm(
                    {"algorithm": cipher, "parameters": core.OctetString(initial)}
                ),
                "encrypted_content": content,
            },
        }
    )
    return asn1_cms.ContentInfo({"content_type": "enveloped_data", "content": data}).dump()


@pytest.mark.parametrize("cipher", sorted(set(LENGTHS) - {envelope.DES}))
def test_each_accepted_cipher_opens(authority, cipher):
    der = sealed(authority, cipher)
    assert envelope.decrypt(der, authority.key, allow_des=False) == PLAIN


def test_single_des_opens_only_where_it_is_allowed(authority):
    der = sealed(authority, envelope.DES)
    assert envelope.decrypt(der, authority.key, allow_des=True) == PLAIN
    with pytest.raises(Untrusted, match="cipher is not accepted"):
        envelope.decrypt(der, authority.key, allow_des=False)


@given(plain=st.binary(max_size=5000))
def test_what_we_seal_opens(authority, plain):
    der = envelope.encrypt(plain, authority.certificate)
    assert envelope.decrypt(der, authority.key, allow_des=False) == plain


def test_we_seal_in_pieces_as_old_clients_need_it(authority):
    der = envelope.encrypt(PLAIN, authority.certificate)
    info = asn1_cms.ContentInfo.load(der)["content"]["encrypted_content_info"]
    assert b"\xa0" in info.contents  # [0], constructed
    with pytest.raises(ValueError, match="should have been primitive"):
        info["encrypted_content"].native  # noqa: B018 (strict readers differ: hence our own)


def test_an_envelope_for_another_key_does_not_open(authority, key):
    der = envelope.encrypt(PLAIN, authority.certificate)
    with pytest.raises(Untrusted):
        envelope.decrypt(der, key, allow_des=False)


@given(st.binary(max_size=200))
def test_garbage_is_a_typed_error(data):
    with pytest.raises(Malformed):
        envelope.decrypt(data, None, allow_des=False)


@given(data=st.data())
def test_a_damaged_envelope_never_crashes(authority, data):
    body = bytearray(sealed(authority, envelope.AES_128))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):
        envelope.decrypt(bytes(body), authority.key, allow_des=True)
