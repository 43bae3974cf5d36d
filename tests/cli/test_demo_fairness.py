"""The demo's fairness goes the way of a real city's: asked, decided, confirmed, answered, named."""

import pytest

from quartermaster.audit.models import Entry
from quartermaster.cli.demo import fairness
from quartermaster.compliance.models import Case, Extension, Fault
from quartermaster.kernel.clock import now
from quartermaster.org.models import Person
from tests.factories import cases as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-1", "E-1")]


@pytest.fixture
def said(cast):
    Person.objects.filter(id=cast.ida.id).update(number=fairness.ITMD)
    return []


def test_what_a_newcomer_finds(cast, said):
    at = now()
    first, second = make.told(cast.ana, at), make.told(cast.sue, at)
    serious = make.prepared(cast.ana, at)
    other = make.told(
        cast.sue, at, check_name="application_decisions", clause="G-4", title="Applications"
    )
    fairness.befall(said.append)
    assert said == []
    found = dict(Extension.objects.values_list("finding_id", "state"))
    assert found == {first.id: "asked", second.id: "declined"}
    case = Case.objects.get(id=serious.id)
    assert (case.state, case.finding.statements.count()) == ("referred", 1)
    assert Entry.objects.filter(tag="compliance.case.exported").count() == 1
    fault = Fault.objects.get()
    assert (fault.check_name, fault.state, fault.named_by) == (
        other.check_name,
        "named",
        Person.objects.get(number=fairness.ITMD),
    )


def test_a_city_in_which_all_is_well_has_nothing_to_tell(said):
    fairness.befall(said.append)
    assert (said, Extension.objects.count(), Fault.objects.count()) == ([], 0, 0)
