"""An act: what it refers to exists before its ledger entries are written."""

from uuid import uuid4

import pytest
from django.db import IntegrityError

from quartermaster.audit.models import Entry
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import system
from quartermaster.org.models import Department


@pytest.mark.django_db
def test_dangling_reference_ends_the_act_before_the_ledger_is_locked(at):
    with pytest.raises(IntegrityError), act(system("test"), at) as doing:
        made = Department.objects.create(code="X", name="X", parent_id=uuid4())
        doing.record("test.made", made)
    assert Entry.objects.count() == 0
