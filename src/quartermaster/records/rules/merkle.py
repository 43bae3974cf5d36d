"""The Merkle tree over the archive, by RFC 6962: roots, proofs, and what checks them. No clock.

Complete subtrees are kept by level and place, so that every answer takes a few look-ups.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

Nodes = Callable[[int, int], bytes]  # (level, place) → hash of a complete subtree
EMPTY = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below a size of two or more."""
    return 1 << ((size - 1).bit_length() - 1)


def completed(index: int, leaf: bytes, nodes: Nodes) -> Iterator[tuple[int, int, bytes]]:
    """The subtrees that are complete once the leaf at ``index`` is there, from below."""
    level, place, found = 0, index, leaf
    yield level, place, found
    while place & 1:
        found = node_hash(nodes(level, place - 1), found)
        level, place = level + 1, place >> 1
        yield level, place, found


def root(size: int, nodes: Nodes) -> bytes:
    """The root of the tree over the first ``size`` leaves."""
    return _subtree(0, size, nodes) if size else EMPTY


def _subtree(low: int, high: int, nodes: Nodes) -> bytes:
    size = high - low
    if size & (size - 1) == 0 and low % size == 0:
        level = size.bit_length() - 1
        return nodes(level, low >> level)
    middle = low + split(size)
    return node_hash(_subtree(low, middle, nodes), _subtree(middle, high, nodes))


def inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The proof that the leaf at ``index`` is in the tree of ``size`` leaves, from below."""
    if not 0 <= index < size:
        raise ValueError("There is no such leaf.")
    return _path(index, 0, size, nodes)


def _path(index: int, low: int, high: int, nodes: Nodes) -> list[bytes]:
    if high - low == 1:
        return []
    middle = low + split(high - low)
    if index < middle:
        return [*_path(index, low, middle, nodes), _subtree(middle, high, nodes)]
    return [*_path(index, middle, high, nodes), _subtree(low, middle, nodes)]


def consistency(earlier: int, size: int, nodes: Nodes) -> list[bytes]:
    """The proof that the tree of ``size`` leaves begins with the one of ``earlier``."""
    if not 0 <= earlier <= size:
        raise ValueError("The earlier tree is not the smaller one.")
    if earlier in {0, size}:
        return []
    return _grown(earlier, 0, size, nodes, whole=True)


def _grown(earlier: int, low: int, high: int, nodes: Nodes, *, whole: bool) -> list[bytes]:
    if earlier == high - low:
        return [] if whole else [_subtree(low, high, nodes)]
    middle = low + split(high - low)
    if earlier <= middle - low:
        below = _grown(earlier, low, middle, nodes, whole=whole)
        return [*below, _subtree(middle, high, nodes)]
    above = _grown(earlier - (middle - low), middle, high, nodes, whole=False)
    return [*above, _subtree(low, middle, nodes)]


def is_included(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Whether a proof of inclusion leads from a leaf's hash to the root."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == expected


def is_consistent(
    earlier: int, size: int, proof: Sequence[bytes], before: bytes, after: bytes
) -> bool:
    """Whether a proof of consistency leads from the earlier root to the later one."""
    if earlier == size:
        return not proof and before == after
    if earlier == 0:
        return not proof and before == EMPTY
    if not 0 < earlier < size or not proof:
        return False
    steps = list(proof)
    if earlier & (earlier - 1) == 0:
        steps.insert(0, before)
    place, last = earlier - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == before and second == after
