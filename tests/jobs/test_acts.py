"""An act: what it refers to exists before its ledger entries are written."""

from uuid import uuid4

import pytest
from django.db import IntegrityError

from quartermaster.audit.models import Entry
from quartermaster.jobs.acts import act
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, system
from quartermaster.org.models import Department


@pytest.mark.django_db
def test_where_the_house_acts_within_a_person_s_act_the_person_is_the_doer(at):
    ida = Actor(label="Ida Lindqvist", person_id=new_id())
    told = []
    with act(ida, at) as outer, act(system("returns"), at) as inner, act(ida, at) as own:
        told += [(doing.said_by, doing.doer) for doing in (outer, inner, own)]
    with act(system("clock"), at), act(system("returns"), at) as inner:
        told.append((inner.said_by, inner.doer))
    assert told == [
        ("Ida Lindqvist", ida),
        ("Ida Lindqvist, for returns", ida),
        ("Ida Lindqvist", ida),
        ("returns", system("returns")),
    ]


@pytest.mark.django_db
def test_dangling_reference_ends_the_act_before_the_ledger_is_locked(at):
    with pytest.raises(IntegrityError), act(system("test"), at) as doing:
        made = Department.objects.create(code="X", name="X", parent_id=uuid4())
        doing.record("test.made", made)
    assert Entry.objects.count() == 0
