"""Pages of applications: the catalogue, one, devices, licences, and what a holder may do."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.kernel.permits import system
from quartermaster.mdm.actions.credentials import import_credential, keep_state
from quartermaster.mdm.models import (
    DeviceSoftware,
    ServiceCredential,
    Software,
    SoftwareAssignment,
    SoftwarePackage,
)
from quartermaster.web.panels import panels_of
from tests.drivers.apple.store.test_token import packed
from tests.factories.destruction import account, second_person
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.org import PASSWORD
from tests.factories.software import (
    AssignmentFactory,
    DeviceSoftwareFactory,
    LicenceFactory,
    PoolFactory,
    SoftwareFactory,
    package,
    packaged,
    waiting_package,
)
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store_aside(settings, tmp_path):
    settings.DATA = tmp_path


def to(name, thing=None):
    return reverse(f"applications:{name}", kwargs={"key": thing.pk} if thing else None)


def on_device(holder, **more):
    enrolment = EnrolmentFactory(device=DeviceFactory(holder=holder, department=holder.department))
    return DeviceSoftwareFactory(enrolment=enrolment, **more)


class TestApplications(RoomViewTests):
    list_name = "applications:list"
    detail_name = "applications:one"
    seen_by = {
        "ana": set(),
        "cole": {"notes"},
        "sue": set(),
        "ida": {"notes"},
        "rex": set(),
    }

    def things(self, cast, at):
        return {"notes": SoftwareFactory()}


class TestOnDevices(RoomViewTests):
    list_name = "applications:devices"
    seen_by = {
        "ana": set(),
        "cole": {"ana"},
        "sue": set(),
        "ida": {"ana", "rex"},
        "rex": set(),
    }

    def things(self, cast, at):
        return {"ana": on_device(cast.ana), "rex": on_device(cast.rex)}


class TestLicences(RoomViewTests):
    list_name = "applications:licences"
    seen_by = {"ana": set(), "cole": {"pool"}, "ida": {"pool"}, "rex": set()}

    def things(self, cast, at):
        return {"pool": PoolFactory()}


def form(**more):
    return {"title": "Notes", "platforms": ["ios"], "note": "For notes", **more}


@pytest.mark.clause("G-4")
def test_an_application_of_the_store_is_added_from_what_is_known_of_it(logged_in, cast):
    PoolFactory(store_id="42", title="Notes", identifier="com.shop.notes", platforms=["ios"])
    client = logged_in(cast.ida)
    shown = client.get(to("add-store") + "?product=42").content.decode()
    assert 'value="com.shop.notes"' in shown
    given = form(
        store_id="42",
        identifier="com.shop.notes",
        licensed="on",
        configuration='{"server": "a"}',
        secrets='{"token": "hush"}',
    )
    answer = client.post(to("add-store"), given)
    made = Software.objects.get()
    assert (answer.status_code, answer.url) == (302, to("one", made))
    page = client.get(to("one", made)).content.decode()
    assert "and secrets, sealed" in page
    assert "hush" not in page + client.get(to("change", made)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"configuration": "[1]"}, "Write it as JSON"),
        ({"configuration": "{"}, "Write it as JSON"),
        ({"configuration": '{"a": null}'}, "texts, numbers"),
        ({"attributes": '{"Surprise": 1}'}, "no attribute"),
        ({"identifier": "a b"}, "no bundle identifier"),
        ({"store_id": "x"}, "Enter a valid value"),
    ],
)
def test_what_cannot_be_delivered_is_said_beside_the_form(logged_in, cast, wrong, word):
    given = form(store_id="42", identifier="com.shop.notes")
    answer = logged_in(cast.ida).post(to("add-store"), {**given, **wrong})
    assert (answer.status_code, word in answer.content.decode()) == (422, True)
    assert not Software.objects.exists()


@pytest.mark.clause("G-4", "G-10")
def test_a_package_is_uploaded_and_another_version_follows(logged_in, cast):
    client = logged_in(cast.ida)
    upload = SimpleUploadedFile("app.ipa", b"first")
    given = form(identifier="com.city.inspect", version="1.0", file=upload)
    client.post(to("add-ours"), given)
    made = Software.objects.get()
    more = {"file": SimpleUploadedFile("b.ipa", b"2"), "version": "2.0", "platforms": ["ios"]}
    assert client.post(to("version", made), more).status_code == 302
    assert list(made.packages.values_list("version", flat=True)) == ["2.0", "1.0"]
    page = client.get(to("one", made)).content.decode()
    assert "app.ipa" in page
    newest = SoftwarePackage.objects.first()
    client.post(to("withdraw", newest))
    newest.refresh_from_db()
    assert newest.withdrawn_at is not None


def test_an_empty_package_leaves_nothing_behind(logged_in, cast):
    given = form(identifier="com.city.inspect", version=" ", file=SimpleUploadedFile("a", b"x"))
    assert logged_in(cast.ida).post(to("add-ours"), given).status_code == 422
    assert not Software.objects.exists()


def test_an_application_is_changed_assigned_and_retired(logged_in, cast):
    made = SoftwareFactory(identifier="com.shop.notes")
    device = DeviceFactory(asset_tag="PH-77", platform="ios")
    client = logged_in(cast.ida)
    client.post(to("change", made), form(title="Better notes", attributes='{"Removable": false}'))
    client.post(to("assign", made), {"department": cast.water.pk, "purpose": "required"})
    client.post(to("assign", made), {"device": "ph-77", "purpose": "offered"})
    made.refresh_from_db()
    assert (made.title, made.attributes) == ("Better notes", {"Removable": False})
    assert {(a.department, a.device, a.purpose) for a in SoftwareAssignment.objects.all()} == {
        (cast.water, None, "required"),
        (None, device, "offered"),
    }
    page = client.get(to("one", made)).content.decode()
    assert "Water Works" in page
    first = SoftwareAssignment.objects.get(device=device)
    assert client.post(to("assignment-end", first)).status_code == 302
    answer = client.post(to("assign", made), {"device": "nowhere", "purpose": "offered"})
    assert "There is no device nowhere." in answer.content.decode()
    client.post(to("retire", made), {"reason": "Replaced"})
    made.refresh_from_db()
    assert made.retired_at is not None
    assert client.get(to("change", made)).status_code == 404


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_change_anything(logged_in, cast, who):
    client = logged_in(getattr(cast, who))
    made, ours = SoftwareFactory(), packaged()
    for url in (
        to("add-store"),
        to("add-ours"),
        to("change", made),
        to("assign", made),
        to("retire", made),
        to("version", ours),
        to("licences-look"),
        to("licences-take"),
    ):
        assert client.post(url, form()).status_code in {403, 404}


def test_one_application_shows_its_licences_and_how_far_it_is(logged_in, cast, at):
    made = SoftwareFactory(store_id="42")
    PoolFactory(store_id="42", total=3, assigned=3, available=0, short_since=at)
    on_device(cast.ana, software=made, state="failed", reason="No space.")
    on_device(cast.rex, software=made)
    page = logged_in(cast.ida).get(to("one", made)).content.decode()
    assert "3 owned, 3 in use, 0 left" in page
    assert "There are too few" in page
    assert "No space." in page
    coles = logged_in(cast.cole).get(to("one", made)).context
    assert coles["count"] == 1


def test_a_person_has_it_brought_again(logged_in, cast):
    row = on_device(cast.ana, state="failed", reason="No space.")
    client = logged_in(cast.ida)
    assert "No space." in client.get(to("again", row)).content.decode()
    assert client.post(to("again", row)).status_code == 302
    row.refresh_from_db()
    assert row.state == "wanted"
    assert client.post(to("again", row)).status_code == 409


def panel(request, device):
    found = panels_of("device", request, device)
    return next((item.html for item in found if item.title == "Applications"), "")


@pytest.mark.clause("G-4")
def test_a_holder_installs_what_is_on_offer_and_removes_it(logged_in, cast):
    device = DeviceFactory(holder=cast.ana, department=cast.water, platform="ios")
    EnrolmentFactory(device=device)
    offer = AssignmentFactory(department=cast.water, purpose="offered").software
    client = logged_in(cast.ana)
    page = client.get(reverse("inventory:device", kwargs={"key": device.pk})).content.decode()
    assert f"On offer: {offer.title}." in page
    assert client.post(to("wish", device), {"software": str(offer.pk)}).status_code == 302
    row = DeviceSoftware.objects.get()
    assert (row.origin, row.state) == ("wish", "wanted")
    page = client.get(reverse("inventory:device", kwargs={"key": device.pk})).content.decode()
    assert to("forget", row) in page
    assert client.post(to("forget", row)).status_code == 302
    row.refresh_from_db()
    assert row.wished_at is None


def test_a_holder_gets_nothing_that_is_not_on_offer(logged_in, cast):
    device = DeviceFactory(holder=cast.ana, department=cast.water, platform="ios")
    EnrolmentFactory(device=device)
    other = SoftwareFactory()
    answer = logged_in(cast.ana).post(to("wish", device), {"software": str(other.pk)})
    assert answer.status_code == 422
    rex = logged_in(cast.rex).post(to("wish", device), {"software": str(other.pk)})
    assert rex.status_code == 404


@pytest.fixture
def token(at):
    return import_credential(
        driver="apple", kind="apps", content=packed(), actor=system("test"), at=at
    )


def test_licences_say_how_the_service_stands(logged_in, cast, token, at):
    PoolFactory(short_since=at)
    LicenceFactory(ours=False)
    client = logged_in(cast.ida)
    page = client.get(to("licences")).content.decode()
    assert "It is read for the first time within minutes" in page
    ServiceCredential.objects.update(trouble="The token was revoked.")
    state = {"holder": "Old MDM", "holder_id": "other", "location": "City Hall"}
    keep_state(credential_id=token.id, state=state)
    page = client.get(to("licences")).content.decode()
    assert "The token was revoked." in page
    assert "Take it over from Old MDM" in page
    assert "Take it over" not in logged_in(cast.cole).get(to("licences")).content.decode()


def test_a_location_is_taken_over_from_the_server_that_was_shown(logged_in, cast, token):
    keep_state(credential_id=token.id, state={"holder": "Old MDM", "holder_id": "other"})
    client = logged_in(cast.ida)
    assert "Old MDM looks after it now" in client.get(to("licences-take")).content.decode()
    assert client.post(to("licences-take"), {"holder_id": "third"}).status_code == 409
    assert client.post(to("licences-take"), {"holder_id": "other"}).status_code == 302
    assert ServiceCredential.objects.get().state["take_over"] == "other"
    assert client.post(to("licences-look")).status_code == 302


def test_without_a_token_the_page_says_what_is_missing(logged_in, cast):
    client = logged_in(cast.ida)
    assert "There is no token" in client.get(to("licences")).content.decode()
    assert client.post(to("licences-look")).status_code == 409


def test_the_dashboard_says_what_is_short_and_what_failed(logged_in, cast, at):
    PoolFactory(short_since=at)
    on_device(cast.ana, state="failed", reason="x", due_at=None)
    page = logged_in(cast.ida).get("/").content.decode()
    assert "Licences short" in page
    assert "Applications not delivered" in page
    assert "Licences short" not in logged_in(cast.ana).get("/").content.decode()


def test_versions_show_what_they_are(logged_in, cast):
    ours = packaged()
    made = package(ours, b"content")
    page = logged_in(cast.ida).get(to("one", ours)).content.decode()
    assert made.file.digest[:12] in page


@pytest.mark.parametrize("number", ["%00", "x", "1%20OR%201", "9" * 40])
def test_a_product_is_looked_up_by_its_number_alone(logged_in, cast, number):
    answer = logged_in(cast.ida).get(to("add-store") + f"?product={number}")
    assert answer.status_code == 200


def test_rex_does_nothing_with_what_is_on_the_devices_of_others(logged_in, cast, at):
    """Neither trying again nor removing, nor ending what was assigned to another department."""
    row = on_device(cast.ana, state="failed", reason="No space.", wished_at=at)
    assigned = AssignmentFactory(department=cast.water)
    ours = packaged()
    version = package(ours, b"content")
    client = logged_in(cast.rex)
    for url in (
        to("again", row),
        to("forget", row),
        to("assignment-end", assigned),
        to("withdraw", version),
        to("one", ours),
    ):
        assert (client.get(url).status_code, client.post(url).status_code) in {
            (403, 403),
            (404, 404),
        }
    for thing in (row, assigned, version):
        thing.refresh_from_db()
    assert (row.state, row.wished_at, assigned.ended_at, version.withdrawn_at) == (
        "failed",
        at,
        None,
        None,
    )


def test_a_coordinator_looks_and_changes_nothing(logged_in, cast):
    row = on_device(cast.ana, state="failed", reason="No space.")
    client = logged_in(cast.cole)
    assert "No space." in client.get(to("devices")).content.decode()
    assert "Try again" not in client.get(to("devices")).content.decode()
    assert client.post(to("again", row)).status_code == 403


@pytest.mark.clause("G-10")
def test_a_second_person_approves_a_version_with_their_password(logged_in, cast, at):
    second = second_person(cast)
    account(cast.ida)
    made = waiting_package(packaged(), b"content", actor=cast.acting(cast.ida), at=at)
    address = reverse("applications:approve", kwargs={"key": made.pk})
    one = reverse("applications:one", kwargs={"key": made.software_id})
    adder, other = logged_in(cast.ida), logged_in(second)

    assert "Waits for a second person" in adder.get(one).content.decode()
    assert address not in adder.get(one).content.decode()
    assert adder.get(address).status_code == 404
    assert address in other.get(one).content.decode()
    assert address in other.get("/waiting/").content.decode()
    assert made.file.digest in other.get(address).content.decode()

    wrong = other.post(address, {"password": "wrong"})
    assert wrong.status_code in {401, 403, 422}
    made.refresh_from_db()
    assert made.approved_at is None

    assert other.post(address, {"password": PASSWORD})["Location"] == one
    made.refresh_from_db()
    assert made.approver == second
    assert f"approved by {second}" in adder.get(one).content.decode()
    assert address not in other.get("/waiting/").content.decode()
