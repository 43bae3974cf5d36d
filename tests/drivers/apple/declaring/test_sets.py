"""What is declared to whom: all of it known to the device, all of the policy accounted for."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.compile import compile_for
from quartermaster.drivers.apple.declaring import sets
from quartermaster.drivers.apple.declaring.able import subscribed, takes_declarations
from quartermaster.drivers.apple.declaring.names import KINDS
from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.declarative import availability
from quartermaster.drivers.apple.wire.declarative.declarations import set_token
from quartermaster.mdm.driver import Compiled, Context, Holder, Means
from quartermaster.mdm.posture import EVERYTHING as ALL_KINDS
from quartermaster.mdm.ways import USER_WAYS, Way
from quartermaster.policy.requirements import LAX, Requirements
from tests.drivers.apple.declarative_schema import declaration_findings, item_findings
from tests.drivers.apple.schema import Target, needs_schema, profile_findings
from tests.drivers.apple.test_compile import EVERYTHING

SINCE = datetime(2026, 11, 1, 3, 30, tzinfo=UTC)
ACCOUNTS = [
    {
        "kind": kind,
        "name": "City mail",
        "host": "mail.example.gov",
        "port": 993,
        "path": "/dav",
        "outgoing_host": "smtp.example.gov",
        "outgoing_port": 587,
        "sign_in": True,
        "personal": kind == "exchange",
    }
    for kind in ("exchange", "mail", "caldav", "carddav", "google")
]
VERSIONS = {
    "ios": ("15.0", "16.0", "16.2", "17.0", "18.0", "18.1"),
    "ipados": ("15.4", "16.1", "17.2", "18.1"),
    "macos": ("12.6", "13.0", "13.1", "14.0", "15.0", "15.1"),
}
WAYS = sorted(Way)
CONTEXTS = [
    Context(
        ownership,
        platform,
        supervised,
        version,
        way=way,
        enrolment="01935c2e-0000-7000-8000-000000000001",
        holder=Holder("Ana Flores", "ana@example.gov"),
        update_since=SINCE,
    )
    for platform, versions in VERSIONS.items()
    for ownership, supervised, version, way in product(
        ("city", "personal"), (False, True), versions, WAYS
    )
    if not (ownership == "personal" and supervised)
    and not (way in USER_WAYS and (supervised or ownership == "city"))
]


@pytest.fixture(autouse=True)
def _city(settings):
    settings.DEVICES_URL = "https://devices.example.gov"
    settings.ACCOUNTS = ACCOUNTS


def target_of(context: Context) -> Target:
    system = "macOS" if context.platform == "macos" else "iOS"
    return Target(system, context.os_version, context.supervised, context.user_enrolment)


def declared(compiled: Compiled) -> dict[str, dict]:
    """The payloads of declarations by their names, without the common beginning."""
    for payload in compiled.payloads:
        if payload.means is Means.DECLARATION:
            kept = sets.read(payload.body)
            return {
                item.identifier.removeprefix("org.quartermaster."): dict(item.payload)
                for item in kept.declarations
            }
    return {}


PHONE = Context(
    "city", "ios", supervised=True, os_version="18.1", enrolment="e-1", update_since=SINCE
)


def settings_named(compiled: Compiled) -> list[str]:
    return sorted(
        [
            *compiled.carriers(),
            *compiled.observed,
            *(key for key, _ in compiled.delivered),
            *(key for key, _ in compiled.unenforceable),
        ]
    )


ASKED = st.builds(
    Requirements,
    passcode_required=st.booleans(),
    passcode_minimum_length=st.integers(0, 16),
    passcode_complexity=st.sampled_from(["none", "numeric", "alphanumeric", "complex"]),
    passcode_history=st.integers(0, 50),
    passcode_maximum_age_days=st.none() | st.integers(1, 730),
    auto_lock_minutes=st.none() | st.integers(1, 60),
    failed_attempts_before_erase=st.none() | st.integers(4, 11),
    encryption_required=st.booleans(),
    minimum_os=st.dictionaries(
        st.sampled_from(["ios", "ipados", "macos", "android"]),
        st.sampled_from(["14.0", "17.0", "18", "18.2"]),
    ),
    minimum_os_within_days=st.none() | st.integers(1, 90),
    maximum_patch_age_days=st.none() | st.integers(1, 90),
    compromised_forbidden=st.booleans(),
    blocked_software=st.frozensets(
        st.sampled_from(["com.example.game", "com_example"]), max_size=2
    ),
    allowed_software=st.none() | st.just(frozenset({"com.example.mail"})),
    required_software=st.frozensets(st.just("com.example.mail"), max_size=1),
    unknown_sources_forbidden=st.booleans(),
    managed_data_separation=st.booleans(),
    non_city_accounts_forbidden=st.booleans(),
    cloud_backup_forbidden=st.booleans(),
    check_in_within_hours=st.none() | st.integers(1, 90),
)


@pytest.mark.clause("G-3", "G-10")
@given(ASKED, st.sampled_from(CONTEXTS), st.sets(st.sampled_from(sorted(KINDS.values()))))
def test_every_setting_is_enforced_observed_or_impossible_exactly_once(asked, context, refused):
    brought = frozenset({"com.example.mail"} if len(refused) % 2 else ())
    limited = replace(context, refused=frozenset(refused), deliverable=brought)
    compiled = compile_for(asked, limited)
    assert settings_named(compiled) == sorted(asked.asked())
    by_payload = [name for payload in compiled.payloads for name in payload.settings]
    assert sorted(by_payload) == sorted(compiled.carriers())
    assert all(reason.endswith(".") for _, reason in compiled.unenforceable)


@needs_schema
@given(ASKED, st.sampled_from(CONTEXTS))
def test_apple_takes_everything_that_is_declared(asked, context):
    target = target_of(context)
    for payload in compile_for(asked, context).payloads:
        if payload.means is Means.DECLARATION:
            kept = sets.read(payload.body)
            for item in kept.declarations:
                assert declaration_findings(item.plain(), target) == []
            for body in kept.profiles.values():
                assert profile_findings(plist.loads(body), target) == []


@needs_schema
@pytest.mark.parametrize("context", CONTEXTS, ids=str)
def test_a_device_is_asked_only_what_it_can_tell(context):
    target = target_of(context)
    if takes_declarations(context):
        for name in subscribed(context):
            assert item_findings(name, target) == []


@needs_schema
def test_the_tables_say_what_apple_says():
    """Each version and kind in our table is the first that Apple's schema takes."""
    for kind, known in {**availability.DECLARATIONS, **availability.ITEMS}.items():
        for system, since in (("iOS", known.phones), ("macOS", known.macs)):
            if since is None:
                continue
            for enrolment in availability.Kind:
                target = Target(
                    system,
                    since.version,
                    enrolment == availability.Kind.SUPERVISED,
                    enrolment == availability.Kind.USER,
                )
                wrong = [
                    item
                    for item in _support_findings(kind, target)
                    if "missing" not in item and "None" not in item
                ]
                assert (wrong == []) == (enrolment in since.kinds), (kind, target, wrong)
                older = replace(target, version=str(int(float(since.version)) - 1))
                assert _support_findings(kind, older) != []


def _support_findings(kind: str, target: Target) -> list[str]:
    if kind in availability.ITEMS:
        return item_findings(kind, target)
    envelope = {"Type": kind, "Identifier": "i", "ServerToken": "t", "Payload": {}}
    found = declaration_findings(envelope, target)
    return [item for item in found if not item.endswith("missing")]


@pytest.mark.clause("G-1")
@pytest.mark.parametrize("context", [item for item in CONTEXTS if item.personal], ids=str)
def test_a_personal_device_is_never_asked_which_one_it_is(context):
    names = subscribed(context)
    assert not [name for name in names if name.startswith("device.identifier.")]
    assert not [
        name for name in names if name.startswith(("account.", "security.", "device.power"))
    ]


def test_a_phone_gets_its_passcode_by_declaration():
    compiled = compile_for(EVERYTHING, PHONE)
    assert declared(compiled)["passcode"] == {
        "RequirePasscode": True,
        "RequireComplexPasscode": True,
        "RequireAlphanumericPasscode": True,
        "MinimumComplexCharacters": 1,
        "MinimumLength": 8,
        "PasscodeReuseLimit": 5,
        "MaximumPasscodeAgeInDays": 180,
        "MaximumInactivityInMinutes": 15,
        "MaximumGracePeriodInMinutes": 0,
        "MaximumFailedAttempts": 10,
    }
    assert [payload.means for payload in compiled.payloads] == [Means.DECLARATION]


def test_a_lower_version_is_replaced_by_a_day_in_the_citys_zone(settings):
    settings.TIME_ZONE = "America/Chicago"
    asked = Requirements(minimum_os={"ios": "18.2"}, minimum_os_within_days=10)
    compiled = compile_for(asked, PHONE)
    found = declared(compiled)
    assert found["update-by"] == {
        "TargetOSVersion": "18.2",
        "TargetLocalDateTime": "2026-11-10T20:00:00",  # it was still October in Chicago
        "DetailsURL": f"{settings.WEB_URL}/my-devices/",
    }
    assert found["on-ios"] == {
        "StandardConfigurations": ["org.quartermaster.update-by"],
        "Predicate": '@status(device.operating-system.family) == "iOS"',
    }
    assert sorted(compiled.carriers()) == ["minimum_os", "minimum_os_within_days"]


@pytest.mark.parametrize(
    ("context", "observed"),
    [
        (replace(PHONE, os_version="18.2"), {"minimum_os", "minimum_os_within_days"}),
        (replace(PHONE, update_since=None), {"minimum_os", "minimum_os_within_days"}),
        (replace(PHONE, os_version="16.4"), {"minimum_os"}),
        (
            replace(PHONE, supervised=False, ownership="personal", way=Way.ACCOUNT_DRIVEN_USER),
            {"minimum_os"},
        ),
    ],
)
def test_no_date_where_there_is_nothing_to_do_or_apple_has_none(context, observed):
    asked = Requirements(minimum_os={"ios": "18.2"}, minimum_os_within_days=10)
    compiled = compile_for(asked, context)
    assert set(compiled.observed) == observed
    assert "update-by" not in declared(compiled)


def test_updates_come_by_themselves_on_supervised_devices():
    asked = Requirements(maximum_patch_age_days=30)
    assert declared(compile_for(asked, PHONE))["updates"]["AutomaticActions"] == {
        "Download": "AlwaysOn",
        "InstallOSUpdates": "AlwaysOn",
    }
    free = compile_for(asked, replace(PHONE, supervised=False))
    assert [key for key, _ in free.unenforceable] == ["maximum_patch_age_days"]


def test_restrictions_are_fetched_by_the_one_device_they_are_for(settings):
    asked = Requirements(managed_data_separation=True)
    address = declared(compile_for(asked, PHONE))["restrictions"]["ProfileURL"]
    assert address.startswith("https://devices.example.gov/mdm/apple/profiles/e-1/restrictions/")
    other = compile_for(asked, replace(PHONE, enrolment="e-2"))
    assert declared(other)["restrictions"]["ProfileURL"] != address
    settings.DEVICES_URL = "http://127.0.0.1:8001"
    plain = compile_for(asked, PHONE)
    assert {payload.means for payload in plain.payloads} == {Means.PROFILE, Means.DECLARATION}
    assert plain.carriers()["managed_data_separation"].means is Means.PROFILE


def test_profiles_are_used_where_declarations_are_not_known():
    for context in (
        replace(PHONE, os_version=""),
        replace(PHONE, os_version="15.8"),
        replace(PHONE, refused=frozenset({ALL_KINDS})),
    ):
        compiled = compile_for(EVERYTHING, context)
        assert {payload.means for payload in compiled.payloads} == {Means.PROFILE}


def test_what_a_device_refuses_comes_by_profile():
    compiled = compile_for(EVERYTHING, replace(PHONE, refused=frozenset({availability.PASSCODE})))
    assert compiled.carriers()["passcode_history"].means is Means.PROFILE
    assert compiled.carriers()["managed_data_separation"].means is Means.DECLARATION


def test_what_a_client_does_not_list_is_not_declared_to_it():
    everything = frozenset(availability.DECLARATIONS) | frozenset(availability.ITEMS)
    context = replace(PHONE, supported=everything - {availability.UPDATES, "mdm.app"})
    found = declared(compile_for(EVERYTHING, context))
    assert "updates" not in found
    assert {"Name": "mdm.app"} not in found["status"]["StatusItems"]


def test_accounts_name_the_holder_and_personal_phones_get_only_what_is_for_them():
    asked = Requirements(check_in_within_hours=24)
    holder = Holder("Ana Flores", "ana@example.gov")
    city = declared(compile_for(asked, replace(PHONE, holder=holder)))
    assert city["identity"] == {"FullName": "Ana Flores", "EmailAddress": "ana@example.gov"}
    assert sorted(name for name in city if name.startswith("account.")) == [
        f"account.{number}" for number in range(5)
    ]
    own = replace(PHONE, holder=holder, supervised=False, ownership="personal")
    assert [name for name in declared(compile_for(asked, own)) if name.startswith("account")] == [
        "account.0"
    ]
    nobody = declared(compile_for(asked, replace(PHONE, holder=Holder())))
    assert "identity" not in nobody


def test_everything_that_is_configured_is_activated():
    found = declared(compile_for(EVERYTHING, replace(PHONE, os_version="16.6")))
    activated = {
        name for payload in found.values() for name in payload.get("StandardConfigurations", [])
    }
    kept = sets.read(
        next(
            p
            for p in compile_for(EVERYTHING, replace(PHONE, os_version="16.6")).payloads
            if p.means is Means.DECLARATION
        ).body
    )
    assert activated == {
        item.identifier for item in kept.declarations if item.section == "configuration"
    }


def test_the_same_policy_is_the_same_token_and_nothing_asked_declares_nothing():
    one, other = (compile_for(EVERYTHING, PHONE) for _ in range(2))
    assert one == other
    (payload,) = one.payloads
    assert payload.digest == set_token(sets.read(payload.body).declarations)
    assert compile_for(LAX, PHONE) == Compiled()
    assert json.loads(payload.body)["profiles"].keys() == {"restrictions"}
