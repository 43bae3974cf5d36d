"""The plain way in, taken in one statement a step; whatever differs is left to the action."""

from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection as django_connection

from quartermaster.audit.models import Entry
from quartermaster.jobs.models import Delivery
from quartermaster.kernel import vault
from quartermaster.mdm import actions, arriving
from quartermaster.mdm.actions.checkin import Hardware, PushAddress, place_of
from quartermaster.mdm.models import Arrival, Enrolment
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.queries import posture_of
from quartermaster.mdm.states import EnrolmentState
from tests.factories import mdm
from tests.factories.inventory import DeviceFactory
from tests.factories.org import PersonFactory
from tests.loops import play

UDID = "0000-1111"
ADDRESS = PushAddress("com.apple.mgmt.External.x", b"t" * 32, b"magic", b"unlock")
pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def link():
    given = django_connection.get_connection_params()
    names = ("dbname", "host", "user", "password", "port")
    words = {name: given[name] for name in names if isinstance(given.get(name), str)}
    async with await psycopg.AsyncConnection.connect(**words, autocommit=True) as opened:
        yield opened


@pytest.fixture
def enrolment(at):
    device = DeviceFactory(serial="C02ABC", udid="", platform="ios", holder=PersonFactory())
    return mdm.pending(device, at)


@pytest.fixture
def fingerprint(enrolment, at):
    return bytes(mdm.certificate(enrolment, at).fingerprint)


def naming(fingerprint, at, external_id=UDID, serial="C02ABC"):
    facts = {"os.version": Fact("18.1", "Authenticate", at)}
    return arriving.Naming(fingerprint, at, Hardware(external_id, serial), facts)


def bringing(fingerprint, at, enrolment_id, external_id=UDID):
    return arriving.Bringing(fingerprint, at, enrolment_id, external_id, ADDRESS)


def said(step, *steps):
    async def say():
        async with link() as connection:
            return await step(connection, steps)

    return play(say())


def authenticate(*args, **more):
    return said(arriving.authenticate, naming(*args, **more)) == [True]


def enrol(*args, **more):
    return said(arriving.enrol, bringing(*args, **more)) == [True]


@pytest.mark.clause("G-10")
def test_a_new_device_arrives_and_is_told_of(enrolment, fingerprint, at):
    assert authenticate(fingerprint, at)
    assert enrol(fingerprint, at + timedelta(seconds=1), enrolment.id)

    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.external_id) == (EnrolmentState.ENROLLED, UDID)
    assert enrolment.enrolled_at == at + timedelta(seconds=1)
    opened = vault.unseal(enrolment.sealed_push_token, place=place_of(enrolment.id, "push-token"))
    assert opened == ADDRESS.token

    before = Entry.objects.count()
    assert actions.tell_arrivals(at + timedelta(minutes=1)) == 2
    written = Entry.objects.order_by("seq")[before:]
    assert [(entry.tag, entry.subject_id) for entry in written] == [
        ("mdm.device.authenticated", str(enrolment.id)),
        ("mdm.device.enrolled", str(enrolment.id)),
    ]
    assert {entry.actor_label for entry in written} == {f"device {enrolment.device.asset_tag}"}
    assert posture_of(enrolment.device_id)["os.version"] == Fact("18.1", "Authenticate", at)
    assert Delivery.objects.filter(tag="mdm.device.enrolled").exists()
    assert not Arrival.objects.exists()
    assert actions.tell_arrivals(at + timedelta(minutes=1)) == 0


def test_a_device_may_say_its_name_twice(enrolment, fingerprint, at):
    assert authenticate(fingerprint, at)
    assert authenticate(fingerprint, at)


@pytest.mark.parametrize("told", [{"serial": "OTHER"}, {"external_id": UDID, "serial": "c02abd"}])
def test_hardware_that_does_not_fit_is_left_to_the_action(fingerprint, at, told):
    assert not authenticate(fingerprint, at, **told)
    assert not Arrival.objects.exists()


def test_a_device_without_a_serial_number_to_say_fits(fingerprint, at):
    assert authenticate(fingerprint, at, serial="")


def test_hardware_that_is_enrolled_elsewhere_is_left_to_the_action(fingerprint, at):
    mdm.enrolled(DeviceFactory(holder=PersonFactory()), at, external_id=UDID)
    assert not authenticate(fingerprint, at)


def test_a_device_that_left_an_enrolment_behind_is_left_to_the_action(enrolment, fingerprint, at):
    mdm.enrolled(enrolment.device, at, external_id="older")
    assert not authenticate(fingerprint, at)


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_a_certificate_that_is_over_is_left_to_the_action(enrolment, fingerprint, at, column):
    enrolment.certificates.update(**{column: at})
    assert not authenticate(fingerprint, at)


def test_an_enrolment_of_another_way_is_left_to_the_action(enrolment, fingerprint, at):
    Enrolment.objects.filter(id=enrolment.id).update(way="automated")
    assert not authenticate(fingerprint, at)


def test_a_token_before_the_name_and_of_another_device_is_left_to_the_action(
    enrolment, fingerprint, at
):
    assert not enrol(fingerprint, at, enrolment.id)
    assert authenticate(fingerprint, at)
    assert not enrol(fingerprint, at, enrolment.id, external_id="another")
    assert not enrol(fingerprint, at, DeviceFactory().id)
    assert enrol(fingerprint, at, enrolment.id)
    assert not enrol(fingerprint, at, enrolment.id)  # a later token is no arrival


def test_one_hardware_that_arrives_twice_at_once_is_enrolled_once(enrolment, fingerprint, twin, at):
    other, others = twin
    assert authenticate(fingerprint, at)
    assert authenticate(others, at, serial="")
    assert enrol(fingerprint, at, enrolment.id)
    assert not enrol(others, at, other.id)
    assert Enrolment.objects.filter(external_id=UDID, state="enrolled").count() == 1


@pytest.fixture
def twin(at):
    enrolment = mdm.pending(DeviceFactory(holder=PersonFactory(), platform="ios"), at)
    return enrolment, bytes(mdm.certificate(enrolment, at).fingerprint)


def test_devices_that_arrive_in_one_statement_arrive_each_as_itself(
    enrolment, fingerprint, twin, at
):
    other, others = twin
    named = [
        naming(others, at, "U-2", ""),
        naming(b"\0" * 32, at, "U-3", "S-3"),
        naming(fingerprint, at),
    ]
    assert said(arriving.authenticate, *named) == [True, False, True]
    brought = [bringing(fingerprint, at, enrolment.id), bringing(others, at, other.id, "U-2")]
    assert said(arriving.enrol, *brought) == [True, True]
    found = Enrolment.objects.filter(state="enrolled").values_list("id", "external_id")
    assert dict(found) == {enrolment.id: UDID, other.id: "U-2"}
    steps = Arrival.objects.values_list("enrolment", "step", "facts")
    assert sorted(steps, key=str) == sorted(
        [
            (key, step, facts)
            for key in (enrolment.id, other.id)
            for step, facts in (
                ("authenticated", {"os.version": ["18.1", "Authenticate"]}),
                ("enrolled", {}),
            )
        ],
        key=str,
    )


def test_of_two_that_bring_one_hardware_in_one_statement_neither_is_taken(
    enrolment, fingerprint, twin, at
):
    other, others = twin
    for certificate, serial in ((fingerprint, "C02ABC"), (others, "")):
        assert authenticate(certificate, at, serial=serial)
    brought = [bringing(fingerprint, at, enrolment.id), bringing(others, at, other.id)]
    with pytest.raises(psycopg.errors.UniqueViolation):  # so that each is tried by itself
        said(arriving.enrol, *brought)
    assert not Enrolment.objects.filter(state="enrolled").exists()
