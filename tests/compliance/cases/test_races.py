"""Two people at the same instant: one of them decides, and the other is named so."""

import pytest

from quartermaster.compliance.actions import cases
from quartermaster.compliance.models import Case
from tests.factories import cases as make
from tests.races import at_once, named

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.clause("C-1")
def test_confirmed_or_dismissed_and_never_both(cast, at):
    case = make.prepared(cast.ana, at)

    def deciding(verb, person):
        mine = Case.objects.get(id=case.id)
        return lambda: verb(case=mine, reason="Seen.", actor=cast.acting(person), at=at).state

    answers = at_once(deciding(cases.confirm, cast.ida), deciding(cases.dismiss, cast.cole))
    state = Case.objects.get(id=case.id).state
    assert sorted(named(answers)) == sorted(["Conflict", state])
    assert state in {"referred", "dismissed"}
