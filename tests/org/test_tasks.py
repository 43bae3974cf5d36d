"""The wake-ups do what is due."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from quartermaster.kernel.clock import now
from quartermaster.org import tasks
from quartermaster.org.models import Attempt, Link, Person, Standing
from tests.factories.org import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_separate(cast):
    PersonFactory(number="late", separated_on=localdate(now() - timedelta(days=2)))
    tasks.separate(0)
    assert Person.objects.get(number="late").standing == Standing.SEPARATED


@pytest.mark.parametrize("wake", [lambda: tasks.sweep_resets(0), tasks.answer_resets])
def test_answer_resets(cast, wake):
    user = UserFactory(person=cast.ana)
    Attempt.objects.create(kind="reset", email=user.email, address="192.0.2.1", at=now())
    wake()
    assert Link.objects.get().user == user


def test_forget(db):
    Attempt.objects.create(
        kind="log-in", email="x", address="192.0.2.1", at=now() - timedelta(days=31)
    )
    tasks.forget(0)
    assert not Attempt.objects.exists()
