"""Notifications: only with our token, each once, and never of another location."""

import pytest

from quartermaster.drivers.apple.store import reading
from quartermaster.mdm.actions.credentials import keep_state
from quartermaster.mdm.licences import sync
from quartermaster.mdm.licences.notices import NoticeRefused, require_token, take_notice
from quartermaster.mdm.models import Licence, LicencePool, LicenceUser, ServiceNotice
from tests.factories.software import LicenceFactory, PoolFactory

pytestmark = pytest.mark.django_db
UID = "2049025000431439"


@pytest.fixture
def known(token):
    keep_state(credential_id=token.id, state={"uid": UID, "notify": sync.token_digest("secret")})
    return token


def notice(kind, said, name="n-1", uid=UID):
    import json  # beside its one use

    body = {"notification": said, "notificationId": name, "notificationType": kind, "uId": uid}
    return reading.notice(json.dumps(body).encode())


def take(at, *args, **more):
    return take_notice("apple", "apps", notice(*args, **more), at)


def assignments(*serials, kind="ASSOCIATE", result="SUCCESS", **more):
    return {
        "assignments": [
            {"adamId": "42", "pricingParam": "STDQ", "serialNumber": serial} for serial in serials
        ],
        "eventId": "e",
        "result": result,
        "type": kind,
        **more,
    }


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer wrong", "Basic secret", "secret", "Bearer secrets"],
)
def test_without_the_token_nothing_is_taken(known, header):
    with pytest.raises(NoticeRefused):
        require_token("apple", "apps", header)


def test_with_the_token_it_is(known):
    require_token("apple", "apps", "Bearer secret")
    with pytest.raises(NoticeRefused):
        require_token("apple", "other", "Bearer secret")


def test_before_a_token_was_given_nobody_gets_in(token):
    for header in ("Bearer ", "Bearer None", "Bearer"):
        with pytest.raises(NoticeRefused):
            require_token("apple", "apps", header)


@pytest.mark.clause("G-4")
def test_licences_that_were_given_are_held(known, at):
    pool = PoolFactory(store_id="42")
    for serial in ("A", "B", "C"):
        LicenceFactory(pool=pool, serial=serial, state="asked")
    assert take(at, "ASSET_MANAGEMENT", assignments("A", "B", "STRANGER"))
    assert dict(Licence.objects.values_list("serial", "state")) == {
        "A": "held",
        "B": "held",
        "C": "asked",
    }


def test_a_notification_counts_once(known, at):
    pool = PoolFactory(store_id="42", total=10, available=4)
    said = {"adamId": "42", "pricingParam": "STDQ", "countDelta": 5}
    assert take(at, "ASSET_COUNT", said)
    assert not take(at, "ASSET_COUNT", said)
    pool.refresh_from_db()
    assert (pool.total, pool.available, ServiceNotice.objects.count()) == (15, 9, 1)
    assert take(at, "ASSET_COUNT", {**said, "countDelta": -100}, name="n-2")
    pool.refresh_from_db()
    assert (pool.total, pool.available) == (0, 0)


def test_another_location_says_nothing_to_us(known, at):
    LicenceFactory(pool=PoolFactory(store_id="42"), serial="A", state="asked")
    assert not take(at, "ASSET_MANAGEMENT", assignments("A"), uid="other")
    assert Licence.objects.get().state == "asked"


def test_a_failure_is_shown_and_a_shortage_noted(known, at):
    pool = PoolFactory(store_id="42")
    LicenceFactory(pool=pool, serial="A", state="asked")
    error = {"errorNumber": 9709, "errorMessage": "There aren't enough."}
    assert take(at, "ASSET_MANAGEMENT", assignments("A", result="FAILURE", error=error))
    licence = Licence.objects.get()
    assert (licence.state, licence.reason) == ("wanted", "There are not enough licences.")
    assert LicencePool.objects.get().short_since == at


def test_what_was_taken_back_is_free(known, at):
    pool = PoolFactory(store_id="42")
    LicenceFactory(pool=pool, serial="A", state="return_asked")
    LicenceFactory(pool=pool, serial="B", state="held")
    LicenceFactory(pool=pool, serial="C", state="asked")
    assert take(at, "ASSET_MANAGEMENT", assignments("A", "B", "C", kind="REVOKE"))
    assert dict(Licence.objects.values_list("serial", "state")) == {
        "A": "returned",
        "B": "returned",
        "C": "asked",
    }


def test_people_become_known(known, cast, at):
    LicenceUser.objects.create(
        driver="apple", person=cast.ana, reference="r-1", state="asked", changed_at=at
    )
    for number, (status, state) in enumerate(
        {"Registered": "registered", "Associated": "associated", "Retired": "retired"}.items()
    ):
        said = {"users": [{"clientUserId": "r-1", "status": status}], "result": "SUCCESS"}
        assert take(at, "USER_MANAGEMENT", said, name=f"n-{number}")
        assert LicenceUser.objects.get().state == state


def test_a_test_notification_changes_nothing(known, at):
    assert take(at, "TEST_NOTIFICATION", {})
    assert take(at, "SOMETHING_NEW", {"x": 1}, name="n-2")
