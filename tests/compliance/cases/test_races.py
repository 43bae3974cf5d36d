"""Two people at the same instant: one of them decides, and the other is told so."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from quartermaster.compliance.actions import cases
from quartermaster.compliance.models import Case
from quartermaster.kernel.errors import Conflict
from tests.factories import cases as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.clause("C-1")
def test_confirmed_or_dismissed_and_never_both(cast, at):
    case = make.prepared(cast.ana, at)
    together = Barrier(2)
    ways = ((cases.confirm, cast.acting(cast.ida)), (cases.dismiss, cast.acting(cast.cole)))

    def decide(way):
        verb, actor = way
        mine = Case.objects.get(id=case.id)
        together.wait()
        try:
            return verb(case=mine, reason="Seen.", actor=actor, at=at).state
        except Conflict:
            return "conflict"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(decide, ways))
    state = Case.objects.get(id=case.id).state
    assert answers == sorted(["conflict", state])
    assert state in {"referred", "dismissed"}
