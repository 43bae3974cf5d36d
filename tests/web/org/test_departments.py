"""Pages of departments."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from quartermaster.org.models import Department
from tests.factories.org import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(cast):
    """A browser in which one of the cast has logged in."""

    def log_in(who):
        client = Client()
        client.force_login(UserFactory(person=getattr(cast, who)))
        return client

    return log_in


def to(name, thing=None):
    return reverse(f"org:{name}", kwargs={"key": thing.pk} if thing else {})


def test_the_list_counts_people_and_exports(cast, browse):
    response = browse("ida").get(to("departments"), {"format": "csv", "sort": "code"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines == [
        "Department,Code,Part of,People,Coverage,Reason",
        "Information and Technology Management,ITMD,,1,Covered,",
        "Public Library,LIB,,1,Covered,",
        "Water Works,WATER,,3,Covered,",
    ]


def test_a_coordinator_sees_their_own(cast, browse):
    cole = browse("cole")
    page = cole.get(to("departments")).content.decode()
    assert "Water Works" in page
    assert "Public Library" not in page
    assert cole.get(to("department", cast.water)).status_code == 200
    assert cole.get(to("department", cast.library)).status_code == 404


@pytest.mark.parametrize("who", ["ana", "sue", "rex"])
def test_others_see_none(cast, browse, who):
    client = browse(who)
    assert client.get(to("departments")).status_code == 403
    assert client.get(to("department", cast.water)).status_code == 403


def test_a_department_page_is_composed(cast, browse):
    Department.objects.create(code="N", name="Water North", parent=cast.water)
    page = browse("ida").get(to("department", cast.water)).content.decode()
    assert "3 people work here" in page
    assert "Cole Novak, cole@city.example" in page
    assert "Water North" in page


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("department-new", False),
        ("import-departments", False),
        ("department-change", True),
        ("department-coverage", True),
    ],
)
def test_verbs_are_closed_to_all_but_administrators(cast, browse, name, about):
    address = to(name, cast.water if about else None)
    for who in ("ana", "cole", "sue", "rex"):
        client = browse(who)
        assert (client.get(address).status_code, client.post(address).status_code) == (403, 403)
    assert browse("ida").get(address).status_code == 200
    assert Client().get(address).status_code == 302


def test_a_division_names_what_it_is_a_part_of(cast, browse):
    north = Department.objects.create(code="N", name="Water North", parent=cast.water)
    assert (
        to("department", cast.water) in browse("ida").get(to("department", north)).content.decode()
    )
    page = browse("cole").get(to("department", north)).content.decode()
    assert "Part of" in page


def test_add_and_change(cast, browse):
    ida = browse("ida")
    fields = {"code": "n", "name": "North", "parent": str(cast.water.id)}
    response = ida.post(to("department-new"), fields)
    made = Department.objects.get(code="N")
    assert (made.parent, response["Location"]) == (cast.water, to("department", made))
    ida.post(to("department-change", made), {"code": "NORTH", "name": "North"})
    made.refresh_from_db()
    assert (made.code, made.parent) == ("NORTH", None)
    refused = ida.post(to("department-new"), {"code": "LIB", "name": "Another"})
    assert refused.status_code == 409
    assert "the code LIB already" in refused.content.decode()


@pytest.mark.clause("S-3")
def test_exclude_with_a_reason(cast, browse):
    ida = browse("ida")
    address = to("department-coverage", cast.library)
    refused = ida.post(address, {"coverage": "excluded", "reason": ""})
    assert refused.status_code == 422
    assert "An excluded department needs the reason" in refused.content.decode()
    ida.post(address, {"coverage": "excluded", "reason": "Own vendor contract"})
    page = ida.get(to("department", cast.library)).content.decode()
    assert "Own vendor contract" in page
    assert "Excluded" in page
    ida.post(address, {"coverage": "covered", "reason": "left over"})
    cast.library.refresh_from_db()
    assert (cast.library.coverage, cast.library.exclusion_reason) == ("covered", "")


def test_import_departments(cast, browse):
    ida = browse("ida")
    file = SimpleUploadedFile("d.csv", b"code,name\nPARKS,Parks\n", content_type="text/csv")
    page = ida.post(to("import-departments"), {"file": file}).content.decode()
    parcel = re.search(r'name="parcel" value="([^"]+)"', page)[1].replace("&amp;", "&")
    shown = re.search(r'name="shown" value="([^"]+)"', page)[1]
    response = ida.post(to("import-departments"), {"parcel": parcel, "shown": shown})
    assert response["Location"] == to("departments")
    assert Department.objects.filter(code="PARKS").exists()
