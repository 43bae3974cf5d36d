"""Writes OLE files (MS-CFB, version 3) of a few streams: for samples of Outlook and old Office."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFD
_NONE = 0xFFFF_FFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass
class _Node:
    name: str
    kind: int
    content: bytes = b""
    inside: "dict[str, _Node]" = field(default_factory=dict)
    number: int = 0
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = _END
    size: int = 0


def compound(streams: Mapping[str, bytes]) -> bytes:
    """The file of these streams, by their paths (``storage/stream``)."""
    root = _Node("Root Entry", _ROOT)
    for path, content in streams.items():
        *folders, last = path.split("/")
        here = root
        for folder in folders:
            here = here.inside.setdefault(folder, _Node(folder, _STORAGE))
        here.inside[last] = _Node(last, _STREAM, content)
    nodes = [root]
    _number(root, nodes)
    return _written(nodes)


def _number(node: _Node, nodes: list[_Node]) -> None:
    """Give each entry its number, and the entries of a storage their tree."""
    inside = sorted(node.inside.values(), key=lambda one: (len(one.name), one.name.upper()))
    for one in inside:
        one.number = len(nodes)
        nodes.append(one)
    node.child = _tree(inside)
    for one in inside:
        _number(one, nodes)


def _tree(entries: list[_Node]) -> int:
    if not entries:
        return _NONE
    middle = len(entries) // 2
    entries[middle].left = _tree(entries[:middle])
    entries[middle].right = _tree(entries[middle + 1 :])
    return entries[middle].number


def _written(nodes: list[_Node]) -> bytes:
    sectors, table = bytearray(), list[int]()

    def keep(content: bytes) -> int:
        count = -(-len(content) // _SECTOR)
        first = len(table)
        table.extend([*range(first + 1, first + count), _END] if count else [])
        sectors.extend(content.ljust(count * _SECTOR, b"\0"))
        return first if count else _END

    small, small_table = bytearray(), list[int]()
    for node in nodes:
        node.size = len(node.content)
        if node.kind != _STREAM or not node.size:
            continue
        if node.size >= _CUTOFF:
            node.start = keep(node.content)
            continue
        count = -(-node.size // _SMALL)
        node.start = len(small_table)
        small_table.extend([*range(node.start + 1, node.start + count), _END])
        small.extend(node.content.ljust(count * _SMALL, b"\0"))
    nodes[0].start, nodes[0].size = keep(bytes(small)), len(small)
    small_places = b"".join(struct.pack("<I", one) for one in small_table)
    small_at = keep(_full(small_places, _FREE))
    directory = b"".join(map(_entry, nodes))
    directory_at = keep(directory + _entry(_Node("", 0)) * (-len(nodes) % 4))
    count = 1
    while (len(table) + count) * 4 > count * _SECTOR:
        count += 1
    places = range(len(table), len(table) + count)
    table.extend([_FAT] * count)
    sectors.extend(_full(b"".join(struct.pack("<I", one) for one in table), _FREE))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, count),
        *(directory_at, 0, _CUTOFF, small_at, -(-len(small_places) // _SECTOR), _END, 0),
    )
    header += b"".join(struct.pack("<I", place) for place in places)
    return header.ljust(_SECTOR, b"\xff") + bytes(sectors)


def _full(content: bytes, filler: int) -> bytes:
    """The same, filled up to whole sectors."""
    missing = -len(content) % _SECTOR // 4
    return content + struct.pack("<I", filler) * missing


def _entry(node: _Node) -> bytes:
    name = node.name.encode("utf-16-le")
    named = len(name) + 2 if node.kind else 0
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        *(name, named, node.kind, 1, node.left, node.right, node.child, b"", 0, 0, 0),
        *(node.start if node.kind in {_STREAM, _ROOT} else 0, node.size),
    )
