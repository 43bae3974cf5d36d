"""Our proofs held against pymerkle, which knows nothing of us: it takes them, and no bent one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import (
    InclusionProof,
    InmemoryTree,
    InvalidProof,
    verify_consistency,
    verify_inclusion,
)

from quartermaster.records import archive
from quartermaster.records.models import LogEntry
from quartermaster.records.rules import merkle
from quartermaster.records.rules.checkpoints import parsed
from quartermaster.records.schedule import sign
from tests.factories.records import saved
from tests.records.archive.test_merkle import tree

pytestmark = pytest.mark.clause("G-5")
LEAVES = st.lists(st.binary(max_size=6), min_size=1, max_size=40)


def theirs(data: list[bytes]) -> InmemoryTree:
    made = InmemoryTree(algorithm="sha256")
    for leaf in data:
        made.append_entry(leaf)
    return made


def as_theirs(leaf: bytes, index: int, size: int, path: list[bytes], rule: list[int]):
    """Our proof in their form: the leaf's hash, then our path."""
    return InclusionProof("sha256", True, size, index + 1, rule, [leaf, *path])


@settings(max_examples=60)
@given(LEAVES, st.data())
def test_they_take_our_proofs_of_inclusion_and_no_bent_one(data, draw):
    nodes, size = tree(data), len(data)
    root = merkle.root(size, nodes)
    index = draw.draw(st.integers(0, size - 1))
    rule = theirs(data).prove_inclusion(index + 1).rule
    leaf, path = merkle.leaf_hash(data[index]), merkle.inclusion(index, size, nodes)
    verify_inclusion(leaf, root, as_theirs(leaf, index, size, path, rule))
    for place in range(len(path)):
        bent = list(path)
        bent[place] = bytes([bent[place][0] ^ 1]) + bent[place][1:]
        with pytest.raises(InvalidProof):
            verify_inclusion(leaf, root, as_theirs(leaf, index, size, bent, rule))
    with pytest.raises(InvalidProof):
        verify_inclusion(b"\0" * 32, root, as_theirs(leaf, index, size, path, rule))


@settings(max_examples=60)
@given(LEAVES, st.data())
def test_by_their_reckoning_our_later_root_grew_out_of_the_earlier_one(data, draw):
    nodes, size = tree(data), len(data)
    earlier = draw.draw(st.integers(1, size))
    before, after = merkle.root(earlier, nodes), merkle.root(size, nodes)
    proof = theirs(data).prove_consistency(earlier, size)
    verify_consistency(before, after, proof)
    with pytest.raises(InvalidProof):
        verify_consistency(after[::-1], after, proof)


@pytest.mark.django_db
def test_they_take_the_proof_of_a_record_against_the_signed_checkpoint(
    cast, at, settings, tmp_path
):
    settings.DATA = tmp_path
    records = [saved(cast.acting(cast.ana), at) for _ in range(5)]
    sign(at)
    lines = list(LogEntry.objects.order_by("index").values_list("leaf", flat=True))
    other = theirs([line.encode() for line in lines])
    for record in records:
        proven = archive.proof_of(record)
        checkpoint = parsed(proven.checkpoint)
        size, root = checkpoint.size, checkpoint.root
        leaf = merkle.leaf_hash(proven.leaf.encode())
        rule = other.prove_inclusion(proven.index + 1, size).rule
        proof = as_theirs(leaf, proven.index, size, list(proven.path), rule)
        verify_inclusion(leaf, root, proof)
        with pytest.raises(InvalidProof):
            verify_inclusion(leaf, root[::-1], proof)
