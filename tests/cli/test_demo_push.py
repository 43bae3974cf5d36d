"""The demo's push service: arranged for once, never in place of a certificate of Apple's."""

import pytest

from quartermaster.cli.demo import push
from quartermaster.drivers.apple import push as driver
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, waking
from quartermaster.mdm.credentials import active_credential
from quartermaster.mdm.models import Wake
from quartermaster.simulators.apple.services.portal import Portal, new_topic
from tests.factories.mdm import order
from tests.factories.waking import listener

pytestmark = pytest.mark.django_db
HOUSE = system("test")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, monkeypatch):
    """Data of the test's own; what `prepare` leaves in the environment is taken back."""
    settings.DATA = tmp_path
    for name in (push.URL, push.TRUST):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    yield
    driver.hang_up()


def told(settings):
    """The settings of a process that is started after `prepare`."""
    settings.APPLE_PUSH_URL = push.os.environ[push.URL]
    settings.APPLE_PUSH_TRUST = push.Path(push.os.environ[push.TRUST])


def test_devices_of_an_earlier_run_are_woken_with_the_certificate_of_the_first(settings):
    push.prepare()
    topic = active_credential("apple", "push").identity
    phone, _ = listener(topic)
    del push.os.environ[push.URL]
    push.prepare()  # the demo is started once more
    assert active_credential("apple", "push").identity == topic
    told(settings)
    actions.queue_orders(enrolment=phone, orders=[order()], actor=HOUSE, at=now())
    with push.running() as service:
        waking.wake_due(now())
        assert len(service.received) == 1
        driver.hang_up()
    assert Wake.objects.get().outcome == "delivered"


def test_a_certificate_of_apple_s_stays_and_no_service_is_arranged(settings):
    from quartermaster.mdm.models import ServiceCredential

    actions.import_credential(
        driver="apple",
        kind="push",
        content=Portal().bundle(new_topic()).pem(),
        actor=HOUSE,
        at=now(),
    )
    ServiceCredential.objects.update(public={"issuer": "CN=Apple Application Integration 2"})
    push.prepare()
    assert push.URL not in push.os.environ
    with push.running() as service:
        assert service is None


def test_a_service_that_was_named_is_left_as_it_is(monkeypatch):
    monkeypatch.setenv(push.URL, "https://push.example:443")
    push.prepare()
    assert active_credential("apple", "push") is None


def test_the_demo_s_keys_are_for_its_owner_alone(tmp_path):
    push.prepare()
    modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "demo").glob("*")}
    assert modes["root.pem"] == modes["intermediate.pem"] == 0
