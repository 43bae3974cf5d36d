"""A process of its own for what may be hostile: confined, without the house, and then it ends.

Two ways to ask it. `ask` sends bytes and gets one answer. `frames` hands an open file over, in
which the process may seek, and gets the answer piece by piece while it is made: a line of JSON with
a size, so many bytes, and again, until a frame says that it was the last.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from quartermaster.files.opening import fence

MEGABYTE = 1024 * 1024
_LONGEST_LINE = 64 * 1024
_CHUNK = MEGABYTE


class Unfit(Exception):  # noqa: N818 (an outcome)
    """The document cannot be worked on; the sentence says why."""


@dataclass(frozen=True)
class Bounds:
    """What the process may use, and how much it may answer."""

    memory: int
    seconds: int
    answer: int
    files: int = 64


def confine(bounds: Bounds, tool: str = "") -> frozenset[str]:
    """Let this process use no more than it needs: a hostile document has no more either.

    Args:
        bounds: how much of the machine it may use.
        tool: the one program that it may run.

    Returns:
        What of its fence holds on this machine.
    """
    for kind, most in (
        (resource.RLIMIT_AS, bounds.memory),
        (resource.RLIMIT_CPU, bounds.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, bounds.files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    return fence.put_up(tool)


def ask(
    module: str, verb: str, content: bytes, bounds: Bounds, **more: object
) -> tuple[Mapping[str, Any], bytes]:
    """One question to a fresh process; `Unfit` where it has no answer."""
    asked = json.dumps({"verb": verb, **more}).encode() + b"\n"
    try:
        answer = subprocess.run(  # noqa: S603 (our own interpreter and module)
            _command(module),
            input=asked + content,
            capture_output=True,
            timeout=2
            * bounds.seconds,  # the processor's seconds are bound; the machine may be busy
            check=False,
            env=_surroundings(),
        )
    except subprocess.TimeoutExpired as problem:
        raise Unfit("It takes too long to be opened.") from problem
    line, _, made = answer.stdout.partition(b"\n")
    if answer.returncode or not line or len(made) > bounds.answer:
        raise _failed(module, verb, answer.returncode)
    said = json.loads(line)
    if "unfit" in said:
        raise Unfit(str(said["unfit"]))
    return said, made


def frames(
    module: str, verb: str, content: BinaryIO, bounds: Bounds, **more: object
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """What a fresh process makes of an open file, piece by piece; `Unfit` where it cannot."""
    asked = json.dumps({"verb": verb, **more})
    with _seekable(content) as handle, _running(module, asked, handle, bounds) as process:
        assert process.stdout is not None  # it was asked for
        total = 0
        while True:
            said, made = _frame(process.stdout, bounds.answer - total)
            if said is None:
                raise _failed(module, verb, process.wait())
            if "unfit" in said:
                raise Unfit(str(said["unfit"]))
            if said.get("last"):
                return
            total += len(made)
            yield said, made


def _frame(stream: IO[bytes], room: int) -> tuple[dict[str, Any] | None, bytes]:
    line = stream.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        return None, b""
    said = json.loads(line)
    size = int(said.get("size", 0))
    if not 0 <= size <= room:
        raise Unfit("There is more in it than may be taken at once.")
    made = stream.read(size)
    return (said, made) if len(made) == size else (None, b"")


def send(out: BinaryIO, said: Mapping[str, Any], made: bytes = b"") -> None:
    """One frame, by the process that answers."""
    out.write(json.dumps({**said, "size": len(made)}).encode() + b"\n")
    out.write(made)


def _failed(module: str, verb: str, code: int) -> Unfit:
    import structlog  # the processes that open documents need it not, and it takes long

    # a worker's words may quote the document: only that it failed is noted
    structlog.get_logger(__name__).warning(
        "files.worker-failed", module=module, verb=verb, code=code
    )
    return Unfit("It cannot be opened: it is damaged, or takes more than it may.")


def _command(module: str) -> list[str]:
    return [sys.executable, "-s", "-m", module]


def _surroundings() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.defpath}


@contextmanager
def _running(
    module: str, asked: str, handle: IO[bytes], bounds: Bounds
) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        [*_command(module), asked],
        stdin=handle,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_surroundings(),
    )
    # twice the processor's seconds, as the machine may be busy; whoever waits is not kept longer
    watch = threading.Timer(2 * bounds.seconds, process.kill)
    watch.daemon = True
    watch.start()
    try:
        with process:
            try:
                yield process
            finally:
                with suppress(OSError):
                    process.kill()
    finally:
        watch.cancel()


@contextmanager
def _seekable(content: BinaryIO) -> Iterator[IO[bytes]]:
    """A file that another process may read: in memory where the content is no file already."""
    try:
        content.fileno()
    except (AttributeError, OSError):
        with in_memory(iter(lambda: content.read(_CHUNK), b"")) as handle:
            yield handle
        return
    content.seek(0)
    os.lseek(content.fileno(), 0, os.SEEK_SET)
    yield content


@contextmanager
def in_memory(pieces: Iterable[bytes]) -> Iterator[BinaryIO]:
    """An open file of these pieces that has no name, and on Linux no place on a disk."""
    with _nameless() as handle:
        for piece in pieces:
            handle.write(piece)
        handle.flush()
        handle.seek(0)
        yield handle


def _nameless() -> BinaryIO:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("opened"), "w+b")
    return tempfile.TemporaryFile()  # gone when it is closed


def answer_frames(
    bounds: Bounds, verbs: Mapping[str, Callable[[BinaryIO, dict[str, Any], BinaryIO], None]]
) -> None:
    """The whole of a process that answers by frames: one verb, then the last frame."""
    asked, out = json.loads(sys.argv[1]), sys.stdout.buffer
    confine(bounds, str(asked.get("tool", "")))
    try:
        verbs[asked["verb"]](sys.stdin.buffer, asked, out)
        send(out, {"last": True})
    except Unfit as problem:
        send(out, {"unfit": str(problem)})
    except MemoryError:
        send(out, {"unfit": "It takes more memory than a document may."})
    out.flush()
