"""The embedded PostgreSQL is joined by many threads at once, and has the settings of the house."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from quartermaster.config import embedded


def test_threads_that_come_together_all_get_a_server_that_is_up(tmp_path):
    barrier = Barrier(8)

    def join(_: int) -> str:
        barrier.wait()
        host = embedded.ensure_running(tmp_path / "postgres")
        with psycopg.connect(host=str(host), user=embedded.USER, dbname=embedded.DATABASE) as link:
            return str(link.execute("SELECT current_database()").fetchone()[0])

    try:
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(join, range(8))) == [embedded.DATABASE] * 8
    finally:
        embedded.stop(tmp_path / "postgres")


def test_a_server_has_the_settings_of_the_house_from_its_first_start(tmp_path):
    folder = tmp_path / "postgres"
    try:
        host = embedded.ensure_running(folder)
        with psycopg.connect(host=str(host), user=embedded.USER, dbname=embedded.DATABASE) as link:
            (way,) = link.execute("SHOW io_method").fetchone()
            (pages,) = link.execute(
                "SELECT setting::int / 128 FROM pg_settings WHERE name = 'shared_buffers'"
            ).fetchone()
    finally:
        embedded.stop(folder)
    assert way == "sync"
    assert embedded.LEAST <= pages <= embedded.MOST


def test_a_server_of_an_earlier_version_is_told_once(tmp_path):
    (tmp_path / "postgresql.conf").write_text("port = 5432\n")
    for _ in range(2):
        embedded._configure(tmp_path)
    assert (tmp_path / "postgresql.conf").read_text() == (
        "port = 5432\n\ninclude_if_exists = 'quartermaster.conf'\n"
    )
    assert "io_method = sync" in (tmp_path / embedded.OURS).read_text()


class SlowServer:
    """What the library says of a server that needs longer than it is given."""

    def __init__(self, file, times):
        self.file, self.times, self.starts = file, times, 0

    def start(self):
        self.starts += 1
        if self.starts <= self.times:
            self.file.write_text(state("starting"))
            raise subprocess.TimeoutExpired("pg_ctl", 10)


def state(word, process=None):
    return "\n".join([str(process or os.getpid()), *["x"] * 6, f"{word}  "]) + "\n"


@pytest.mark.parametrize("word", ["starting", "stopping"])
def test_a_server_that_was_cut_off_is_waited_for(tmp_path, monkeypatch, caplog, word):
    file, waits = tmp_path / "postmaster.pid", []
    file.write_text(state(word))

    def wait(seconds):
        waits.append(seconds)
        if len(waits) % 3 == 0:
            file.write_text(state("ready"))

    monkeypatch.setattr(embedded.time, "sleep", wait)
    server = SlowServer(file, times=2)
    embedded._start(server, tmp_path)
    assert (server.starts, len(waits)) == (3, 9)
    assert "It is waited for." in caplog.text


def test_what_a_dead_server_left_is_not_waited_for(tmp_path):
    ended = subprocess.Popen(["true"])
    ended.wait()
    for left in [state("starting", ended.pid), "", "no number\n"]:
        (tmp_path / "postmaster.pid").write_text(left)
        server = SlowServer(tmp_path / "postmaster.pid", times=0)
        embedded._start(server, tmp_path)
        assert server.starts == 1


def test_one_that_never_becomes_whole_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "PATIENCE", -1)
    with pytest.raises(subprocess.TimeoutExpired):
        embedded._start(SlowServer(tmp_path / "postmaster.pid", times=1), tmp_path)
