"""Apple's push service over a real socket: many wakes on one connection, and all its refusals."""

from datetime import timedelta

import pytest

from quartermaster.drivers.apple import push
from quartermaster.kernel.clock import now
from quartermaster.kernel.ids import new_id
from quartermaster.mdm.abilities import Sent, Sleeper
from quartermaster.mdm.models import ServiceCredential
from quartermaster.simulators.apple.services.apns_rules import Refusal
from quartermaster.simulators.apple.services.portal import Portal, new_topic

MANY = 500


def sleepers(pushing, count, *, known=True, topic=""):
    made = [
        Sleeper(new_id(), topic or pushing.topic, number.to_bytes(32), f"magic {number}".encode())
        for number in range(count)
    ]
    if known:
        for item in made:
            pushing.service.register(item.token, pushing.topic)
    return made


def woken(pushing, asked, at=None):
    found = push.wake(pushing.credential, asked, at or now())
    assert {item.key for item in found} == {item.key for item in asked}
    return {item.key: item for item in found}


def one(pushing, **more):
    (asked,) = sleepers(pushing, 1, **more)
    return woken(pushing, [asked])[asked.key]


@pytest.mark.clause("G-10")
def test_hundreds_of_wakes_go_over_one_connection(pushing):
    pushing.service.most_streams = 20
    found = woken(pushing, sleepers(pushing, MANY))
    assert {item.sent for item in found.values()} == {Sent.DELIVERED}
    assert sorted(pushing.reached) == [number.to_bytes(32) for number in range(MANY)]
    assert pushing.service.connections == 1
    assert 1 < pushing.service.most_open <= 20  # as many at once as the service allows, no more
    woken(pushing, sleepers(pushing, 1))
    assert pushing.service.connections == 1  # it stays open between batches


def test_what_is_said_is_as_documented(pushing):
    at = now()
    (asked,) = sleepers(pushing, 1)
    woken(pushing, [asked], at)
    (taken,) = pushing.service.received
    assert (taken.topic, taken.magic, taken.priority) == (pushing.topic, "magic 0", "10")
    assert int(taken.expiration) == int((at + timedelta(days=7)).timestamp())


def test_a_token_that_is_gone_says_since_when(pushing):
    since = now().replace(microsecond=0) - timedelta(hours=1)
    (asked,) = sleepers(pushing, 1)
    pushing.service.forget(asked.token, since)
    found = woken(pushing, [asked])[asked.key]
    assert (found.sent, found.gone_since) == (Sent.GONE, since)
    assert "does not listen any more" in found.said


@pytest.mark.parametrize(
    ("status", "reason", "sent"),
    [
        (400, "BadDeviceToken", Sent.GONE),
        (400, "DeviceTokenNotForTopic", Sent.GONE),
        (400, "TopicDisallowed", Sent.REFUSED),
        (400, "BadTopic", Sent.REFUSED),
        (403, "BadCertificate", Sent.REFUSED),
        (403, "BadCertificateEnvironment", Sent.REFUSED),
        (429, "TooManyRequests", Sent.BUSY),
        (500, "InternalServerError", Sent.BUSY),
        (503, "ServiceUnavailable", Sent.BUSY),
        (503, "Shutdown", Sent.BUSY),
        (413, "PayloadTooLarge", Sent.FAILED),
        (404, "BadPath", Sent.FAILED),
        (405, "MethodNotAllowed", Sent.FAILED),
        (400, "MissingTopic", Sent.FAILED),
        (400, "SomethingNew", Sent.FAILED),
    ],
)
def test_each_refusal_is_understood(pushing, status, reason, sent):
    pushing.service.faults.append(Refusal(status, reason))
    found = one(pushing)
    assert found.sent is sent
    assert found.said.endswith(".")


def test_an_unknown_token_is_gone(pushing):
    assert one(pushing, known=False).sent is Sent.GONE


def test_another_topic_than_the_certificate_s_is_refused_by_the_service(pushing):
    assert one(pushing, topic=new_topic()).sent is Sent.REFUSED
    assert pushing.service.refusals == ["TopicDisallowed"]


def test_retry_after_is_passed_on(pushing):
    pushing.service.faults.append(Refusal(429, "TooManyRequests", retry_after="120"))
    assert one(pushing).pause == timedelta(minutes=2)


def test_a_service_that_is_not_available_is_not_pestered(pushing):
    pushing.service.faults.append(Refusal(503, "ServiceUnavailable", retry_after="60"))
    found = woken(pushing, sleepers(pushing, 50))
    assert {item.sent for item in found.values()} == {Sent.BUSY}
    assert pushing.reached == []
    assert pushing.service.refusals == ["ServiceUnavailable"]


def test_one_device_asked_too_often_holds_up_no_other(pushing):
    pushing.service.faults.append(Refusal(429, "TooManyRequests"))
    found = woken(pushing, sleepers(pushing, 10))
    assert sorted(item.sent for item in found.values()) == [Sent.BUSY, *[Sent.DELIVERED] * 9]


@pytest.mark.parametrize("fault", ["goaway_after", "drop_after"])
def test_a_connection_that_ends_amid_a_batch_costs_nothing(pushing, fault):
    setattr(pushing.service, fault, 30)
    found = woken(pushing, sleepers(pushing, 100))
    assert {item.sent for item in found.values()} == {Sent.DELIVERED}
    assert set(pushing.reached) == {number.to_bytes(32) for number in range(100)}
    assert pushing.service.connections == 2


def test_a_connection_that_was_closed_meanwhile_is_opened_again(pushing):
    pushing.service.goaway_after = 1
    for _ in range(3):
        assert one(pushing).sent is Sent.DELIVERED
    assert pushing.service.connections == 2


def test_an_address_that_is_none_is_gone_and_nothing_is_sent(pushing):
    bad = Sleeper(new_id(), pushing.topic, b"", b"m")
    long = Sleeper(new_id(), pushing.topic, b"t", b"m" * 5000)
    found = woken(pushing, [bad, long])
    assert {item.sent for item in found.values()} == {Sent.GONE}
    assert pushing.service.connections == 0


def _with(pushing, bundle):
    """The credential with another certificate in it, whatever the house would say to it."""
    from quartermaster.kernel import vault
    from quartermaster.mdm.credentials import place

    push.hang_up()
    sealed = vault.seal(bundle.pem(), place=place(pushing.credential.id))
    ServiceCredential.objects.filter(id=pushing.credential.id).update(sealed_secret=sealed)
    pushing.credential.refresh_from_db()


def test_a_certificate_that_ran_out_is_not_even_shown(pushing):
    later = pushing.credential.expires_at
    (asked,) = sleepers(pushing, 1)
    found = woken(pushing, [asked], later)[asked.key]
    assert (found.sent, pushing.service.connections) == (Sent.REFUSED, 0)
    assert "ran out on" in found.said


def test_a_certificate_that_the_service_finds_expired_is_refused_in_tls(pushing):
    old = pushing.service.portal.bundle(
        pushing.topic, at=now() - timedelta(days=400), lifetime=timedelta(days=365)
    )
    _with(pushing, old)
    found = woken(pushing, sleepers(pushing, 20))
    assert {item.sent for item in found.values()} == {Sent.REFUSED}
    assert {item.said for item in found.values()} == {
        "The push service refuses our certificate: certificate expired."
    }


def test_a_certificate_of_a_stranger_is_refused_in_tls(pushing):
    _with(pushing, Portal().bundle(pushing.topic))
    found = one(pushing)
    assert (found.sent, pushing.reached) == (Sent.REFUSED, [])
    assert found.said == "The push service refuses our certificate: unknown ca."


def test_a_service_that_we_do_not_trust_is_told_nothing(pushing, settings):
    settings.APPLE_PUSH_TRUST = None
    found = one(pushing)
    assert (found.sent, pushing.reached) == (Sent.UNREACHED, [])
    assert "not who it says" in found.said


def test_a_service_that_is_not_there_is_tried_by_one_for_all(pushing, settings):
    settings.APPLE_PUSH_URL = "https://127.0.0.1:9"
    found = woken(pushing, sleepers(pushing, MANY))
    assert {item.sent for item in found.values()} == {Sent.UNREACHED}
    assert {item.said for item in found.values()} == {
        "The push service could not be reached or broke off (ConnectError)."
    }


def test_nothing_secret_is_said_or_shown(pushing, caplog):
    caplog.set_level("DEBUG")
    asked = Sleeper(new_id(), pushing.topic, b"\xca\xfe" * 16, b"open sesame")
    assert "sesame" not in repr(asked)
    found = woken(pushing, [asked])[asked.key]
    assert "cafe" not in found.said
    assert "PRIVATE" not in caplog.text
    assert "sesame" not in caplog.text
