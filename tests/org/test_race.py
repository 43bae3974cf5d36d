"""Two transactions, each sound by itself, that together would close a ring."""

from contextlib import contextmanager
from threading import Thread

import psycopg
import pytest
from django.db import connection

from quartermaster.kernel.ids import new_id


@pytest.fixture
def links(db, django_db_blocker):
    """Two connections beside the test's own, with two committed people; all taken away after."""
    words = {k: v for k, v in connection.get_connection_params().items() if isinstance(v, str)}
    keep = {k: words[k] for k in ("dbname", "host", "user", "password", "port") if k in words}
    one, two = psycopg.connect(**keep), psycopg.connect(**keep)
    department, ann, bob = new_id(), new_id(), new_id()
    one.execute(
        "INSERT INTO org_department (id, code, name, coverage, exclusion_reason)"
        " VALUES (%s, 'RACE', 'Race', 'covered', '')",
        [department],
    )
    for person, number in ((ann, "RACE1"), (bob, "RACE2")):
        one.execute(
            "INSERT INTO org_person (id, number, given_name, family_name, email, phone, title,"
            " department_id, employment, standing)"
            " VALUES (%s, %s, 'x', 'x', %s, '', '', %s, 'employee', 'active')",
            [person, number, f"{number}@race.example", department],
        )
    one.commit()
    yield one, two, ann, bob
    for link in (one, two):
        link.rollback()
    one.execute("DELETE FROM org_person WHERE department_id = %s", [department])
    one.execute("DELETE FROM org_department WHERE id = %s", [department])
    one.commit()
    one.close()
    two.close()


@contextmanager
def meanwhile(work):
    thread = Thread(target=work)
    thread.start()
    yield
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_the_second_of_two_waits_and_is_refused(links):
    one, two, ann, bob = links
    set_chief = "UPDATE org_person SET supervisor_id = %s WHERE id = %s"
    one.execute(set_chief, [bob, ann])
    outcome = []

    def second():
        try:
            two.execute(set_chief, [ann, bob])
        except psycopg.errors.CheckViolation as problem:
            outcome.append(problem.diag.constraint_name)

    with meanwhile(second):
        one.commit()
    assert outcome == ["org_person_supervision_acyclic"]
