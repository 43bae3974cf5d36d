"""The embedded PostgreSQL is joined by many threads at once."""

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
