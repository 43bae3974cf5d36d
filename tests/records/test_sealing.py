"""Files at rest: what is sealed opens whole, or not at all."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.ids import new_id
from quartermaster.kernel.vault import SecretUnreadable
from quartermaster.records import sealing
from quartermaster.records.errors import RecordDamaged

pytestmark = pytest.mark.clause("G-5")
KEY = bytes(range(32))
LENGTHS = [0, 1, sealing.CHUNK - 1, sealing.CHUNK, sealing.CHUNK + 1, 3 * sealing.CHUNK]


def seal(plain, key=KEY):
    return sealing.sealed(io.BytesIO(plain), key).read()


def unseal(data, key=KEY):
    return b"".join(sealing.opened(io.BytesIO(data), key))


@pytest.mark.parametrize("length", LENGTHS)
def test_every_length_comes_back(length):
    plain = bytes(index % 251 for index in range(length))
    sealed = seal(plain)
    assert unseal(sealed) == plain
    assert plain == b"" or len(plain) < 40 or plain[:40] not in sealed


@given(st.binary(max_size=2000), st.integers(1, 700))
def test_read_in_pieces_of_any_size_it_is_the_same(plain, size):
    stream = sealing.sealed(io.BytesIO(plain), KEY)
    found = b""
    while piece := stream.read(size):
        assert len(piece) <= size
        found += piece
    assert found == seal(plain)


@given(st.binary(min_size=1, max_size=500), st.data())
def test_a_flipped_bit_is_found(plain, data):
    sealed = bytearray(seal(plain))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(RecordDamaged):
        unseal(bytes(sealed))


def test_a_cut_tail_swapped_chunks_and_another_key_are_found():
    plain = b"x" * (3 * sealing.CHUNK + 10)
    sealed = seal(plain)
    step = sealing.CHUNK + sealing.TAG
    head, first, second = sealed[:4], sealed[4 : 4 + step], sealed[4 + step : 4 + 2 * step]
    for wrong in (
        sealed[: 4 + 3 * step],
        sealed[: 4 + step],
        sealed[:4],
        b"",
        head + second + first + sealed[4 + 2 * step :],
        sealed + b"more",
    ):
        with pytest.raises(RecordDamaged):
            unseal(wrong)
    with pytest.raises(RecordDamaged):
        unseal(sealed, bytes(32))


def test_a_key_opens_for_its_own_file_alone():
    one, other = new_id(), new_id()
    key = sealing.new_key()
    wrapped = sealing.wrap(key, one)
    assert sealing.unwrap(wrapped, one) == key
    with pytest.raises(SecretUnreadable):
        sealing.unwrap(wrapped, other)
