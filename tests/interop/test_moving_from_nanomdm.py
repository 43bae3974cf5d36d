"""A fleet enrolled at a real NanoMDM moves here without enrolling anew, and gets our identities."""

import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta

import httpx
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection
from psycopg import sql
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.drivers.apple.wire import ca, profile
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import Certificate, Command, Enrolment
from quartermaster.mdm.queries import posture_of
from quartermaster.simulators.apple import iphone
from quartermaster.simulators.apple.identities import Identity
from quartermaster.simulators.apple.services.portal import Portal, new_topic
from tests.interop.doors import devices_door, free_port
from tests.interop.tools import tool
from tests.plugins.checked import CheckedDevice

pytestmark = [pytest.mark.interop, pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
FLEET = 5
PATIENCE = 30
TOPIC = new_topic()
IDENTIFIER = "com.github.micromdm.nanomdm"


@pytest.fixture
def client():
    with httpx.Client(timeout=30) as made:
        yield made


@pytest.fixture
def their_authority():
    key = ca.new_key()
    return ca.new_authority(key, "Elsewhere", now()), key


@pytest.fixture
def their_database():
    """A database for NanoMDM beside ours, with its own schema."""
    given = connection.get_connection_params()
    words = {name: given[name] for name in ("host", "user", "password", "port") if given.get(name)}
    name = f"nanomdm_{new_id().hex[:8]}"
    with psycopg.connect(**words, dbname="postgres", autocommit=True) as link:
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    dsn = " ".join(f"{key}={value}" for key, value in {**words, "dbname": name}.items())
    with psycopg.connect(dsn, autocommit=True) as link:
        link.execute(tool("nanomdm.sql").read_text())
    yield f"{dsn} sslmode=disable"
    with psycopg.connect(**words, dbname="postgres", autocommit=True) as link:
        link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def nanomdm(authority, dsn, folder):
    """NanoMDM itself; its address."""
    (folder / "ca.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    address = f"127.0.0.1:{free_port()}"
    command = [
        str(tool("nanomdm")), f"-listen={address}", "-storage=pgsql", f"-storage-dsn={dsn}",
        f"-ca={folder / 'ca.pem'}", "-api=test", "-checkin",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                httpx.get(f"http://{address}/version")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def their_profile(address):
    asked = profile.Enrolment(
        identifier=IDENTIFIER,
        organisation="Elsewhere",
        server_url=f"{address}/mdm",
        check_in_url=f"{address}/checkin",
        scep_url=f"{address}/scep",
        challenge="none",
        topic=TOPIC,
        common_name="x",
        capabilities=(),
    )
    return profile.city_enrolment(asked)


def enrolled_there(client, authority, key, address, serial):
    """A device with an identity of the other authority, that checked in there."""
    phone = CheckedDevice(client, iphone(serial=serial, passcode="493817"))
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issued = ca.issue(
        own.public_key(), holder=new_id(), authority=authority, key=key, at=now(),
        lifetime=timedelta(days=30),
    )  # fmt: skip
    made = their_profile(address)
    phone.management = dict(profile.management_of(made))
    phone.identity = Identity(issued, own)
    phone.state.profiles[IDENTIFIER] = made
    phone.authenticate()
    phone.update_token()
    return phone


def moved_to(phone, door):
    """As if the name of the other server led to us now: the paths stay what they were."""
    phone.management = dict(profile.management_of(their_profile(door)))
    phone.state.profiles[IDENTIFIER] = their_profile(door)


@pytest.mark.clause("G-10")
def test_a_fleet_moves_without_enrolling_anew(
    invited, client, their_authority, their_database, tmp_path, settings
):
    authority, key = their_authority
    devices = [invited(f"PH-{n}", serial=f"F2LX0000ABC{n}")[0] for n in range(FLEET)]
    with nanomdm(authority, their_database, tmp_path) as there:
        phones = [
            enrolled_there(client, authority, key, there, device.serial) for device in devices
        ]
        assert [phone.connect() for phone in phones] == [[]] * FLEET
    content = Portal().bundle(TOPIC).pem()
    actions.import_credential(
        driver="apple", kind="push", content=content, actor=system("test"), at=now()
    )

    with devices_door(apple_former_paths='["/mdm", "/checkin"]') as door:
        settings.DEVICES_URL = door
        (tmp_path / "old.mobileconfig").write_bytes(profile.render(their_profile(door)))
        told = [
            "mdm", "move", "nanomdm", "--source", their_database,
            "--profile", str(tmp_path / "old.mobileconfig"),
        ]  # fmt: skip
        planned = CliRunner().invoke(app, told)
        assert f"{FLEET} can move, 0 cannot." in planned.output
        assert not Enrolment.objects.exists()
        done = CliRunner().invoke(app, [*told, "--apply"])
        assert f"{FLEET} brought, 0 left." in done.output, done.output

        outbox.deliver_due(now())
        assert actions.renew_due(actor=system("test"), at=now()) == FLEET
        for phone in phones:
            moved_to(phone, door)
            before = phone.identity
            asked = phone.connect()
            assert "DeviceInformation" in asked
            refused = Command.objects.filter(state="failed").values_list("error", flat=True)
            assert list(refused) == []
            assert phone.identity != before  # the profile was renewed, with an identity of ours
            phone.connect()
        outbox.deliver_due(now())

    assert posture_of(devices[0].id)["passcode.present"].value is True
    certificates = Certificate.objects.values_list("means", "revoked_at")
    assert sorted({(means, revoked is None) for means, revoked in certificates}) == [
        ("SCEP", True),
        ("elsewhere", False),
    ]


def test_a_stranger_of_the_other_authority_is_not_let_in(client, their_authority):
    """Only what was pinned counts: the other authority itself is trusted with nothing."""
    authority, key = their_authority
    with devices_door(apple_former_paths='["/mdm", "/checkin"]') as door:
        phone = CheckedDevice(client, iphone(serial="F2LX0000ABCX"))
        own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        issued = ca.issue(own.public_key(), holder=new_id(), authority=authority, key=key, at=now())
        phone.identity = Identity(issued, own)
        phone.management = dict(profile.management_of(their_profile(door)))
        with pytest.raises(Exception, match="403"):
            phone.authenticate()
