"""The embedded PostgreSQL is joined by many threads at once, and has the settings of the house."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg

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
