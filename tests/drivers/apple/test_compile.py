"""Requirements become Apple's payloads; what cannot be enforced is said, never dropped."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.compile import compile_for
from quartermaster.drivers.apple.rulings import RULERS
from quartermaster.drivers.apple.wire import plist
from quartermaster.mdm.driver import Compiled, Context, Means, Payload
from quartermaster.policy.requirements import CATALOGUE, LAX, Requirements
from tests.drivers.apple.schema import Target, needs_schema, profile_findings

EVERYTHING = Requirements(
    passcode_required=True,
    passcode_minimum_length=8,
    passcode_complexity="complex",
    passcode_history=5,
    passcode_maximum_age_days=180,
    auto_lock_minutes=30,
    failed_attempts_before_erase=10,
    encryption_required=True,
    minimum_os={"ios": "17.0", "ipados": "17.0", "macos": "14.0"},
    minimum_os_within_days=30,
    maximum_patch_age_days=60,
    compromised_forbidden=True,
    blocked_software=frozenset({"com.example.game"}),
    allowed_software=frozenset({"com.example.mail"}),
    required_software=frozenset({"com.example.mail"}),
    unknown_sources_forbidden=True,
    managed_data_separation=True,
    non_city_accounts_forbidden=True,
    cloud_backup_forbidden=True,
    check_in_within_hours=72,
)
CONTEXTS = [
    Context(ownership, platform, supervised, version)
    for ownership, platform, supervised, version in product(
        ("city", "personal"), ("ios", "ipados", "macos"), (False, True), ("", "14.0", "18.1")
    )
    if not (ownership == "personal" and supervised)
]


def profiles(compiled: Compiled) -> list[Payload]:
    return [payload for payload in compiled.payloads if payload.means is Means.PROFILE]


def by_kind(compiled: Compiled) -> dict[str, dict]:
    found = {}
    for payload in profiles(compiled):
        for content in plist.loads(payload.body)["PayloadContent"]:
            found[content["PayloadType"]] = {
                key: value for key, value in content.items() if not key.startswith("Payload")
            }
    return found


def reasons(compiled: Compiled) -> dict[str, str]:
    return dict(compiled.unenforceable)


def test_every_setting_of_the_catalogue_has_a_ruling():
    assert set(RULERS) == set(CATALOGUE)


@pytest.mark.clause("G-10")
@pytest.mark.parametrize("context", CONTEXTS, ids=str)
def test_every_setting_is_enforced_observed_or_explained_once(context):
    compiled = compile_for(EVERYTHING, context)
    said = [
        *(key for payload in compiled.payloads for key in payload.settings),
        *compiled.observed,
        *(key for key, _ in compiled.unenforceable),
    ]
    assert sorted(said) == sorted(CATALOGUE)
    assert all(reason.endswith(".") for _, reason in compiled.unenforceable)


def test_nothing_asked_is_nothing_sent():
    assert compile_for(LAX, Context("city", "ios")) == Compiled()


@pytest.mark.clause("G-3")
def test_a_city_phone_gets_the_passcode_rules():
    compiled = compile_for(EVERYTHING, Context("city", "ios"))
    assert by_kind(compiled)["com.apple.mobiledevice.passwordpolicy"] == {
        "forcePIN": True,
        "allowSimple": False,
        "minLength": 8,
        "requireAlphanumeric": True,
        "minComplexChars": 1,
        "pinHistory": 5,
        "maxPINAgeInDays": 180,
        "maxInactivity": 15,
        "maxGracePeriod": 0,
        "maxFailedAttempts": 10,
    }


def test_a_phone_erases_itself_only_where_that_was_asked():
    quiet = Requirements(passcode_required=True, passcode_minimum_length=8)
    for context in CONTEXTS:
        for content in by_kind(compile_for(quiet, context)).values():
            assert "maxFailedAttempts" not in content


@pytest.mark.clause("G-10")
def test_a_personal_device_never_erases_itself_and_is_not_searched():
    compiled = compile_for(EVERYTHING, Context("personal", "ios"))
    assert by_kind(compiled) == {
        "com.apple.mobiledevice.passwordpolicy": {
            "forcePIN": True,
            "allowSimple": False,
            "minLength": 6,
        },
        "com.apple.applicationaccess": {
            "allowEnterpriseBookBackup": False,
            "allowManagedAppsCloudSync": False,
            "allowOpenFromManagedToUnmanaged": False,
            "forceAirDropUnmanaged": True,
            "requireManagedPasteboard": True,
        },
    }
    assert {"failed_attempts_before_erase", "blocked_software", "passcode_history"} <= set(
        reasons(compiled)
    )


def test_supervision_decides_about_application_lists():
    free = compile_for(EVERYTHING, Context("city", "ios"))
    supervised = compile_for(EVERYTHING, Context("city", "ios", supervised=True))
    assert "blocked_software" in free.observed
    restricted = by_kind(supervised)["com.apple.applicationaccess"]
    assert restricted["blockedAppBundleIDs"] == ["com.example.game"]
    assert restricted["allowListedAppBundleIDs"] == ["com.example.mail"]


def test_an_older_system_gets_the_older_keys():
    compiled = compile_for(EVERYTHING, Context("city", "ios", supervised=True, os_version="14.8"))
    restricted = by_kind(compiled)["com.apple.applicationaccess"]
    assert restricted["blacklistedAppBundleIDs"] == ["com.example.game"]
    assert "requireManagedPasteboard" not in restricted


def test_a_phone_is_encrypted_by_its_passcode_and_a_mac_is_observed():
    asked = Requirements(encryption_required=True)
    (phone,) = compile_for(asked, Context("city", "ios")).payloads
    assert phone.settings == ("encryption_required",)
    assert compile_for(asked, Context("city", "macos")).observed == ("encryption_required",)


def test_the_same_requirements_are_the_same_bytes():
    one, other = (compile_for(EVERYTHING, Context("city", "ios")) for _ in range(2))
    assert one == other
    (longer,) = compile_for(
        Requirements(passcode_minimum_length=10), Context("city", "ios")
    ).payloads
    (shorter,) = compile_for(
        Requirements(passcode_minimum_length=8), Context("city", "ios")
    ).payloads
    assert longer.key == shorter.key
    assert longer.digest != shorter.digest


@needs_schema
@pytest.mark.parametrize("context", CONTEXTS, ids=str)
def test_apple_takes_every_payload_for_its_device(context):
    version = context.os_version or "18.1"
    system = "macOS" if context.platform == "macos" else "iOS"
    target = Target(system, version, context.supervised, user_enrolment=context.personal)
    for payload in profiles(compile_for(EVERYTHING, context)):
        found = profile_findings(plist.loads(payload.body), target)
        # Under User Enrolment the passcode payload itself means six digits; its keys are for
        # personal devices that enrolled without a Managed Apple Account.
        rest = [item for item in found if "passwordpolicy" not in item or "ignored" not in item]
        assert rest == []


@given(
    st.builds(
        Requirements,
        passcode_required=st.booleans(),
        passcode_minimum_length=st.integers(0, 16),
        passcode_complexity=st.sampled_from(["none", "numeric", "alphanumeric", "complex"]),
        auto_lock_minutes=st.none() | st.integers(1, 60),
        blocked_software=st.frozensets(
            st.from_regex(r"[a-z]{2,5}(\.[a-z]{2,5}){1,2}", fullmatch=True), max_size=3
        ),
        encryption_required=st.booleans(),
    ),
    st.sampled_from(CONTEXTS),
)
def test_a_demand_on_the_passcode_is_never_lost(requirements, context):
    compiled = compile_for(requirements, context)
    said = {key for payload in compiled.payloads for key in payload.settings}
    said |= set(compiled.observed) | set(reasons(compiled))
    assert said == set(requirements.asked())


@pytest.mark.clause("G-3")
@needs_schema
def test_a_city_macs_disk_is_encrypted_and_its_key_told_to_us_alone():
    asked = Requirements(encryption_required=True)
    context = Context("city", "macos", os_version="15.1", sealing_certificate=b"certificate")
    compiled = compile_for(asked, context)
    found = by_kind(compiled)
    assert found["com.apple.MCX.FileVault2"]["ShowRecoveryKey"] is False
    assert found["com.apple.MCX.FileVault2"]["Defer"] is True
    (payload,) = compiled.payloads
    content = plist.loads(payload.body)
    by_uuid = {item["PayloadUUID"]: item for item in content["PayloadContent"]}
    escrow = found["com.apple.security.FDERecoveryKeyEscrow"]
    assert by_uuid[escrow["EncryptCertPayloadUUID"]]["PayloadContent"] == b"certificate"
    assert profile_findings(content, Target("macOS", "15.1")) == []
    assert (compiled.observed, payload.settings) == ((), ("encryption_required",))
    assert compile_for(asked, context).payloads == compiled.payloads
    assert compile_for(asked, Context("personal", "macos")).observed == ("encryption_required",)
