"""A fence around a process that opens what may be hostile: by the kernel, where it is Linux.

No sockets, no writing, creating or removing, no reading beyond the program itself and what the
system shares, no other program than the one that is named, no signal to others. It is put up by the
process itself, holds for whatever it starts, and cannot be taken down. Where the kernel has a part
of it not, that part is missing, and `what_holds` says so.
"""

import ctypes
import glob
import mimetypes
import os
import platform
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # of prctl
_CREATE, _ADD, _RESTRICT = 444, 445, 446  # Landlock's calls, the same on every machine
_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8  # of its rights; thirteen since the first version
_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # how many there are since which version
_TCP, _OTHERS = 3, 3  # connecting and binding; sockets without a name, and signals
_SINCE_TCP, _SINCE_OTHERS = 4, 6
_SHARED = ("/usr", "/lib", "/lib64", "/bin", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
_LOADERS = ("/lib*/ld-*.so*", "/lib/*/ld-*.so*", "/usr/lib*/ld-*.so*", "/usr/lib/*/ld-*.so*")
# what is refused, by its number on each machine: sockets, other processes, rights of files
_CALLS = {
    "x86_64": (
        *(41, 53, 425, 101, 310, 311, 321, 323, 272, 308, 165),
        *(90, 91, 268, 452, 92, 93, 94, 260),
    ),
    "aarch64": (*(198, 199, 425, 117, 270, 271, 280, 282, 97, 268, 40), *(52, 53, 452, 55, 54)),
}
_MACHINES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
_LOAD, _EQUAL, _LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # of the filter's machine
_ALLOW, _REFUSE = 0x7FFF_0000, 0x0005_0000 | 13
_OTHER_NUMBERS = 0x4000_0000  # of x86: the same calls once more


def put_up(tool: str = "") -> frozenset[str]:
    """Put the fence up; what of it holds: ``files``, ``network``.

    Args:
        tool: the one program that may be run.
    """
    if sys.platform != "linux":
        return frozenset()
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return frozenset()
    held = set()
    if _files(library, tool):
        held.add("files")
    if _network(library):
        held.add("network")
    return frozenset(held)


def _files(library: ctypes.CDLL, tool: str) -> bool:
    """What lies on disks is read where the program and what it needs is, and nowhere else."""
    version = library.syscall(_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    rights = (1 << max(count for since, count in _RIGHTS.items() if since <= version)) - 1
    asked = struct.pack("<Q", rights)
    asked += struct.pack("<Q", _TCP) if version >= _SINCE_TCP else b""
    asked += struct.pack("<Q", _OTHERS) if version >= _SINCE_OTHERS else b""
    rules = library.syscall(_CREATE, asked, ctypes.c_size_t(len(asked)), 0)
    if rules < 0:
        return False
    try:
        for path, granted in _granted(tool):
            _grant(library, rules, path, granted & rights)
        return bool(library.syscall(_RESTRICT, rules, 0) == 0)
    finally:
        os.close(rules)


def _granted(tool: str) -> Iterator[tuple[str, int]]:
    """Where something may be read, and what may be run."""
    for path in (*_SHARED, *mimetypes.knownfiles, *_own_places()):
        yield str(path), _READ | _LIST
    for path in _DEVICES:
        yield path, _READ | _WRITE
    if tool:
        home = Path(tool).resolve()
        yield str(home), _READ | _EXECUTE
        for pattern in _LOADERS:  # the system's, which every program is run by
            for loader in glob.glob(pattern):  # noqa: PTH207 (patterns from the root)
                yield loader, _READ | _EXECUTE


def _own_places() -> Iterable[str]:
    """The interpreter, its libraries, and the house; not the folder in which it was started."""
    here = Path.cwd()
    house = Path(__file__).resolve().parents[2]
    places = [Path(sys.prefix), Path(sys.base_prefix), house]
    places += [path for one in sys.path if one and (path := Path(one).absolute()) != here]
    return {str(path) for path in places if path.parent != path}


def _grant(library: ctypes.CDLL, rules: int, path: str, granted: int) -> None:
    with suppress(OSError):  # what is not there is not needed
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not Path(path).is_dir():
                granted &= ~_LIST
            library.syscall(_ADD, rules, 1, struct.pack("<Qi", granted, handle), 0)
        finally:
            os.close(handle)


def _network(library: ctypes.CDLL) -> bool:
    """No socket is made, and no process is looked into: such calls are refused."""
    machine = platform.machine()
    if machine not in _CALLS:
        return False
    steps = [
        _step(_LOAD, 4),
        _step(_EQUAL, _MACHINES[machine], 1, 0),
        _step(_RETURN, _REFUSE),
        _step(_LOAD, 0),
        _step(_LEAST, _OTHER_NUMBERS, 0, 1),
        _step(_RETURN, _REFUSE),
    ]
    for call in _CALLS[machine]:
        steps += [_step(_EQUAL, call, 0, 1), _step(_RETURN, _REFUSE)]
    steps.append(_step(_RETURN, _ALLOW))
    written = ctypes.create_string_buffer(b"".join(steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(written))
    return bool(library.prctl(_SECCOMP, _FILTER, program, 0, 0) == 0)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("<HBBI", code, then, otherwise, value)
