"""Writes OLE files (MS-CFB): a message that lies within another one becomes a file of its own.

Small ones are of version 3; large ones have larger sectors (version 4), so that the header has room
for the places of the whole table.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from quartermaster.files.opening.confined import Unfit

_SMALL, _CUTOFF = 64, 4096
_HEADER, _PLACES = 512, 109  # of which sectors the table is the header names so many
_SHIFTS = {3: 9, 4: 12}  # by the version: the size of a sector, as a power of two
_LARGE = 6_000_000
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
    large = sum(map(len, streams.values())) > _LARGE
    return _Written(4 if large else 3).whole(nodes)


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


class _Written:
    """The sectors of a file, and the table that says which follows which."""

    def __init__(self, version: int) -> None:
        self._version, self._shift = version, _SHIFTS[version]
        self._size = 1 << self._shift
        self._sectors, self._table = bytearray(), list[int]()

    def whole(self, nodes: list[_Node]) -> bytes:
        """The file of these entries, the first of which is the root."""
        small = self._contents(nodes)
        small_at = self._keep(self._full(small))
        directory = b"".join(map(_entry, nodes))
        directory += _entry(_Node("", 0)) * (-len(directory) % self._size // 128)
        directory_at = self._keep(directory)
        places = self._own_table()
        header = struct.pack(
            "<8s16sHHHHH6xIIIIIIIII",
            *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, self._version, 0xFFFE),
            *(self._shift, 6, len(directory) // self._size if self._version > 3 else 0),  # noqa: PLR2004
            *(len(places), directory_at, 0, _CUTOFF, small_at, self._count(small), _END, 0),
        )
        header += b"".join(struct.pack("<I", place) for place in places)
        return header.ljust(_HEADER, b"\xff").ljust(self._size, b"\0") + bytes(self._sectors)

    def _contents(self, nodes: list[_Node]) -> bytes:
        """Keep what the entries have; the table of what is small, which lies together."""
        small, table = bytearray(), list[int]()
        for node in nodes:
            node.size = len(node.content)
            if node.kind != _STREAM or not node.size:
                continue
            if node.size >= _CUTOFF:
                node.start = self._keep(node.content)
                continue
            count = -(-node.size // _SMALL)
            node.start = len(table)
            table.extend([*range(node.start + 1, node.start + count), _END])
            small.extend(node.content.ljust(count * _SMALL, b"\0"))
        nodes[0].start, nodes[0].size = self._keep(bytes(small)), len(small)
        return b"".join(struct.pack("<I", one) for one in table)

    def _keep(self, content: bytes) -> int:
        count, first = self._count(content), len(self._table)
        self._table.extend([*range(first + 1, first + count), _END] if count else [])
        self._sectors.extend(content.ljust(count * self._size, b"\0"))
        return first if count else _END

    def _own_table(self) -> range:
        """Keep the table itself; in which sectors it is."""
        count = 1
        while (len(self._table) + count) * 4 > count * self._size:
            count += 1
        if count > _PLACES:
            raise Unfit("It is larger than a file may be.")
        places = range(len(self._table), len(self._table) + count)
        self._table.extend([_FAT] * count)
        self._sectors.extend(self._full(b"".join(struct.pack("<I", one) for one in self._table)))
        return places

    def _count(self, content: bytes) -> int:
        return -(-len(content) // self._size)

    def _full(self, content: bytes) -> bytes:
        """The same, filled up to whole sectors."""
        return content + struct.pack("<I", _FREE) * (-len(content) % self._size // 4)


def _entry(node: _Node) -> bytes:
    name = node.name.encode("utf-16-le")
    named = len(name) + 2 if node.kind else 0
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        *(name, named, node.kind, 1, node.left, node.right, node.child, b"", 0, 0, 0),
        *(node.start if node.kind in {_STREAM, _ROOT} else 0, node.size),
    )
