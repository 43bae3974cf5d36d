"""The vault: a secret opens only in its place, under its key, unaltered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.vault import SecretUnreadable, seal, unseal

PLACE = "mdm.enrolment/1/unlock-token"


@given(st.binary(max_size=200), st.text(max_size=40))
def test_round_trip(plain, place):
    assert unseal(seal(plain, place=place), place=place) == plain


def test_two_seals_of_one_secret_differ():
    assert seal(b"secret", place=PLACE) != seal(b"secret", place=PLACE)


def test_secret_moved_to_another_row_does_not_open():
    with pytest.raises(SecretUnreadable, match="does not open"):
        unseal(seal(b"secret", place=PLACE), place="mdm.enrolment/2/unlock-token")


@given(st.integers(min_value=0, max_value=30), st.integers(min_value=1, max_value=255))
def test_altered_secret_does_not_open(index, change):
    sealed = bytearray(seal(b"secret", place=PLACE))
    sealed[index] ^= change
    with pytest.raises(SecretUnreadable):
        unseal(bytes(sealed), place=PLACE)


@given(st.binary(max_size=60))
def test_garbage_does_not_open(blob):
    with pytest.raises(SecretUnreadable):
        unseal(blob, place=PLACE)
