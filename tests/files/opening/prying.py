"""A process that opens a document and has been taken over by it: it tries what it must not."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from quartermaster.files.opening.confined import MEGABYTE, Bounds, answer_frames, send

BOUNDS = Bounds(memory=1024 * MEGABYTE, seconds=1, answer=MEGABYTE, files=32)


def _spoken_to(family: int, address: Any) -> None:
    with socket.socket(family) as spoken:
        spoken.connect(address)


TRIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "tcp": lambda asked: _spoken_to(socket.AF_INET, ("127.0.0.1", asked["port"])),
    "unix": lambda asked: _spoken_to(socket.AF_UNIX, asked["socket"]),
    "pair": lambda _asked: socket.socketpair(),
    "read": lambda asked: Path(asked["secret"]).read_bytes(),
    "read here": lambda _asked: Path("secret.txt").read_bytes(),
    "list": lambda asked: list(Path(asked["secret"]).parent.iterdir()),
    "passwords": lambda _asked: Path("/etc/passwd").read_bytes(),
    "parent's surroundings": lambda _asked: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "write": lambda asked: Path(asked["secret"]).write_bytes(b"x"),
    "create": lambda asked: Path(asked["secret"]).with_suffix(".new").touch(),
    "create here": lambda _asked: Path("new.txt").touch(),
    "folder": lambda asked: Path(asked["secret"]).with_suffix(".d").mkdir(),
    "remove": lambda asked: Path(asked["secret"]).unlink(),
    "rename": lambda asked: Path(asked["secret"]).rename(f"{asked['secret']}.moved"),
    "link": lambda asked: Path(f"{asked['secret']}.link").symlink_to(asked["secret"]),
    "rights": lambda asked: Path(asked["secret"]).chmod(0o777),
    "run": lambda _asked: subprocess.run([shutil.which("true") or "/bin/true"], check=True),
    "shell": lambda _asked: subprocess.run("exit 0", shell=True, check=True),
    "itself": lambda _asked: subprocess.run([sys.executable, "-c", ""], check=True),
    "signal": lambda _asked: os.kill(os.getppid(), signal.SIGCONT),
    "trace": lambda _asked: _called("ptrace", 16, os.getppid(), 0, 0),
}


def _called(name: str, *arguments: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def tries(_content: BinaryIO, asked: dict[str, Any], out: BinaryIO) -> None:
    """Try it; whether it came to pass, or by what it was refused."""
    try:
        TRIES[asked["what"]](asked)
        send(out, {"outcome": "done"})
    except OSError as problem:
        send(out, {"outcome": type(problem).__name__})


def runs(_content: BinaryIO, asked: dict[str, Any], out: BinaryIO) -> None:
    """Run the one tool that it may run."""
    done = subprocess.run([asked["tool"], *asked["words"]], capture_output=True, check=True)
    send(out, {}, done.stdout)


def reads(content: BinaryIO, _asked: dict[str, Any], out: BinaryIO) -> None:
    """What it is for: it reads what was handed over."""
    send(out, {}, content.read()[::-1])


def memory(_content: BinaryIO, _asked: dict[str, Any], out: BinaryIO) -> None:
    send(out, {"size_of": len(bytearray(4096 * MEGABYTE))})


def processor(_content: BinaryIO, _asked: dict[str, Any], _out: BinaryIO) -> None:
    while True:
        pass


def waits(_content: BinaryIO, _asked: dict[str, Any], _out: BinaryIO) -> None:
    signal.pause()


def files(_content: BinaryIO, _asked: dict[str, Any], out: BinaryIO) -> None:
    try:
        opened = [os.dup(0) for _ in range(1000)]
        send(out, {"opened": len(opened)})
    except OSError:
        send(out, {"opened": "refused"})


def talks(_content: BinaryIO, _asked: dict[str, Any], out: BinaryIO) -> None:
    for _ in range(3):
        send(out, {}, bytes(MEGABYTE // 2))


def lies(_content: BinaryIO, _asked: dict[str, Any], out: BinaryIO) -> None:
    out.write(b'{"size": 100}\n' + b"short")


def surroundings(_content: BinaryIO, _asked: dict[str, Any], out: BinaryIO) -> None:
    send(out, {"names": sorted(os.environ), "modules": sorted(sys.modules)})


if __name__ == "__main__":
    verbs = (tries, runs, reads, memory, processor, waits, files, talks, lies, surroundings)
    answer_frames(BOUNDS, {verb.__name__: verb for verb in verbs})
