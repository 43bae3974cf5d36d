"""Checkpoints as notes: read back, signed by this key and no other, not a letter changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.records.rules.checkpoints import Checkpoint, Signer, is_signed, parsed
from tools import verify_archive

pytestmark = pytest.mark.clause("G-5")
SIGNER = Signer("records.city.example/records", bytes(range(32)))
OTHER = Signer("records.city.example/records", bytes(32))
CHECKPOINT = Checkpoint(SIGNER.name, 3, bytes(32))


def good(note):
    return is_signed(note, SIGNER.name, SIGNER.public)


@given(st.integers(0, 2**40), st.binary(min_size=32, max_size=32))
def test_a_note_says_what_was_signed(size, root):
    checkpoint = Checkpoint(SIGNER.name, size, root)
    note = SIGNER.sign(checkpoint)
    assert parsed(note) == checkpoint
    assert good(note)


def test_a_note_has_the_form_that_other_tools_read():
    name, size, root, gap, signature, end = SIGNER.sign(CHECKPOINT).split("\n")
    assert (name, size, root, gap, end) == (SIGNER.name, "3", "A" * 43 + "=", "", "")
    assert signature.startswith(f"\N{EM DASH} {SIGNER.name} ")
    assert SIGNER.verifier.count("+") >= 2


@given(st.data())
def test_not_a_letter_is_changed_unseen(data):
    note = SIGNER.sign(CHECKPOINT)
    at = data.draw(st.integers(0, len(note.rstrip("\n=")) - 2))
    letter = data.draw(st.sampled_from("0123456789Az\n "))
    changed = note[:at] + letter + note[at + 1 :]
    assert good(changed) == (changed == note)


def test_another_key_or_name_does_not_do():
    assert not good(OTHER.sign(CHECKPOINT))
    assert not is_signed(SIGNER.sign(CHECKPOINT), "else", SIGNER.public)
    both = SIGNER.sign(CHECKPOINT) + OTHER.sign(CHECKPOINT).splitlines()[-1] + "\n"
    assert good(both)  # a witness may add a signature of its own


@pytest.mark.parametrize(
    "note", ["", "x", "a\n1\nAAAA\n\n- x\n", "a\n01\n" + "A" * 43 + "=\n\nx\n", "a\n-1\nA=\n\nx\n"]
)
def test_what_is_no_note_is_refused(note):
    assert not good(note)
    with pytest.raises(ValueError, match="This is no"):
        parsed(note)


def test_the_script_reads_keys_whose_letters_hold_a_plus():
    keys = [Signer(SIGNER.name, bytes([number] * 32)) for number in range(64)]
    with_one = [key for key in keys if key.verifier.count("+") > 2]
    assert with_one
    for key in with_one:
        assert verify_archive.opened(key.verifier)[:2] == (key.name, key.public)
