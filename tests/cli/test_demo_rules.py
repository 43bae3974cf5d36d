"""The demo's rules go the way of real ones: one on by two people, one on trial, one proposed."""

import pytest

from quartermaster.cli.demo import rules
from quartermaster.compliance.models import ActionRule
from quartermaster.org.models import Person
from tests.factories.destruction import account, second_person
from tests.factories.org import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_rules_stand_as_they_would_in_a_city(cast, at):
    Person.objects.filter(id=cast.ida.id).update(number=rules.AUTHOR)
    account(cast.ida)
    ben = second_person(cast, "security_approver", rules.SECOND)
    rules.make(at, PASSWORD)
    found = {rule.name: rule.state for rule in ActionRule.objects.all()}
    assert list(found.values()) == ["on", "trial", "proposal"]
    assert ActionRule.objects.get(state="on").current.approval.approver == ben
