"""The database of a run: migrations are run once, and every worker is given a copy.

A template is kept on the server, marked with the digest of all migrations, and used again where the
mark is right. It is copied for each run, so that nothing is found of a run that was killed; only
where another run is at work in the copy are both in it. `--create-db` makes all anew, once a run.
"""

import hashlib
import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

TEMPLATE = "template_of_tests"
LOCK = 0x7E57


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> None:
    """A database of this worker's own (in the place of pytest-django's, which migrates each)."""
    from django.conf import settings
    from django.db import connection  # importable once Django is set up

    run = getattr(request.config, "workerinput", {}).get("testrunuid", "alone")
    with django_db_blocker.unblock():
        name = connection.creation._get_test_db_name()
        provide(name, run if django_db_createdb else "")
        connection.close()
        settings.DATABASES[connection.alias]["NAME"] = name
        connection.settings_dict["NAME"] = name


def provide(name: str, anew_in: str = "", template: str = TEMPLATE) -> None:
    """See to it that a database of this name has the schema of the migrations."""
    from django.db import connection

    digest = digest_of_migrations()
    with connection._nodb_cursor() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # until this connection is closed
        made = mark_of(server, template)
        if made.split(" ")[0] != digest or (anew_in and made != f"{digest} {anew_in}"):
            create(server, template)
            migrate(template)
            mark(server, template, f"{digest} {anew_in}".strip())
        if anew_in or mark_of(server, name) != digest or not in_use(server, name):
            create(server, name, template)
            mark(server, name, digest)


def digest_of_migrations() -> str:
    """Of every migration's text, in order, and of Django's version."""
    import django
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    digest = hashlib.sha256(django.__version__.encode())
    for key in sorted(known):
        source = inspect.getsource(import_module(known[key].__module__))
        digest.update(f"{key}{source}".encode())
    return digest.hexdigest()


def mark_of(server: "CursorWrapper", name: str) -> str:
    server.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    )
    row = server.fetchone()
    return (row and row[0]) or ""


def mark(server: "CursorWrapper", name: str, words: str) -> None:
    server.execute(f'COMMENT ON DATABASE "{name}" IS %s', [words])


def in_use(server: "CursorWrapper", name: str) -> bool:
    server.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = %s)", [name])
    return bool(server.fetchone()[0])


def create(server: "CursorWrapper", name: str, template: str = "template1") -> None:
    """A new one in the place of the old; whoever is still connected to that is sent away."""
    server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def migrate(name: str) -> None:
    from django.db import connection

    from quartermaster.kernel import migrating

    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        migrating.migrate()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
