"""The simulated push service refuses as Apple's does, to any client that speaks HTTP/2."""

import ssl
import threading

import httpx
import pytest

from quartermaster.drivers.apple.push_channel import tls
from quartermaster.kernel.clock import now
from quartermaster.simulators.apple.services.apns import PushService
from quartermaster.simulators.apple.services.portal import Portal, new_topic

PORTAL, TOPIC = Portal(), new_topic()
TOKEN = b"\x01" * 32
HEADERS = {"apns-topic": TOPIC, "apns-push-type": "mdm"}
PATH = f"/3/device/{TOKEN.hex()}"
BODY = b'{"mdm":"magic"}'


@pytest.fixture
def service():
    made = PushService(PORTAL)
    made.register(TOKEN, TOPIC)
    return made


@pytest.fixture
def client(service, trust):
    context = tls(PORTAL.bundle(TOPIC), trust(PORTAL))
    known = {"verify": context, "http1": False, "http2": True}
    with service.open() as url, httpx.Client(base_url=url, **known) as made:
        yield made


def ask(client, path=PATH, method="POST", body=BODY, **headers):
    more = {key.replace("_", "-"): value for key, value in headers.items()}
    given = {key: value for key, value in {**HEADERS, **more}.items() if value}
    answer = client.request(method, path, content=body, headers=given)
    assert answer.headers["apns-id"]
    return answer.status_code, answer.json()["reason"] if answer.content else ""


def test_a_good_request_is_taken(client, service):
    assert ask(client) == (200, "")
    (taken,) = service.received
    assert (taken.token, taken.topic, taken.magic) == (TOKEN, TOPIC, "magic")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"method": "GET"}, (405, "MethodNotAllowed")),
        ({"path": "/3/devices/00"}, (404, "BadPath")),
        ({"path": "/3/device/"}, (400, "MissingDeviceToken")),
        ({"path": "/3/device/zz"}, (400, "BadDeviceToken")),
        ({"path": "/3/device/00"}, (400, "BadDeviceToken")),
        ({"apns_topic": ""}, (400, "MissingTopic")),
        ({"apns_topic": "com.example.app"}, (400, "BadTopic")),
        ({"apns_topic": "com.apple.mgmt.External.0"}, (400, "TopicDisallowed")),
        ({"apns_push_type": "alert"}, (400, "InvalidPushType")),
        ({"apns_priority": "11"}, (400, "BadPriority")),
        ({"apns_expiration": "soon"}, (400, "BadExpirationDate")),
        ({"body": b""}, (400, "PayloadEmpty")),
        ({"body": b"x" * 4097}, (413, "PayloadTooLarge")),
        ({"body": b"x" * 100_000}, (413, "PayloadTooLarge")),
    ],
)
def test_what_is_wrong_is_refused_with_apple_s_reason(client, service, changed, refusal):
    assert ask(client, **changed) == refusal
    assert service.received == []
    assert ask(client) == (200, "")  # the connection lives on


def test_a_token_of_another_topic_and_one_that_is_gone(client, service):
    service.register(b"\x02", new_topic())
    assert ask(client, path="/3/device/02") == (400, "DeviceTokenNotForTopic")
    since = now()
    service.forget(TOKEN, since)
    answer = client.post(PATH, content=BODY, headers=HEADERS)
    assert (answer.status_code, answer.json()) == (
        410,
        {"reason": "Unregistered", "timestamp": int(since.timestamp() * 1000)},
    )


def test_a_device_that_registered_is_woken(client, service):
    woken = threading.Event()
    service.register(TOKEN, TOPIC, woken.set)
    assert ask(client) == (200, "")
    assert woken.wait(10)


def test_without_a_certificate_nobody_is_heard(service, trust):
    context = ssl.create_default_context(cafile=trust(PORTAL))
    with (
        service.open() as url,
        httpx.Client(base_url=url, verify=context, http2=True) as client,
        pytest.raises((httpx.TransportError, ssl.SSLError)),
    ):
        ask(client)
    assert service.received == []


def test_what_is_no_http2_is_hung_up_on(service, trust):
    context = tls(PORTAL.bundle(TOPIC), trust(PORTAL))
    with (
        service.open() as url,
        httpx.Client(base_url=url, verify=context) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get("/")
    assert service.received == []
