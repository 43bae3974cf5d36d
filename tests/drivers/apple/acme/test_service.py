"""The ACME service: what it gives to whom, and what it never gives."""

import hashlib
import json
from datetime import timedelta

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from quartermaster.drivers.apple.acme.replies import address
from quartermaster.drivers.apple.enrolling import profile_for
from quartermaster.drivers.apple.issuing import the_authority
from quartermaster.drivers.apple.wire import attestation, ca, cms, plist
from quartermaster.drivers.apple.wire.jws import encoded
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.actions import orders
from quartermaster.mdm.errors import ChallengeRefused
from quartermaster.mdm.models import (
    AcmeAccount,
    Certificate,
    CertificateOrder,
    Enrolment,
    Invitation,
    Renewal,
    SpentNonce,
)
from quartermaster.mdm.queries import posture_of
from quartermaster.mdm.tokens import token_hash
from quartermaster.simulators.apple import mac
from quartermaster.simulators.apple.acme_client import by_acme
from quartermaster.simulators.apple.acme_client import request_for as csr_for
from quartermaster.simulators.apple.vouching import Enclave, Signer, Vouching
from tests.drivers.apple.acme.story import SERIAL, acme_payload, refusal
from tests.drivers.apple.schema import Target, needs_schema, profile_findings
from tests.factories import mdm

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G-10")
def test_an_attested_key_gets_a_certificate_and_the_device_its_facts(acme_http, payload, state):
    identity = by_acme(acme_http, payload, state, state.enclave)
    enrolment, kept = Enrolment.objects.get(), Certificate.objects.get()
    assert (kept.means, kept.attested, kept.enrolment) == ("ACME", True, enrolment)
    assert bytes(kept.fingerprint) == ca.fingerprint(identity.certificate)
    assert identity.certificate.public_key() == identity.key.public_key()
    cms.check_issued(identity.certificate, the_authority(now()).certificate, now())
    body = b"<plist/>"
    signer = cms.verify_detached(cms.sign_detached(body, identity.certificate, identity.key), body)
    assert signer == identity.certificate
    known = {key: fact.value for key, fact in posture_of(enrolment.device_id).items()}
    assert known == {
        "attestation.good": True,
        "attestation.note": "",
        "attestation.serial": SERIAL,
        "attestation.hardware": state.udid,
        "attestation.os_version": "18.1",
        "compromised": False,
    }
    assert Invitation.objects.get().state == "used"


@needs_schema
@pytest.mark.parametrize("target", [Target(), Target("macOS", "14.0")], ids=str)
def test_the_profile_is_what_apple_asks_for(assigned, token_for, hardware_keys, target):
    profile = plist.loads(profile_for(token_for(assigned()), now(), signed=False))
    findings = profile_findings(profile, target)
    assert [item for item in findings if "https" not in item] == []


def test_the_identifier_is_good_once(acme_http, payload, state):
    by_acme(acme_http, payload, state, state.enclave)
    assert refusal(lambda: by_acme(acme_http, payload, state, state.enclave)) == (
        403, "unauthorized"
    )  # fmt: skip
    assert Enrolment.objects.count() == 1


def test_the_identifier_is_no_scep_challenge(payload):
    with pytest.raises(ChallengeRefused):
        actions.issue_identity(
            challenge=payload["ClientIdentifier"],
            sign=lambda _: pytest.fail("nothing is signed"),
            fingerprint=ca.fingerprint,
            means="SCEP",
            actor=system("test"),
            at=now(),
        )


@pytest.mark.clause("G-10")
def test_a_renewal_by_acme_joins_the_same_enrolment(acme_http, assigned, hardware_keys, state):
    enrolment = mdm.enrolled(assigned(serial=SERIAL), now(), state.udid)
    old = mdm.certificate(enrolment, now() - timedelta(days=200), first_used_at=now())
    Renewal.objects.create(
        enrolment=enrolment,
        challenge_hash=token_hash("renew"),
        means="ACME",
        created_at=now(),
        created_by="test",
        expires_at=now() + timedelta(days=15),
    )
    asked = {
        "ClientIdentifier": "renew", "DirectoryURL": address("directory"), "KeySize": 256
    }  # fmt: skip
    identity = by_acme(acme_http, asked, state, state.enclave)
    new = Certificate.objects.exclude(id=old.id).get()
    assert (Enrolment.objects.get(), new.enrolment, new.attested) == (enrolment, enrolment, True)
    actions.note_use(
        fingerprint=ca.fingerprint(identity.certificate), actor=system("test"), at=now()
    )
    old.refresh_from_db()
    assert old.revoke_reason == "replaced by its successor"


def test_only_the_hardware_that_is_enrolled_renews(acme_http, assigned, hardware_keys, state):
    enrolment = mdm.enrolled(assigned(), now(), "ANOTHER-UDID")
    Renewal.objects.create(
        enrolment=enrolment,
        challenge_hash=token_hash("renew"),
        created_at=now(),
        created_by="test",
        expires_at=now() + timedelta(days=15),
    )
    asked = {"ClientIdentifier": "renew", "DirectoryURL": address("directory"), "KeySize": 384}
    assert refusal(lambda: by_acme(acme_http, asked, state, state.enclave)) == (
        403, "orderNotReady"
    )  # fmt: skip
    assert CertificateOrder.objects.get().problem == "Apple's word is about another device."


def test_every_answer_brings_a_nonce_and_the_way_to_the_directory(acme_http, payload):
    for answered in (
        acme_http.get(address("directory")),
        acme_http.head(address("new-nonce")),
        acme_http.get(address("new-nonce")),
        acme_http.post(address("new-order"), content=b"{}"),
        acme_http.get(address("order", "x")),
    ):
        orders.spend_nonce(answered.headers["Replay-Nonce"], now())
        assert answered.headers["Link"] == f'<{address("directory")}>;rel="index"'


def test_where_acme_is_off_there_is_none(settings, at_the_door):
    settings.APPLE_ACME = "off"

    async def visit(new_phone):
        return (await new_phone("U").client.get("/acme/directory")).status_code

    assert at_the_door(visit) == 404


class TestProof:
    """What is attested, and what is not."""

    def failed(self, story, answered):
        row = story.row()
        assert (row.state, row.proof, answered["status"]) == ("invalid", "invalid", "invalid")
        assert kind_of_error(answered) == "badAttestationStatement"
        assert not Certificate.objects.exists()
        assert Invitation.objects.get().state == "fetched"
        return row.problem

    def test_stale_freshness(self, story):
        assert "not made for this challenge" in self.failed(
            story, story.attest(story.chain(code=hashlib.sha256(b"earlier").digest()))
        )

    def test_no_freshness(self, story):
        assert "not made for" in self.failed(story, story.attest(story.chain(code=b"")))

    def test_the_bare_token_is_no_freshness(self, story):
        raw = story.challenge["token"].encode()
        assert "not made for" in self.failed(story, story.attest(story.chain(code=raw)))

    def test_another_devices_attestation(self, story):
        story.state.serial = "OTHER0000000"
        assert "another serial number" in self.failed(story, story.attest())

    def test_a_chain_to_another_root(self, story):
        elsewhere = Vouching.founded(now())
        assert "does not lead to" in self.failed(story, story.attest(story.chain(elsewhere)))

    def test_a_root_of_the_same_name(self, story, vouching):
        # the names are the same in both services, so the signature alone tells them apart
        forged = Vouching.founded(now())
        assert forged.root.certificate.subject == vouching.root.certificate.subject
        self.failed(story, story.attest(story.chain(forged)))

    def test_an_expired_leaf(self, story):
        long_ago = now() - timedelta(days=100)
        assert "out of date" in self.failed(story, story.attest(story.chain(at=long_ago)))

    def test_an_expired_intermediate(self, story, vouching):
        old = vouching.root.below(now() - timedelta(days=30), timedelta(days=10))
        service = Vouching(vouching.root, old)
        assert "out of date" in self.failed(story, story.attest(story.chain(service)))

    def test_a_device_that_plays_authority(self, story, vouching):
        """A leaf of the true service must not vouch for another."""
        key = ec.generate_private_key(ec.SECP384R1())
        leaf, middle = vouching.chain(key.public_key(), {}, now())
        rogue = Vouching(vouching.root, Signer(x509.load_der_x509_certificate(leaf), key))
        chain = [story.chain(rogue)[0], leaf, middle]
        assert "link" in self.failed(story, story.attest(chain))

    def test_an_authority_as_a_device(self, story, vouching):
        chain = [vouching.middle.certificate.public_bytes(Encoding.DER)]
        self.failed(story, story.attest(chain))

    def test_the_root_as_a_device(self, story, vouching):
        chain = [vouching.root.certificate.public_bytes(Encoding.DER)]
        assert "an authority's" in self.failed(story, story.attest(chain))

    def test_a_chain_that_brings_its_root(self, story, vouching):
        root = vouching.root.certificate.public_bytes(Encoding.DER)
        assert story.attest([*story.chain(), root])["status"] == "valid"

    @pytest.mark.parametrize(
        "attested",
        [
            b"",
            b"\x00",
            b"\x81" * 30_000,
            b"\xbf\xff",
            cbor2.dumps({"fmt": "packed", "attStmt": {"x5c": [b"x"]}}),
            cbor2.dumps({"fmt": "apple"}),
            cbor2.dumps({"fmt": "apple", "attStmt": {"x5c": []}}),
            cbor2.dumps({"fmt": "apple", "attStmt": {"x5c": [b"garbage"]}}),
            cbor2.dumps({"fmt": "apple", "attStmt": {"x5c": [b"x"] * 6}}),
            cbor2.dumps({"fmt": "apple", "attStmt": {"x5c": [b"x" * 9000]}}),
            cbor2.dumps({"fmt": "apple", "attStmt": {"x5c": [5]}}),
            cbor2.dumps({"fmt": "apple", "attStmt": {"x5c": [b"x"]}}) + b"\x00",
            b"x" * (attestation.LARGEST_OBJECT + 1),
        ],
        ids=range(13),
    )
    def test_what_is_no_attestation(self, story, attested):
        answered = story.account.ask(story.challenge["url"], {"attObj": encoded(attested)})
        self.failed(story, answered.json())

    @pytest.mark.parametrize("given", [{}, {"attObj": 5}, {"attObj": None}])
    def test_an_answer_without_an_object_is_malformed_and_changes_nothing(self, story, given):
        asked = story.challenge["url"]
        assert refusal(lambda: story.account.ask(asked, given)) == (400, "malformed")
        assert story.row().state == "pending"

    def test_a_challenge_is_answered_once(self, story):
        story.attest(story.chain(Vouching.founded(now())))
        assert story.attest()["status"] == "invalid"
        assert refusal(lambda: story.account.finalize(story.order, story.key)) == (
            403, "orderNotReady"
        )  # fmt: skip

    def test_a_new_order_may_follow_a_failed_one_but_not_for_ever(self, story, account, payload):
        for _ in range(orders.MOST_ORDERS - 1):
            account.order(payload["ClientIdentifier"])
        assert refusal(lambda: account.order(payload["ClientIdentifier"])) == (
            403, "unauthorized"
        )  # fmt: skip

    def test_a_mac_with_its_protection_off_is_certified_and_told_of(
        self, acme_http, assigned, token_for, hardware_keys, vouching
    ):
        given = acme_payload(token_for(assigned("MC-1", platform="macos", serial=SERIAL)))
        state = mac(serial=SERIAL, enclave=Enclave(vouching), integrity_protected=False)
        by_acme(acme_http, given, state, state.enclave)
        known = posture_of(Enrolment.objects.get().device_id)
        assert known["attestation.good"].value is False
        assert known["compromised"].value is True
        assert known["attestation.system_integrity"].value is False

    @pytest.mark.clause("G-1")
    def test_of_a_personal_device_nothing_that_names_it_is_kept(
        self, acme_http, assigned, token_for, hardware_keys, state
    ):
        device = assigned("BYO-1", ownership="personal")
        by_acme(acme_http, acme_payload(token_for(device, consent=True)), state, state.enclave)
        known = posture_of(device.id)
        assert set(known) == {
            "attestation.good", "attestation.note", "attestation.os_version", "compromised"
        }  # fmt: skip
        assert SERIAL not in json.dumps(CertificateOrder.objects.get().evidence)


def kind_of_error(body):
    return body["error"]["type"].removeprefix("urn:ietf:params:acme:error:")


class TestFinalize:
    """Exactly the key that was attested, once."""

    def test_a_request_for_another_key(self, story):
        story.attest()
        other = ec.generate_private_key(ec.SECP384R1())
        assert refusal(lambda: story.account.finalize(story.order, other)) == (400, "badCSR")
        assert story.row().state == "ready"
        assert story.account.finalize(story.order, story.key).public_key() == story.key.public_key()

    @pytest.mark.parametrize("csr", ["", "%%", "AAAA"])
    def test_what_is_no_request(self, story, csr):
        story.attest()
        asked = {"csr": csr}
        status, kind = refusal(lambda: story.account.ask(story.order["finalize"], asked))
        assert (status, kind in {"badCSR", "malformed"}) == (400, True)
        assert story.row().state == "ready"

    def test_a_request_signed_by_another_key(self, story):
        story.attest()
        der = bytearray(csr_for(story.key))
        der[-1] ^= 1
        asked = {"csr": encoded(bytes(der))}
        assert refusal(lambda: story.account.ask(story.order["finalize"], asked)) == (
            400, "badCSR"
        )  # fmt: skip

    def test_before_the_proof(self, story):
        assert refusal(lambda: story.account.finalize(story.order, story.key)) == (
            403, "orderNotReady"
        )  # fmt: skip

    def test_a_second_time(self, story):
        story.attest()
        story.account.finalize(story.order, story.key)
        assert refusal(lambda: story.account.finalize(story.order, story.key)) == (
            403, "orderNotReady"
        )  # fmt: skip
        assert Certificate.objects.count() == 1

    def test_leave_that_was_used_meanwhile(self, story):
        story.attest()
        Invitation.objects.update(state="cancelled")
        assert refusal(lambda: story.account.finalize(story.order, story.key)) == (
            403, "unauthorized"
        )  # fmt: skip
        assert not Enrolment.objects.exists()

    def test_a_certificate_before_there_is_one(self, story):
        url = address("certificate", str(story.row().id))
        assert refusal(lambda: story.account.ask(url, None)) == (404, "malformed")


def test_what_is_over_is_forgotten(story):
    assert orders.expire_orders(at=now()) == 0
    later = now() + orders.ACCOUNT_LIFE + timedelta(minutes=1)
    assert orders.expire_orders(at=later) >= 3
    left = [model.objects.count() for model in (CertificateOrder, AcmeAccount, SpentNonce)]
    assert left == [0, 0, 0]


def test_an_order_that_ran_out_is_none(story):
    CertificateOrder.objects.update(expires_at=now() - timedelta(seconds=1))
    assert refusal(lambda: story.account.ask(story.url, None)) == (403, "unauthorized")


def test_the_identifier_is_sealed_at_rest(story, payload):
    row = story.row()
    assert payload["ClientIdentifier"].encode() not in bytes(row.sealed_identifier)
    assert story.order["identifiers"][0]["value"] == payload["ClientIdentifier"]
