"""The demo city has a request in each stage, and nothing private in what it gave out."""

from datetime import timedelta

import pytest

from quartermaster.cli.demo.chapters import open_records
from quartermaster.disclosure.keeping import read
from quartermaster.disclosure.models import Appeal, FeeEstimate, Package, RecordsRequest, Search
from quartermaster.org.models import Person
from quartermaster.org.roles import Role
from tests.disclosure.redaction.proof import places_of, read_by_pdfium
from tests.factories.destruction import second_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(cast):
    """The four people of the demo that the chapter is about."""
    second_person(cast, role=Role.CUSTODIAN, number=open_records.CUSTODIAN)
    for who, number in (("ana", "2005"), ("cole", "2003"), ("sue", "2004")):
        Person.objects.filter(id=getattr(cast, who).id).update(number=number)
    return cast


def test_three_requests_in_three_stages(city, at):
    open_records.tell(at)
    states = RecordsRequest.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == ["answered", "collecting", "received"]
    answers = Search.objects.order_by("state").values_list("state", flat=True)
    assert list(answers) == ["asked", "attested"]
    assert Appeal.objects.get(decided_at=None).request.state == "answered"
    assert FeeEstimate.objects.get(state="asked").request.state == "collecting"
    content = read(Package.objects.get().files.get().file)
    assert places_of(open_records.HOME, content) == []
    assert "boil" in read_by_pdfium(content).lower()
    assert Package.objects.get().expires_at > at + timedelta(days=30)
