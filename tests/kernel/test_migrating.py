"""An empty database gets the very schema that Django gives it, and is copied for each worker."""

from contextlib import contextmanager, nullcontext

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from quartermaster.kernel import migrating
from tests.plugins import databases

# rooms whose first migrations are quick either way: what is compared is how states are made
TARGETS = [
    ("inventory", "0009_counts_confirmations_photographs"),
    ("mdm", "0001_initial"),
    ("policy", "0002_documents"),
    ("sessions", "0001_initial"),
]
SCHEMA = {
    "columns": """
        SELECT table_name, column_name, ordinal_position, data_type, character_maximum_length,
               is_nullable, column_default, identity_generation
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 3""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
    "indexes": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 2",
    "triggers": """
        SELECT tgrelid::regclass::text, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2""",
    "functions": """
        SELECT proname, prosrc FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2""",
}


@pytest.fixture
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        yield cursor
        for name in ("one_of_tests", "another_of_tests"):
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def inside(name):
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def rows(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def schema_of(name, way):
    with inside(name):
        with way:
            executor = MigrationExecutor(connection)
            executor.migrate(TARGETS)
        return {kind: rows(question) for kind, question in SCHEMA.items()}


def test_the_schema_is_the_one_that_django_makes(server):
    databases.create(server, "one_of_tests")
    databases.create(server, "another_of_tests")
    quick = schema_of("one_of_tests", migrating.models_added_to())
    usual = schema_of("another_of_tests", nullcontext())
    assert quick == usual
    assert all(len(found) > 3 for found in usual.values())


def test_django_is_left_as_it_was():
    before = ProjectState.add_model, ProjectState._append_option
    with pytest.raises(ZeroDivisionError), migrating.models_added_to():
        assert ProjectState.add_model is not before[0]
        raise ZeroDivisionError
    assert (ProjectState.add_model, ProjectState._append_option) == before


@pytest.mark.django_db
def test_a_schema_that_stands_is_migrated_as_django_does(monkeypatch):
    monkeypatch.setattr(migrating, "models_added_to", None)  # would not be callable
    migrating.migrate()
    assert rows("SELECT count(*) FROM django_migrations")[0][0] > 128


def test_a_copy_is_made_anew_unless_another_run_is_in_it(server):
    def oid():
        server.execute("SELECT oid FROM pg_database WHERE datname = 'one_of_tests'")
        return server.fetchone()[0]

    copy = {"name": "one_of_tests", "template": databases.TEMPLATE}
    databases.provide(**copy)
    with inside("one_of_tests"):
        assert rows("SELECT count(*) FROM org_person") == [(0,)]
        first = oid()
        databases.provide(**copy)
        assert oid() == first
        databases.mark(server, "one_of_tests", "of other migrations")
    databases.provide(**copy)
    assert oid() > first
    second = oid()
    databases.provide(**copy)
    assert oid() > second
