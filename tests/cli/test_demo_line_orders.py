"""The demo city shows orders to carriers in every state."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from quartermaster.billing.models import CarrierAccess, LineOrder
from quartermaster.cli.demo.chapters import line_orders as chapter
from tests.factories import line_orders as make

pytestmark = pytest.mark.django_db


def test_every_state_is_there_to_be_seen(cast, at):
    type(cast.ida).objects.filter(id=cast.ida.id).update(number=chapter.ITMD)
    for _ in range(5):
        make.line(cast.ana, phone=False, carrier="Verizon")
    chapter.tell(at)
    states = set(LineOrder.objects.values_list("state", flat=True))
    assert states == {"asked", "overdue", "confirmed", "refused"}
    assert CarrierAccess.objects.count() == 2
    done = LineOrder.objects.get(state="confirmed")
    assert done.restores_on == localdate(done.done_at + timedelta(days=90))


def test_a_city_without_lines_has_none(cast, at):
    type(cast.ida).objects.filter(id=cast.ida.id).update(number=chapter.ITMD)
    chapter.tell(at)
    assert not LineOrder.objects.exists()
