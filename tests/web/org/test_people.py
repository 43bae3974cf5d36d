"""Pages of people: what each of the cast sees, and the verbs behind the buttons."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from quartermaster.kernel.clock import now
from quartermaster.org.models import Person, RoleAssignment, Standing, User
from quartermaster.org.roles import Role
from tests.factories.org import PersonFactory, UserFactory, people_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(cast):
    """A browser in which one of the cast has logged in."""

    def log_in(who):
        person = getattr(cast, who)
        user = User.objects.filter(person=person).first() or UserFactory(person=person)
        client = Client()
        client.force_login(user)
        return client

    return log_in


def to(name, thing=None):
    return reverse(f"org:{name}", kwargs={"key": thing.pk} if thing else {})


def body(response):
    return response.content.decode()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ana", {"Ana"}),
        ("cole", {"Ana", "Cole", "Sue"}),
        ("sue", {"Ana", "Sue"}),
        ("ida", {"Ana", "Cole", "Sue", "Ida", "Rex"}),
        ("rex", {"Rex"}),
    ],
)
def test_the_list_shows_whom_one_may_see(cast, browse, who, seen):
    response = browse(who).get(to("people"), {"format": "csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert {line.split()[0] for line in lines[1:]} == seen
    assert browse(who).get(to("people")).status_code == 200


def test_the_list_filters_sorts_and_searches(cast, browse):
    ida = browse("ida")

    def names(**query):
        page = body(ida.get(to("people"), query))
        return re.findall(r'<th scope="row"[^>]*><a[^>]*>(\w+)', page)

    assert names(department="WATER", sort="-number") == ["Sue", "Cole", "Ana"]
    assert names(sort="family_name") == ["Ida", "Rex", "Cole", "Sue", "Ana"]
    assert names(q="lindq") == ["Ida"]
    assert names(standing="separated") == []
    assert names(employment="employee", q="1005") == ["Rex"]


def test_a_filter_offers_only_departments_of_people_one_sees(cast, browse):
    page = body(browse("cole").get(to("people")))
    assert "Water Works" in page
    assert "Public Library" not in page


@pytest.mark.parametrize(
    ("who", "status"), [("ana", 200), ("sue", 200), ("cole", 200), ("rex", 404)]
)
def test_a_person_page(cast, browse, who, status):
    response = browse(who).get(to("person", cast.ana))
    assert response.status_code == status
    assert ("Meter technician" in body(response)) == (status == 200)


def test_a_person_page_shows_no_way_to_whom_one_may_not_see(cast, browse):
    page = body(browse("ana").get(to("person", cast.ana)))
    assert "Sue Okafor" in page
    assert str(cast.sue.id) not in page
    assert str(cast.water.id) not in page


def test_a_person_page_is_composed(cast, browse):
    UserFactory(person=cast.cole)
    page = body(browse("ida").get(to("person", cast.cole)))
    assert "Telecom coordinator of Water Works" in page
    assert "Logs in as cole@city.example; not once so far." in page
    page = body(browse("ida").get(to("person", cast.sue)))
    assert "Supervises directly" in page
    assert "There is no log-in yet." in page
    assert to("person-invite", cast.sue) in page


VERBS = [
    ("person-new", False),
    ("import-people", False),
    ("person-change", True),
    ("person-move", True),
    ("person-supervise", True),
    ("person-separate", True),
    ("person-reinstate", True),
    ("person-invite", True),
    ("person-close-log-in", True),
    ("person-open-log-in", True),
]


@pytest.mark.parametrize(("name", "about"), VERBS)
@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_verbs_are_closed_to_all_but_administrators(cast, browse, name, about, who):
    address = to(name, cast.ana if about else None)
    assert browse(who).get(address).status_code == 403
    assert browse(who).post(address).status_code == 403
    assert browse("ida").get(address).status_code == 200


@pytest.mark.parametrize(("name", "about"), [*VERBS, ("people", False), ("person", True)])
def test_nobody_gets_in_without_logging_in(cast, name, about):
    response = Client().get(to(name, cast.ana if about else None))
    assert response.status_code == 302
    assert response["Location"].startswith("/log-in/")


def test_add_a_person(cast, browse):
    fields = {
        "number": "2001",
        "given_name": "Pat",
        "family_name": "Doe",
        "email": "pat@city.example",
        "employment": "contractor",
        "department": str(cast.water.id),
        "supervisor": "1003",
    }
    response = browse("ida").post(to("person-new"), fields)
    made = Person.objects.get(number="2001")
    assert (response.status_code, response["Location"]) == (302, to("person", made))
    assert (made.supervisor, made.employment) == (cast.sue, "contractor")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"number": "1001"}, "The personnel number 1001 is in use already."),
        ({"supervisor": "77"}, "There is nobody at work with this personnel number."),
        ({"phone": "call me"}, "Phone: must be a telephone number."),
    ],
)
def test_add_a_person_with_what_will_not_do(cast, browse, fields, told):
    fields = {
        "number": "2001",
        "given_name": "Pat",
        "family_name": "Doe",
        "email": "pat@city.example",
        "employment": "employee",
        "department": str(cast.water.id),
        **fields,
    }
    response = browse("ida").post(to("person-new"), fields)
    assert response.status_code in {409, 422}
    assert told in body(response)
    assert Person.objects.count() == 5


def test_change_move_and_supervise(cast, browse):
    ida = browse("ida")
    page = body(ida.get(to("person-change", cast.ana)))
    assert 'value="Reyes"' in page
    fields = {
        "number": "1001",
        "given_name": "Ana",
        "family_name": "Silva",
        "email": "ana@city.example",
        "employment": "employee",
        "title": "Meter technician",
    }
    assert ida.post(to("person-change", cast.ana), fields).status_code == 302
    ida.post(to("person-move", cast.ana), {"department": str(cast.library.id)})
    ida.post(to("person-supervise", cast.ana), {"supervisor": "1005"})
    found = Person.objects.get(number="1001")
    assert (found.family_name, found.department, found.supervisor) == (
        "Silva",
        cast.library,
        cast.rex,
    )


def test_a_ring_is_refused_with_its_names(cast, browse):
    response = browse("ida").post(to("person-supervise", cast.sue), {"supervisor": "1001"})
    assert response.status_code == 409
    assert "Sue Okafor → Ana Reyes → Sue Okafor" in body(response)


def test_separate_and_reinstate(cast, browse):
    ida = browse("ida")
    ida.post(to("person-separate", cast.ana), {"on": "2026-01-02"})
    assert Person.objects.get(number="1001").standing == Standing.SEPARATED
    page = body(ida.get(to("person", cast.ana)))
    assert "Separated on" in page
    assert to("person-reinstate", cast.ana) in page
    assert to("person-change", cast.ana) not in page
    ida.post(to("person-reinstate", cast.ana))
    assert Person.objects.get(number="1001").standing == Standing.ACTIVE


def test_invite_and_end_sessions(cast, browse, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = browse("ida").post(to("person-invite", cast.ana))
    assert response["Location"] == to("person", cast.ana)
    assert [letter.to for letter in mail.outbox] == [["ana@city.example"]]
    ana = browse("ana")
    assert ana.get(to("people")).status_code == 200
    browse("ida").post(to("person-end-sessions", cast.ana))
    assert ana.get(to("people")).status_code == 302


def test_close_and_open_a_log_in(cast, browse):
    ana, ida = browse("ana"), browse("ida")
    page = body(ida.get(to("person", cast.ana)))
    assert to("person-close-log-in", cast.ana) in page
    assert to("person-end-sessions", cast.ana) in page
    assert ida.post(to("person-close-log-in", cast.ana)).status_code == 302
    assert ana.get(to("people")).status_code == 302
    page = body(ida.get(to("person", cast.ana)))
    assert "is closed." in page
    assert to("person-open-log-in", cast.ana) in page
    assert to("person-invite", cast.ana) not in page
    ida.post(to("person-open-log-in", cast.ana))
    assert User.objects.get(person=cast.ana).is_active


def test_one_sees_ones_own_log_in_and_no_others(cast, browse):
    UserFactory(person=cast.ana)
    page = body(browse("ana").get(to("person", cast.ana)))
    assert to("person-end-sessions", cast.ana) in page
    assert to("person-close-log-in", cast.ana) not in page
    assert "Logs in as" not in body(browse("sue").get(to("person", cast.ana)))


@pytest.mark.parametrize("who", ["cole", "sue", "rex"])
def test_nobody_else_ends_ones_sessions(cast, browse, who):
    UserFactory(person=cast.ana)
    response = browse(who).post(to("person-end-sessions", cast.ana))
    assert response.status_code in {403, 404}


def test_a_session_ends_with_separation(cast, browse):
    rex = browse("rex")
    assert rex.get(to("people")).status_code == 200
    browse("ida").post(to("person-separate", cast.rex), {"on": "2026-01-02"})
    assert rex.get(to("people")).status_code == 302


def upload(client, content, name="import-people", **more):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("people.csv", content, content_type="text/csv")
    return client.post(to(name), {"file": file, **more})


def confirm(client, page, name="import-people", **more):
    parcel = re.search(r'name="parcel" value="([^"]+)"', page)[1]
    shown = re.search(r'name="shown" value="([^"]+)"', page)[1]
    from html import unescape

    return client.post(to(name), {"parcel": unescape(parcel), "shown": shown, **more})


def test_import_shows_then_does(cast, browse):
    ida = browse("ida")
    content = people_csv(
        {"number": "2001"},
        {"number": "1005", "given_name": "Rex", "family_name": "Moreau", "department": "LIB"},
    )
    page = body(upload(ida, content))
    assert "<del>rex@city.example</del>" in page
    assert "3 known here are not in the file" not in page
    assert Person.objects.count() == 5
    response = confirm(ida, page)
    assert (response.status_code, response["Location"]) == (302, to("people"))
    assert Person.objects.filter(number="2001").exists()
    assert "Imported: people, 1 added and 1 changed." in body(ida.get(to("people")))


def test_import_with_errors_offers_nothing_to_confirm(cast, browse):
    page = body(upload(browse("ida"), people_csv({"number": "2001", "department": "NOPE"})))
    assert "there is no department with the code NOPE." in page
    assert 'name="parcel"' not in page


def test_import_of_what_is_no_csv(cast, browse):
    response = upload(browse("ida"), b"number\x00")
    assert response.status_code == 422
    assert "NUL character" in body(response)


def test_import_in_an_older_encoding_must_be_declared(cast, browse):
    ida = browse("ida")
    content = people_csv({"number": "2001", "family_name": "Núñez"}).decode()
    content = content.encode("windows-1252")
    assert "is not valid UTF-8" in body(upload(ida, content))
    confirm(ida, body(upload(ida, content, encoding="windows-1252")))
    assert Person.objects.get(number="2001").family_name == "Núñez"


def test_import_asks_before_many_separations(cast, browse):
    ida = browse("ida")
    row = {"number": "1005", "email": "rex@city.example", "separated_on": "2026-01-02"}
    page = body(upload(ida, people_csv(row)))
    assert "This file separates 1 of 5 active people" in page
    assert confirm(ida, page).status_code == 409
    assert Person.objects.get(number="1005").standing == Standing.ACTIVE
    confirm(ida, page, confirmed="separations")
    assert Person.objects.get(number="1005").standing == Standing.SEPARATED


def test_import_of_another_state_than_shown_is_refused(cast, browse):
    ida = browse("ida")
    page = body(upload(ida, people_csv({"number": "2001"})))
    PersonFactory(number="2001", department=cast.water)
    response = confirm(ida, page)
    assert response.status_code == 409
    assert "no longer what was shown" in body(response)


def test_roles_pages(cast, browse, at):
    ida = browse("ida")
    fields = {"person": "1005", "role": "coordinator", "department": str(cast.library.id)}
    assert ida.post(to("role-grant"), fields).status_code == 302
    held = RoleAssignment.objects.get(person=cast.rex)
    assert held.department == cast.library
    page = body(ida.get(to("roles")))
    assert to("role-end", held) in page
    assert ida.post(to("role-end", held)).status_code == 302
    held.refresh_from_db()
    assert held.ended_at is not None
    page = body(ida.get(to("roles"), {"state": "past"}))
    assert "Rex Moreau" in page
    assert to("role-end", held) not in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"person": "1004"}, "Nobody grants a role to themselves"),
        ({"person": "1005", "role": "coordinator"}, "is named for a department"),
        ({"person": "1005", "last_day": "2020-01-01"}, "ends in the future"),
        ({"person": "77"}, "There is nobody at work"),
    ],
)
def test_a_grant_that_is_refused(cast, browse, fields, told):
    response = browse("ida").post(to("role-grant"), {"role": "hr", **fields})
    assert response.status_code in {403, 409, 422}
    assert told in body(response)


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_roles_are_closed_to_others(cast, browse, who):
    held = RoleAssignment.objects.first()
    for address in (to("roles"), to("role-grant"), to("role-end", held)):
        assert browse(who).get(address).status_code == 403
    assert browse(who).post(to("role-end", held)).status_code == 403


def test_an_auditor_sees_roles_and_grants_none(cast, browse, at):
    RoleAssignment.objects.create(
        person=cast.rex, role=Role.AUDITOR, granted_at=at - timedelta(days=400)
    )
    page = body(browse("rex").get(to("roles")))
    assert "Cole Novak" in page
    assert "/end/" not in page
    assert browse("rex").get(to("role-grant")).status_code == 403


def test_the_dashboard_says_what_needs_attention(cast, browse, at):
    ida = browse("ida")
    page = body(ida.get("/"))
    assert "Roles ending soon" not in page
    assert "without a supervisor" not in page
    RoleAssignment.objects.filter(person=cast.cole).update(
        granted_at=now() - timedelta(days=1), expires_at=now() + timedelta(days=5)
    )
    ida.post(to("person-separate", cast.sue), {"on": "2026-01-02"})
    page = body(ida.get("/"))
    assert "Roles ending soon" in page
    assert "People without a supervisor at work" in page
    assert "Cole Novak" in body(ida.get(to("roles"), {"state": "ending"}))
    left = body(ida.get(to("people"), {"supervision": "left"}))
    assert "Ana Reyes" in left
    assert "Rex Moreau" not in left
    assert "Roles ending soon" not in body(browse("cole").get("/"))
