"""The demo city has a file that waits in quarantine, and one that was discarded."""

import pytest

from quartermaster.cli.demo.chapters import refused_files
from quartermaster.org.models import Person
from quartermaster.org.roles import Role
from quartermaster.records.models import RefusedFile
from tests.factories.destruction import second_person

pytestmark = pytest.mark.django_db


def test_one_that_was_discarded_and_one_that_waits(cast, at):
    second_person(cast, role=Role.CUSTODIAN, number=refused_files.CUSTODIAN)
    Person.objects.filter(id=cast.ana.id).update(number=refused_files.ANA)
    refused_files.tell(at)
    rows = RefusedFile.objects.order_by("arrived_at")
    assert [(one.name, one.state) for one in rows] == [
        ("PipePlanner-Setup.exe", "discarded"),
        ("Quote 118.html", "waiting"),
    ]
    assert {one.author for one in rows} == {cast.ana}
