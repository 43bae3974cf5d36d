"""Many at the same instant: one has it, and the others are named so."""

import pytest
from django.db import transaction

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Conflict
from quartermaster.lifecycle.actions import requests
from quartermaster.lifecycle.errors import AlreadyReserved
from quartermaster.lifecycle.models import Request, Reservation
from tests.factories import requests as make
from tests.factories.custody import keep
from tests.factories.inventory import DeviceFactory, LineFactory, SimFactory
from tests.factories.org import PersonFactory
from tests.races import at_once, named

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.clause("G-12")
def test_fifty_want_the_last_phone_and_one_has_it(cast, at):
    phone = make.phone_in_stock()
    ida = cast.acting(cast.ida)
    items = []
    for _ in range(50):
        person = PersonFactory(department=cast.water)
        items.append(make.authorised(cast, at, person=person).items.get())

    def taking(item):
        return lambda: requests.reserve(item_id=item.id, thing_id=phone.id, actor=ida, at=at).id

    answers = named(at_once(*[taking(item) for item in items]))
    refused = [answer for answer in answers if answer == AlreadyReserved.__name__]
    kept = Reservation.objects.get(ended_at=None)
    assert (len(refused), kept.device) == (49, phone)
    assert kept.id in answers


@pytest.mark.clause("G-12")
def test_the_database_alone_lets_one_reservation_live(cast, at):
    phone = make.phone_in_stock()
    items = [make.authorised(cast, at, person=p).items.get() for p in (cast.ana, cast.sue)]

    def taking(item):
        def insert():
            Reservation.objects.create(
                item=item, device=phone, reserved_at=at, reserved_by=cast.ida
            )
            return "kept"

        return insert

    answers = named(at_once(*[taking(item) for item in items]))
    assert sorted(answers) == ["IntegrityError", "kept"]


def test_recommended_or_declined_and_never_both(cast, at):
    request = make.asked(cast, at)
    cole = cast.acting(cast.cole)
    answers = at_once(
        lambda: requests.recommend(request=request, actor=cole, at=at).state,
        lambda: requests.decline(request=request, reason="No.", actor=cole, at=at).state,
    )
    state = Request.objects.get().state
    assert sorted(named(answers)) == sorted([Conflict.__name__, state])
    assert state in {"recommended", "declined"}


@pytest.mark.clause("G-8")
def test_two_hand_outs_at_once_make_no_second_device(cast, at):
    phones = [DeviceFactory() for _ in range(2)]
    for phone in phones:
        SimFactory(device=phone, line=LineFactory())
    spare = [make.cellular(person) for person in (cast.sue, cast.cole)]
    ida = cast.acting(cast.ida)

    def handing(device):
        return lambda: (
            inventory.assign(device_id=device.id, holder_id=cast.ana.id, actor=ida, at=at).asset_tag
        )

    answers = named(at_once(*[handing(device) for device in phones]))
    assert answers.count("SecondDeviceRefused") == 1

    def moving(device):
        def move():
            with transaction.atomic():
                Device.objects.filter(id=device.id).update(holder=cast.rex)
                keep(Device.objects.get(id=device.id))
            return "moved"

        return move

    answers = named(at_once(*[moving(device) for device in spare]))
    assert sorted(answers) == ["IntegrityError", "moved"]
