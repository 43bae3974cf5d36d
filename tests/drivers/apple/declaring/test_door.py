"""Declarative management over the real door: what is fetched, what is told, and hostile guests."""

import json

import pytest
from django.test import override_settings

from quartermaster.drivers.apple.declaring import asked
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, queries
from quartermaster.mdm.actions.declaring import MOST_UNLEARNED
from quartermaster.mdm.models import Announcement, Command, DeclaredState, Enrolment, StatusReport
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal

pytestmark = [pytest.mark.django_db(transaction=True)]
HOUSE = system("test")
PASSCODE = "org.quartermaster.passcode"


def require(**settings):
    proposal = read_proposal({"city": {"city": settings}})
    apply_proposal(proposal=proposal, digest=policy.plan(proposal).digest, actor=HOUSE, at=now())


async def ask(phone, endpoint, data=None):
    message = {"MessageType": "DeclarativeManagement", "UDID": phone.udid, "Endpoint": endpoint}
    if data is not None:
        message["Data"] = data if isinstance(data, bytes) else json.dumps(data).encode()
    return await phone.say(message)


def status(**items):
    return {"StatusItems": items, "Errors": []}


@pytest.fixture
def device(assigned):
    require(passcode_minimum_length=6, managed_data_separation=True)
    return assigned(serial="")


def enrolled(at_the_door, token, story, **said):
    """A story with a phone of iOS 18 that has enrolled and whose house has heard of it."""

    async def play(new_phone):
        phone = new_phone("UDID-1", **said)
        assert (await phone.fetch(token)).status_code == 200
        await phone.get_certificate()
        phone.os_version = "18.1"
        assert (
            await phone.say(
                {
                    "MessageType": "Authenticate",
                    "UDID": phone.udid,
                    "Topic": phone.payload("com.apple.mdm")["Topic"],
                    "OSVersion": "18.1",
                    "BuildVersion": "22B83",
                }
            )
        ).status_code == 200
        assert (await phone.update_token()).status_code == 200
        await in_thread(outbox.deliver_due, now())
        return await story(phone, new_phone)

    return at_the_door(play)


async def in_thread(work, *args):
    import asyncio

    from django.db import connections

    def run():
        try:
            return work(*args)
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(None, run)


@pytest.mark.clause("G-3", "G-10")
def test_a_phone_fetches_what_was_announced(at_the_door, token_for, device):
    async def story(phone, _new):
        tokens = (await ask(phone, "tokens")).json()
        listed = (await ask(phone, "declaration-items")).json()
        fetched = {}
        for word, section in (
            ("Activations", "activation"),
            ("Configurations", "configuration"),
            ("Management", "management"),
        ):
            for item in listed["Declarations"][word]:
                answer = await ask(phone, f"declaration/{section}/{item['Identifier']}")
                found = answer.json()
                assert answer.headers["content-type"] == "application/json"
                assert found["ServerToken"] == item["ServerToken"]
                fetched[found["Identifier"]] = found
        return tokens, listed, fetched

    tokens, listed, fetched = enrolled(at_the_door, token_for(device), story)
    announced = Announcement.objects.get()
    assert tokens["SyncTokens"]["DeclarationsToken"] == announced.token
    assert listed["DeclarationsToken"] == announced.token
    assert fetched[PASSCODE]["Payload"]["MinimumLength"] == 6
    sent = Command.objects.get(kind="DeclarativeManagement")
    assert sent.digest == announced.token
    assert not Command.objects.filter(key="install:org.quartermaster.policy.passcode").exists()


def test_what_was_announced_is_served_although_more_is_required_by_now(
    at_the_door, token_for, device
):
    async def story(phone, _new):
        before = (await ask(phone, "declaration-items")).json()
        await in_thread(lambda: require(passcode_minimum_length=9))
        same = (await ask(phone, f"declaration/configuration/{PASSCODE}")).json()
        await in_thread(outbox.deliver_due, now())
        after = (await ask(phone, f"declaration/configuration/{PASSCODE}")).json()
        return before, same, after

    before, same, after = enrolled(at_the_door, token_for(device), story)
    listed = {item["Identifier"]: item for item in before["Declarations"]["Configurations"]}
    assert same["ServerToken"] == listed[PASSCODE]["ServerToken"]
    assert (same["Payload"]["MinimumLength"], after["Payload"]["MinimumLength"]) == (6, 9)


@pytest.mark.parametrize(
    ("endpoint", "code"),
    [
        ("declaration/configuration/org.quartermaster.nothing", 404),
        (f"declaration/asset/{PASSCODE}", 404),
        ("declaration/configuration/../../../etc/passwd", 400),
        ("declaration/configuration/..%2f..%2fetc", 400),
        ("elsewhere", 400),
    ],
)
def test_what_is_not_there_is_not_found_and_what_is_no_endpoint_is_refused(
    at_the_door, token_for, device, endpoint, code
):
    async def story(phone, _new):
        return (await ask(phone, endpoint)).status_code

    assert enrolled(at_the_door, token_for(device), story) == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"StatusItems": {}, "x": ' + b"[" * 5000 + b"]" * 5000 + b"}", 413),
        (b'{"StatusItems": {"a": "' + b"x" * 1_100_000 + b'"}}', 413),
        (b'{"StatusItems": {"a": "' + b"x" * 10_000_000 + b'"}}', 413),
    ],
    ids=["cut", "list", "deep", "large", "ten megabytes"],
)
def test_a_status_beyond_its_bounds_is_refused_and_not_kept(
    at_the_door, token_for, device, data, code
):
    async def story(phone, _new):
        refused = (await ask(phone, "status", data)).status_code
        taken = (await ask(phone, "status", status(passcode={"is-present": True}))).status_code
        return refused, taken

    assert enrolled(at_the_door, token_for(device), story) == (code, 200)
    assert StatusReport.objects.count() == 1


def test_nobody_reports_or_asks_in_anothers_name(at_the_door, token_for, device, assigned):
    other = token_for(assigned("PH-2"))

    async def story(phone, new):
        thief = new("UDID-2")
        await thief.enrol(other)
        message = {"MessageType": "DeclarativeManagement", "UDID": phone.udid}
        told = {**message, "Endpoint": "status", "Data": json.dumps(status()).encode()}
        return [
            (await thief.say(told)).status_code,
            (await thief.say({**message, "Endpoint": "declaration-items"})).status_code,
            (await new("UDID-1").say(told)).status_code,  # without a certificate at all
        ]

    assert enrolled(at_the_door, token_for(device), story) == [403, 403, 403]
    assert not StatusReport.objects.exists()


def test_a_flood_of_reports_is_put_off_and_nothing_of_it_is_lost(at_the_door, token_for, device):
    async def story(phone, _new):
        codes = [
            (await ask(phone, "status", status(n={"n": number}))).status_code
            for number in range(MOST_UNLEARNED + 2)
        ]
        await in_thread(outbox.deliver_due, now())
        return codes, (await ask(phone, "status", status())).status_code

    codes, later = enrolled(at_the_door, token_for(device), story)
    assert codes == [200] * MOST_UNLEARNED + [503, 503]
    assert later == 200
    assert StatusReport.objects.count() == 21  # the newest twenty learned, and one to learn


@pytest.mark.clause("G-3", "G-10")
def test_what_is_reported_becomes_posture_and_states(at_the_door, token_for, device):
    async def story(phone, _new):
        listed = (await ask(phone, "declaration-items")).json()["Declarations"]
        rows = {
            "activations": [],
            "assets": [],
            "management": [],
            "configurations": [
                {
                    "identifier": item["Identifier"],
                    "server-token": item["ServerToken"],
                    "active": item["Identifier"] == PASSCODE,
                    "valid": "valid" if item["Identifier"] == PASSCODE else "invalid",
                    "reasons": [{"code": "Error.ConfigurationCannotBeApplied"}],
                }
                for item in listed["Configurations"]
            ],
        }
        told = status(
            passcode={"is-present": True, "is-compliant": False},
            device={
                "operating-system": {"version": "18.2", "build-version": "22C1"},
                "identifier": {"serial-number": "NOT-ASKED"},
            },
            management={"declarations": rows},
        )
        assert (await ask(phone, "status", told)).status_code == 200
        await in_thread(outbox.deliver_due, now())

    enrolled(at_the_door, token_for(device), story)
    found = {key: fact.value for key, fact in queries.posture_of(device.id).items()}
    assert found["passcode.present"] is True
    assert found["passcode.compliant"] is False
    assert found["os.version"] == "18.2"
    assert found["declarations.active"].keys() == {PASSCODE}
    states = {row.identifier: row for row in DeclaredState.objects.all()}
    assert states[PASSCODE].active
    assert states["org.quartermaster.status"].reasons == ["The device could not apply it."]


def test_a_profile_is_handed_to_the_device_that_it_was_declared_to(
    at_the_door, token_for, device, assigned
):
    other = token_for(assigned("PH-2"))

    async def story(phone, new):
        found = await ask(phone, "declaration/configuration/org.quartermaster.restrictions")
        address = found.json()["Payload"]["ProfileURL"]
        path = address.removeprefix("https://devices.example.gov")
        thief = new("UDID-2")
        await thief.enrol(other)
        got = await phone.client.get(path)
        theft = await phone.client.get(path, headers=thief.signature(b""))
        signed = await phone.client.get(path, headers=phone.signature(b""))
        guesses = [
            (await phone.client.get(guess)).status_code
            for guess in (
                path[:-1] + ("0" if path[-1] != "0" else "1"),
                path.replace("restrictions", "passcode"),
                "/mdm/apple/profiles/",
                "/mdm/apple/profiles/x/restrictions/y",
                "/mdm/apple/profiles/../../enrol",
            )
        ]
        await in_thread(
            lambda: actions.end_enrolment(
                enrolment=Enrolment.objects.get(device=device), reason="x", actor=HOUSE, at=now()
            )
        )
        gone = await phone.client.get(path)
        return got, theft.status_code, signed.status_code, guesses, gone.status_code

    with override_settings(DEVICES_URL="https://devices.example.gov"):
        got, theft, signed, guesses, gone = enrolled(at_the_door, token_for(device), story)
    assert got.status_code == 200
    assert b"allowOpenFromManagedToUnmanaged" in got.content
    assert (theft, signed, gone) == (403, 200, 404)
    assert guesses[:4] == [404, 404, 404, 404]
    assert guesses[4] in {404, 405}


def test_a_device_without_declarations_is_told_so(at_the_door, token_for, assigned):
    async def story(phone, _new):
        listed = (await ask(phone, "declaration-items")).json()
        return listed, (await ask(phone, f"declaration/configuration/{PASSCODE}")).content

    listed, unknown = enrolled(at_the_door, token_for(assigned()), story)
    assert listed["Declarations"] == {
        "Activations": [],
        "Assets": [],
        "Configurations": [],
        "Management": [],
    }
    assert unknown == asked.UNKNOWN.body
