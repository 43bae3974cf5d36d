"""The demo city shows requests for usage detail in their states."""

import pytest

from quartermaster.cli.demo.chapters import detail_requests as chapter
from quartermaster.usage.models import DetailRequest
from tests.factories.org import PersonFactory

pytestmark = pytest.mark.django_db


def test_one_waits_one_is_open_one_was_declined(cast, at):
    type(cast.sue).objects.filter(id=cast.sue.id).update(number=chapter.SUPERVISOR)
    for _ in range(2):
        PersonFactory(department=cast.water, supervisor=cast.sue)
    chapter.tell(at)
    states = DetailRequest.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == ["asked", "declined", "granted"]


def test_a_city_without_that_supervisor_has_none(cast, at):
    chapter.tell(at)
    assert not DetailRequest.objects.exists()
