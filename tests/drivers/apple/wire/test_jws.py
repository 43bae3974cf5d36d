"""Signed messages of ACME: what is one, and that garbage is refused and never crashes."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from josepy import jwa, jwk

from quartermaster.drivers.apple.wire import jws
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted, WireError

CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1()}
KEYS = {name: ec.generate_private_key(curve) for name, curve in CURVES.items()}
KEYS["RS256"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ALGORITHMS = {"ES256": jwa.ES256, "ES384": jwa.ES384, "RS256": jwa.RS256}


def public(name):
    wrap = jwk.JWKRSA if name == "RS256" else jwk.JWKEC
    return wrap(key=KEYS[name].public_key()).to_json()


def message(name, payload=b"{}", **header):
    given = {"alg": name, "nonce": "n", "url": "u", "jwk": public(name), **header}
    protected = jws.encoded(json.dumps(given).encode())
    body = jws.encoded(payload)
    signature = ALGORITHMS[name].sign(KEYS[name], f"{protected}.{body}".encode())
    parts = {"protected": protected, "payload": body, "signature": jws.encoded(signature)}
    return json.dumps(parts).encode()


@pytest.mark.parametrize("name", KEYS)
@given(payload=st.binary(max_size=200))
def test_what_is_signed_is_read_and_holds(name, payload):
    read = jws.read(message(name, payload))
    jws.check(read, read.key)
    assert (read.payload, read.url, read.nonce, read.account) == (payload, "u", "n", "")


@pytest.mark.parametrize("name", KEYS)
@given(data=st.data())
def test_one_changed_bit_breaks_it(name, data):
    parts = json.loads(message(name, b"{}"))
    signature = bytearray(jws.decoded(parts["signature"]))
    at = data.draw(st.integers(0, len(signature) * 8 - 1))
    signature[at // 8] ^= 1 << at % 8
    parts["signature"] = jws.encoded(bytes(signature))
    read = jws.read(json.dumps(parts).encode())
    with pytest.raises(Untrusted):
        jws.check(read, read.key)


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("other", KEYS)
def test_a_key_goes_with_its_own_algorithm_alone(name, other):
    read = jws.read(message(name))
    if name == other:
        jws.check(read, public(other))
    else:
        with pytest.raises(jws.BadKey, match="does not go with"):
            jws.check(read, public(other))


def test_a_key_is_known_by_what_matters_of_it():
    key = public("ES256")
    assert jws.thumbprint(key) == jws.thumbprint({**key, "use": "sig", "kid": "x"})
    assert jws.thumbprint(key) != jws.thumbprint(public("ES384"))
    assert set(jws.public_part(public("ES256"))) >= {"x", "y", "crv"}


@given(st.binary(max_size=400))
def test_garbage_is_no_message(body):
    with pytest.raises(WireError):
        jws.read(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(header=st.dictionaries(st.sampled_from(["alg", "nonce", "url", "jwk", "kid", "x"]), JSON))
def test_headers_of_any_shape_are_refused_or_read(header):
    parts = {"protected": jws.encoded(json.dumps(header).encode()), "payload": "", "signature": ""}
    try:
        read = jws.read(json.dumps(parts).encode())
    except WireError:
        return
    assert read.algorithm in jws.ALGORITHMS


@given(key=st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "k"]), JSON))
def test_keys_of_any_shape_are_refused(key):
    with pytest.raises(jws.BadKey):
        jws.thumbprint(key)


@given(st.binary(max_size=100))
def test_base64_comes_back_with_and_without_padding(plain):
    text = jws.encoded(plain)
    assert jws.decoded(text) == jws.decoded(text + "=" * (-len(text) % 4)) == plain


@pytest.mark.parametrize("text", ["é", "a b", "a+b/", "A"])
def test_what_is_not_base64url_is_refused(text):
    with pytest.raises(Malformed):
        jws.decoded(text)
