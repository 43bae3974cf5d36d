"""The demo city has a case that waits for the supervisor who logs in."""

import pytest

from quartermaster.cli.demo.chapters import referred_loss as chapter
from quartermaster.compliance.cases import cases_visible_to, waiting_for
from quartermaster.compliance.models import Case, Statement
from quartermaster.compliance.rules.cases import CaseState
from quartermaster.jobs import outbox
from quartermaster.lifecycle.models import Loss
from tests.factories import inventory as make
from tests.factories.org import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(cast):
    """The cast under the numbers of those who log in to the demo."""
    for person, number in (
        (cast.ida, chapter.ITMD),
        (cast.cole, chapter.COORDINATOR),
        (cast.sue, chapter.SUPERVISOR),
        (cast.ana, chapter.ANA),
    ):
        type(person).objects.filter(id=person.id).update(number=number)
    return cast


def test_sue_finds_it_waiting_and_rex_does_not(known, at):
    holder = PersonFactory(department=known.water, supervisor=known.sue)
    make.DeviceFactory(holder=known.ana)
    phone = make.DeviceFactory(holder=holder)
    chapter.tell(at)
    outbox.deliver_due(at)  # the house, which heard of it too, prepares no second one
    case = Case.objects.get()
    assert (case.state, case.holder, case.supervisor) == ("referred", holder, known.sue)
    assert case.finding.device == phone
    assert Statement.objects.get(finding=case.finding).text == chapter.SIDE
    assert list(waiting_for(known.acting(known.sue))[CaseState.REFERRED]) == [case]
    assert not cases_visible_to(known.acting(known.rex)).exists()


def test_where_nobody_of_sue_s_has_a_phone_there_is_none(known, at):
    make.DeviceFactory(holder=known.ana)
    chapter.tell(at)
    assert not Loss.objects.exists()
