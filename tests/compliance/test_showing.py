"""The message on the device: as long as its holder has something to put right, and no word more."""

import pytest

from quartermaster.compliance.actions.findings import close
from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.jobs import outbox
from quartermaster.jobs.acts import act
from quartermaster.mdm.messages import messages_for
from quartermaster.mdm.models import Command
from quartermaster.mdm.posture import SUPERVISED
from tests.factories import automatic as make
from tests.factories.mdm import FactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-1")]
KEY = "install:org.quartermaster.message"


@pytest.fixture
def phone(cast, at, settings):
    settings.WEB_URL, settings.CITY = "https://qm.example.gov", "Model City"
    make.ask(at)
    (phone,) = make.phones(cast, 1, at)
    FactFactory(device=phone, key=SUPERVISED, value=True)
    outbox.deliver_due(at)  # it is told what is required, and says that it took it
    Command.objects.update(state="acknowledged", sent_at=at, answered_at=at)
    return phone


def shown():
    """What was ordered about the message, in turn."""
    rows = Command.objects.filter(key=KEY).order_by("queued_at", "id")
    return [(row.kind, bytes(row.payload)) for row in rows]


def test_it_comes_with_the_notice_and_goes_with_the_cure(phone, at):
    make.report(phone, at)
    outbox.deliver_due(at)
    assert (Finding.objects.get().state, shown()) == ("open", [])  # a single look is not told yet
    make.report(phone, at + make.DAY)
    outbox.deliver_due(at + make.DAY)
    ((kind, body),) = shown()
    assert (Finding.objects.get().state, kind) == ("noticed", "InstallProfile")
    assert messages_for([phone.id]) == {
        phone.id: "Model City: a message for you is at https://qm.example.gov/my-compliance/"
    }
    for word in (b"Passcode", b"passcode", b"Reyes", b"Ana"):  # others see the screen
        assert word not in body
    make.report(phone, at + 2 * make.DAY, good=True)
    outbox.deliver_due(at + 2 * make.DAY)
    assert [kind for kind, _ in shown()] == ["InstallProfile", "RemoveProfile"]
    assert messages_for([phone.id]) == {}


def test_it_stays_as_long_as_one_of_two_is_not_put_right(phone, at):
    for check in ("passcode", "compromised"):
        make.fail(phone, at, check)
    outbox.deliver_due(at + make.DAY)
    first, second = Finding.objects.order_by("id")
    for finding, left in ((first, {phone.id}), (second, set())):
        with act(make.HOUSE, at + make.DAY) as doing:
            close(finding, FindingState.WITHDRAWN, "An error", doing)
        assert messages_for([phone.id]).keys() == left


def test_where_the_city_wants_none_nothing_is_shown(phone, at, settings):
    settings.NOTICES_ON_DEVICES = False
    make.fail(phone, at)
    outbox.deliver_due(at + make.DAY)
    assert (Finding.objects.get().state, shown()) == ("noticed", [])


@pytest.mark.clause("G-1")
def test_nothing_is_shown_on_a_personal_device_nor_for_what_is_the_houses(phone, at):
    make.fail(phone, at)
    assert messages_for([phone.id])
    Finding.objects.update(holder=None)
    assert messages_for([phone.id]) == {}
