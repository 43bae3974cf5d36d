"""The demo city has mail in each state that mail can be in without a host that is believed."""

import pytest

from quartermaster.cli.demo.chapters import records_mail
from quartermaster.org.models import Person
from quartermaster.org.roles import Role
from quartermaster.records.models import InboxMail
from tests.factories.destruction import second_person

pytestmark = pytest.mark.django_db


def test_mail_that_is_sorted_and_mail_that_waits(cast, at):
    second_person(cast, role=Role.CUSTODIAN, number=records_mail.CUSTODIAN)
    Person.objects.filter(id=cast.ana.id).update(number=records_mail.ANA)
    records_mail.tell(at)
    rows = InboxMail.objects.order_by("arrived_at")
    assert [one.state for one in rows] == ["released", "discarded", "refused", "quarantined"]
    assert [one.record.author for one in rows if one.record] == [cast.ana]
    assert rows[3].sealed_content is not None
