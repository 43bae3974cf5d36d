"""What a process that opens hostile documents cannot do, tried by one that was taken over."""

import io
import os
import shutil
import socket
import sys

import pytest

from quartermaster.files.opening import confined, fence, probing
from quartermaster.files.opening.confined import Unfit
from tests.files.opening.prying import BOUNDS, TRIES

WORKER = "tests.files.opening.prying"
TOOL = shutil.which("tesseract") or ""
WORDS = b"not for strangers"
fenced = pytest.mark.usefixtures("fence_here")


def asked(verb, content=b"", **more):
    return list(confined.frames(WORKER, verb, io.BytesIO(content), BOUNDS, **more))


@pytest.fixture(scope="module")
def fence_here():
    """An older kernel, or another system, has no fence or a part of it; where it is built, all."""
    if not os.environ.get("CI") and probing.holding()[0] != probing.WHOLE:
        pytest.skip("the kernel here does not put the whole fence up")


@pytest.fixture
def secret(tmp_path, monkeypatch):
    """A file of the house, in the folder in which the process is started."""
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "secret.txt"
    made.write_bytes(WORDS)
    made.chmod(0o644)
    return made


def test_it_does_what_it_is_for():
    assert asked("reads", b"drawer") == [({"size": 6}, b"reward")]


@fenced
def test_here_the_whole_fence_holds():
    assert probing.holding() == (probing.WHOLE, False)


@fenced
@pytest.mark.parametrize("what", sorted(TRIES))
def test_what_it_must_not_do_is_refused_and_nothing_came_of_it(what, secret, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as over, socket.socket(socket.AF_UNIX) as within:
        within.bind("house.sock")
        within.listen()
        over.setblocking(False), within.setblocking(False)
        before = sorted(tmp_path.iterdir())
        given = {"port": over.getsockname()[1], "socket": "house.sock", "secret": str(secret)}
        ((said, _),) = asked("tries", what=what, **given)
        assert said["outcome"] == "PermissionError"
        for door in (over, within):
            with pytest.raises(BlockingIOError):
                door.accept()
    assert sorted(tmp_path.iterdir()) == before
    assert (secret.read_bytes(), secret.stat().st_mode & 0o777) == (WORDS, 0o644)


@fenced
def test_without_the_fence_each_of_it_would_come_to_pass(secret):
    """So that the one above shows the fence, and not a try that never works."""
    with socket.create_server(("127.0.0.1", 0)) as over, socket.socket(socket.AF_UNIX) as within:
        within.bind("house.sock")
        within.listen()
        given = {"port": over.getsockname()[1], "socket": "house.sock", "secret": str(secret)}
        for what in ("tcp", "unix", "pair", "read", "read here", "list", "rights", "run", "shell"):
            TRIES[what](given)
        for what in ("create", "create here", "folder", "link", "write", "signal"):
            TRIES[what](given)


@fenced
@pytest.mark.skipif(not TOOL, reason="needs tesseract")
def test_it_runs_the_one_tool_and_nothing_beside_it(secret):
    ((_, said),) = asked("runs", tool=TOOL, words=["--list-langs"])
    assert b"eng" in said
    ((said, _),) = asked("tries", what="run", tool=TOOL, secret=str(secret))
    assert said["outcome"] == "PermissionError"
    assert probing.holding(TOOL) == (probing.WHOLE, True)
    # the tool stands behind the fence, too
    with pytest.raises(Unfit):
        asked("runs", tool=TOOL, words=[str(secret), "stdout"])


@pytest.mark.parametrize(
    ("verb", "why"),
    [
        ("memory", "more memory"),
        ("processor", "takes more than it may"),
        ("waits", "takes more than it may"),
        ("talks", "more in it than may be taken"),
        ("lies", "takes more than it may"),
        ("nothing of this name", "cannot be opened"),
    ],
)
def test_what_takes_too_much_ends_and_is_told(verb, why):
    with pytest.raises(Unfit, match=why):
        asked(verb)


def test_it_opens_no_more_files_than_it_may():
    assert asked("files")[0][0]["opened"] == "refused"


def test_it_is_told_nothing_of_the_house(monkeypatch):
    monkeypatch.setenv("QUARTERMASTER_SECRET_KEY", "a secret")
    ((said, _),) = asked("surroundings")
    own = {"PATH", "PYTHONPATH"}
    assert set(said["names"]) - {"LC_CTYPE"} == own
    assert not {"django", "psycopg", "quartermaster.config"} & set(said["modules"])


def test_a_system_that_knows_no_fence_is_told_as_such(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert fence.put_up() == frozenset()
