"""The same file sent at once waits once; two decisions at once are one."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from quartermaster.kernel.errors import Conflict
from quartermaster.records.actions import holds, quarantine
from quartermaster.records.models import Record, RefusedFile
from quartermaster.records.rules.quarantine import KEPT, NO_ROOM
from tests.factories.quarantine import PROGRAM, kept, told
from tests.factories.records import paul, terms
from tests.records.quarantine.test_deciding import SAID

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("G-5")]


def together(*acts):
    """What each of these answers, or with which conflict, all begun at one moment."""
    barrier, found = Barrier(len(acts)), []

    def run(verb):
        try:
            barrier.wait()
            found.append(verb())
        except Conflict as problem:
            found.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(verb,)) for verb in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def test_the_same_file_sent_at_once_is_one_row(cast, at):
    ana = cast.acting(cast.ana)
    said = together(*[lambda: told(ana, at)] * 5)
    assert [KEPT in one for one in said] == [True] * 5
    assert RefusedFile.objects.count() == 1


def test_different_files_at_once_stay_within_the_bound(cast, at, settings):
    settings.QUARANTINE_MOST_FILES = 2
    ana = cast.acting(cast.ana)
    acts = [lambda one=one: told(ana, at, PROGRAM + bytes([one])) for one in range(5)]
    said = together(*acts)
    assert sum(NO_ROOM in one for one in said) == 3
    assert RefusedFile.objects.count() == 2


def test_of_two_decisions_at_once_one_is_taken(cast, at):
    one, custodian = kept(cast.acting(cast.ana), at), paul(cast)
    given = {"refused_id": one.id, "actor": custodian, "at": at}
    found = together(
        lambda: quarantine.release(of=SAID, **given),
        lambda: quarantine.discard(reason="No record", **given),
        lambda: quarantine.discard(reason="No record", **given),
    )
    assert sum(isinstance(answer, Conflict) for answer in found) == 2
    one.refresh_from_db()
    assert (one.state == "released") == Record.objects.exists()


@pytest.mark.clause("G-2")
def test_a_hold_that_begins_and_a_discarding_wait_for_one_another(cast, at):
    """Whichever comes first: what is under a hold when it is to be discarded stays."""
    one, custodian = kept(cast.acting(cast.ana), at), paul(cast)
    found = together(
        lambda: holds.open_hold(terms=terms(), people=[cast.ana.id], actor=custodian, at=at),
        lambda: quarantine.discard(refused_id=one.id, reason="No record", actor=custodian, at=at),
    )
    one.refresh_from_db()
    refused = any(isinstance(answer, Conflict) for answer in found)
    assert (one.state == "waiting") == refused
