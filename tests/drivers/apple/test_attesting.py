"""Apple's word on a device as posture: what it proves, and what nothing proves."""

from datetime import timedelta
from uuid import uuid4

import pytest

from quartermaster.compliance.rules.checks import Context as Checked
from quartermaster.compliance.rules.checks import compromised
from quartermaster.compliance.rules.outcome import State as Outcome
from quartermaster.drivers.apple import attesting
from quartermaster.drivers.apple.driver import AppleDriver
from quartermaster.drivers.apple.hardware import has_attested_chip
from quartermaster.drivers.apple.rulings import Impossible, Observed, compromised_forbidden
from quartermaster.drivers.apple.wire import plist
from quartermaster.mdm.abilities import Attests, Proof
from quartermaster.mdm.driver import Context
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.ways import Way
from quartermaster.policy.requirements import LAX
from quartermaster.simulators.apple import iphone, mac
from quartermaster.simulators.apple.answers import answer
from quartermaster.simulators.apple.vouching import Enclave, Vouching
from quartermaster.simulators.clock import now
from tests.drivers.apple.schema import Target, command_findings, needs_schema

AT = now()
SERIAL = "F2LX0000ABCD"
CITY = Context("city", "ios", os_version="18.1", product="iPhone17,3")
MAC = Context("city", "macos", os_version="15.1", product="Mac15,6")
USER = Context("personal", "ios", os_version="18.1", way=Way.ACCOUNT_DRIVEN_USER)
GOOD = {"attestation.good": True, "attestation.note": ""}


@pytest.fixture
def service():
    return Vouching.founded(AT)


@pytest.fixture(autouse=True)
def trusting(service, settings, tmp_path):
    roots = tmp_path / "roots.pem"
    roots.write_bytes(service.root_pem)
    settings.APPLE_ATTESTATION_ROOTS = str(roots)


@pytest.fixture
def phone(service):
    return iphone(serial=SERIAL, enclave=Enclave(service))


def asked(state, context=CITY, at=AT, command_id=None, **known):
    """What the device answers to the question, as it is judged."""
    command_id = command_id or uuid4()
    question = plist.loads(AppleDriver().attestation(context).render(command_id))["Command"]
    said = answer(state, question)
    proof = Proof(
        command_id,
        plist.dumps(said),
        context,
        known.get("serial", SERIAL),
        frozenset({known.get("udid", state.udid)} - {""}),
    )
    found = AppleDriver().attested(proof, at)
    assert {fact.source for fact in found.values()} <= {"DevicePropertiesAttestation"}
    return {key: fact.value for key, fact in found.items()}


def bad(found, problem):
    assert (found["attestation.good"], found["compromised"]) == (False, True)
    assert problem in found["attestation.note"]


@needs_schema
@pytest.mark.parametrize(
    ("context", "target"),
    [(CITY, Target()), (MAC, Target("macOS", "15.1")), (USER, Target(user_enrolment=True))],
)
def test_the_question_is_what_apple_asks_for(context, target):
    rendered = AppleDriver().attestation(context).render(uuid4())
    assert command_findings(plist.loads(rendered)["Command"], target) == []


def test_each_question_has_a_code_of_its_own():
    assert isinstance(AppleDriver(), Attests)
    codes = {
        plist.loads(AppleDriver().attestation(CITY).render(uuid4()))["Command"][
            "DeviceAttestationNonce"
        ]
        for _ in range(20)
    }
    assert len(codes) == 20
    assert {len(code) for code in codes} == {32}


@pytest.mark.clause("G-3")
def test_a_good_word_on_a_phone(phone):
    assert asked(phone) == {
        **GOOD,
        "attestation.serial": SERIAL,
        "attestation.hardware": phone.udid,
        "attestation.os_version": "18.1",
        "compromised": False,
    }


@pytest.mark.clause("G-3")
def test_a_good_word_on_a_mac_leaves_the_rest_to_other_answers(service):
    state = mac(serial=SERIAL, enclave=Enclave(service))
    assert asked(state, MAC) == {
        **GOOD,
        "attestation.serial": SERIAL,
        "attestation.hardware": f"provisioning-{state.udid}",
        "attestation.os_version": "15.1",
        "attestation.system_integrity": True,
        "attestation.secure_boot": "Full Security",
        "attestation.kernel_extensions": False,
    }


@pytest.mark.clause("G-3")
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"integrity_protected": False}, "protection of the system"),
        ({"secure_boot": "Permissive Security"}, "nobody signed"),
    ],
)
def test_a_mac_whose_protection_is_off(service, change, problem):
    bad(asked(mac(serial=SERIAL, enclave=Enclave(service), **change), MAC), problem)


@pytest.mark.clause("G-3")
def test_a_word_about_another_device(phone):
    bad(asked(phone, serial="OTHER"), "another serial number")
    phone.enclave.cached = None
    bad(asked(phone, serial="", udid="OTHER"), "another device")


def test_a_word_of_another_authority(phone):
    phone.enclave = Enclave(Vouching.founded(AT))
    bad(asked(phone), "does not lead to")


@pytest.mark.parametrize("given", [[], [b"x"], "x", [1], [b"x"] * 6, {}])
def test_a_word_that_was_tampered_with(phone, given):
    proof = Proof(uuid4(), plist.dumps({"QueryResponses": {attesting.SOURCE: given}}), CITY, SERIAL)
    found = {key: fact.value for key, fact in AppleDriver().attested(proof, AT).items()}
    bad(found, "")


def test_one_flipped_bit_is_enough(phone):
    command_id = uuid4()
    nonce = attesting.nonce_of(command_id)
    leaf, middle = phone.enclave.attested(phone, nonce, AT)
    at = leaf.index(SERIAL.encode())
    forged = leaf[:at] + b"X" + leaf[at + 1 :]
    proof = Proof(
        command_id, plist.dumps({"QueryResponses": {attesting.SOURCE: [forged, middle]}}), CITY
    )
    found = {key: fact.value for key, fact in AppleDriver().attested(proof, AT).items()}
    bad(found, "does not hold")


def test_a_device_that_says_another_version_than_apple(phone):
    phone.enclave.service.says = {"1.2.840.113635.100.8.10.1": b"16.0"}
    bad(asked(phone), "another version")


@pytest.mark.clause("G-3")
def test_a_word_that_was_given_before_proves_nothing_new(phone):
    assert asked(phone)["attestation.good"] is True
    assert asked(phone) == {"attestation.note": attesting.EARLIER}


def test_a_word_that_is_out_of_date_proves_nothing(phone):
    assert asked(phone, at=AT + timedelta(days=200)) == {"attestation.note": attesting.OLD}


def test_no_word_is_no_fact(phone, settings):
    phone.enclave.service.says = {}
    silent = iphone(serial=SERIAL)
    silent.enclave = phone.enclave
    proof = Proof(uuid4(), plist.dumps({"QueryResponses": {"OSVersion": "18.1"}}), CITY)
    assert AppleDriver().attested(proof, AT) == {}
    settings.APPLE_ATTESTATION_ROOTS = ""
    assert asked(silent) == {}


@pytest.mark.clause("G-1")
def test_the_word_on_a_users_own_device_names_no_device(service):
    state = iphone(serial=SERIAL, enclave=Enclave(service))
    state.profiles["e"] = {
        "PayloadContent": [{"PayloadType": "com.apple.mdm", "EnrollmentMode": "BYOD"}]
    }
    found = asked(state, USER, serial="", udid="A-NUMBER-OF-THE-ENROLMENT")
    assert found == {**GOOD, "attestation.os_version": "18.1", "compromised": False}


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        (CITY, ""),
        (MAC, ""),
        (USER, ""),
        (Context("city", "ios"), ""),
        (Context("personal", "ios", os_version="18.1"), attesting.PRIVATE),
        (Context("city", "ios", os_version="15.8"), "iOS or iPadOS 16"),
        (Context("city", "macos", os_version="13.6"), "macOS 14"),
        (Context("city", "ipados", os_version="17.1", product="iPad7,11"), "no chip"),
        (Context("city", "macos", os_version="14.0", product="MacBookPro16,1"), "no chip"),
    ],
)
def test_who_is_asked(context, reason, settings):
    found = AppleDriver().why_not_attested(context)
    assert found == reason or (reason and reason in found)
    settings.APPLE_ATTESTATION_ROOTS = ""
    assert AppleDriver().why_not_attested(context) == attesting.NOT_SET_UP


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        ("iPhone10,1", True), ("iPhone9,4", False), ("iPad8,1", True), ("iPad7,12", False),
        ("MacBookAir10,1", True), ("MacBookPro17,1", True), ("Macmini9,1", True),
        ("iMac21,2", True), ("iMac20,1", False), ("Mac14,2", True), ("MacPro7,1", False),
        ("iPod9,1", False), ("", False), ("Mac", False), ("VirtualMac2,1", False),
    ],
)  # fmt: skip
def test_which_chips_are_vouched_for(product, expected):
    assert has_attested_chip(product) is expected


@pytest.mark.clause("G-3")
def test_a_phones_integrity_is_observed_where_apple_vouches_for_it(settings):
    assert compromised_forbidden(True, CITY) == Observed()
    old = compromised_forbidden(True, Context("city", "ios", os_version="15.0"))
    assert isinstance(old, Impossible)
    assert "iOS or iPadOS 16" in old.reason
    settings.APPLE_ATTESTATION_ROOTS = ""
    unset = compromised_forbidden(True, CITY)
    assert isinstance(unset, Impossible)
    assert compromised_forbidden(True, MAC) == Observed()


@pytest.mark.clause("G-3")
def test_apples_word_against_a_mac_outlives_what_the_mac_says_of_itself(service):
    state = mac(serial=SERIAL, enclave=Enclave(service), integrity_protected=False)
    command_id = uuid4()
    question = plist.loads(AppleDriver().attestation(MAC).render(command_id))["Command"]
    proof = Proof(command_id, plist.dumps(answer(state, question)), MAC, SERIAL)
    posture = dict(AppleDriver().attested(proof, AT))
    lie = plist.dumps({"SecurityInfo": {"SystemIntegrityProtectionEnabled": True}})
    posture |= AppleDriver().facts("SecurityInfo", lie, AT + timedelta(hours=1))
    assert posture["compromised"].value is False
    seen = compromised(LAX, posture, Checked(AT, "macos"))
    assert seen.state is Outcome.FAIL
    assert "protection of the system" in seen.observed
    assert seen.fact.source == "DevicePropertiesAttestation"


@pytest.mark.clause("G-3")
def test_missing_data_is_never_a_pass():
    assert compromised(LAX, {}, Checked(AT, "ios")).state is Outcome.UNKNOWN
    noted = {"attestation.note": Fact(attesting.EARLIER, attesting.SOURCE, AT)}
    assert compromised(LAX, noted, Checked(AT, "ios")).state is Outcome.UNKNOWN


def test_roots_that_cannot_be_read_are_said(settings, tmp_path):
    settings.APPLE_ATTESTATION_ROOTS = str(tmp_path / "none.pem")
    with pytest.raises(attesting.BadRoots, match="cannot be read"):
        attesting.anchors()
