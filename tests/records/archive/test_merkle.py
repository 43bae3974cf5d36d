"""The tree beside RFC 6962's own definition and its published roots; proofs that cannot be bent."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.records.rules import merkle

pytestmark = pytest.mark.clause("G-5")
# the leaves and roots with which Certificate Transparency is tested everywhere
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
leaves = st.lists(st.binary(max_size=4), max_size=40)


def tree(data):
    """The kept subtrees of these leaves, as the log keeps them."""
    kept = {}
    for index, leaf in enumerate(data):
        made = merkle.completed(index, merkle.leaf_hash(leaf), lambda *at: kept[at])
        for level, place, found in made:
            kept[level, place] = found
    return lambda *at: kept[at]


def defined(data):
    """MTH, word for word as in RFC 6962, 2.1."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return hashlib.sha256(b"\x01" + defined(data[:k]) + defined(data[k:])).digest()


def test_published_roots():
    nodes = tree(LEAVES)
    assert [merkle.root(size, nodes).hex() for size in range(1, 9)] == ROOTS


@given(leaves)
def test_every_root_is_the_one_defined(data):
    nodes = tree(data)
    for size in range(len(data) + 1):
        assert merkle.root(size, nodes) == defined(data[:size])


@given(leaves.filter(bool), st.data())
def test_every_leaf_is_proven_and_no_other(data, draw):
    nodes, size = tree(data), len(data)
    index = draw.draw(st.integers(0, size - 1))
    proof, root = merkle.inclusion(index, size, nodes), merkle.root(size, nodes)
    leaf = merkle.leaf_hash(data[index])
    assert merkle.is_included(leaf, index, size, proof, root)
    assert not merkle.is_included(merkle.leaf_hash(data[index] + b"x"), index, size, proof, root)
    assert not merkle.is_included(leaf, index, size, [*proof, leaf], root)
    if proof:
        assert not merkle.is_included(leaf, index, size, proof[:-1], root)
        assert not merkle.is_included(leaf, size, size, proof, root)


@given(leaves.filter(bool), st.data())
def test_every_earlier_tree_is_proven_and_no_other(data, draw):
    nodes, size = tree(data), len(data)
    earlier = draw.draw(st.integers(0, size))
    proof = merkle.consistency(earlier, size, nodes)
    before, after = merkle.root(earlier, nodes), merkle.root(size, nodes)
    assert merkle.is_consistent(earlier, size, proof, before, after)
    other = hashlib.sha256(before).digest()
    assert not merkle.is_consistent(earlier, size, proof, other, after)
    if 0 < earlier < size:
        assert not merkle.is_consistent(earlier, size, proof, before, other)
        assert not merkle.is_consistent(earlier, size, proof[:-1], before, after)
        assert not merkle.is_consistent(earlier, size, [*proof, other], before, after)


def test_what_is_not_there_is_not_proven():
    nodes = tree(LEAVES)
    for index, size in ((8, 8), (-1, 8)):
        with pytest.raises(ValueError, match="no such leaf"):
            merkle.inclusion(index, size, nodes)
    with pytest.raises(ValueError, match="not the smaller"):
        merkle.consistency(9, 8, nodes)
