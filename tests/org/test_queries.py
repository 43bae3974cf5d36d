"""Reads of single things: what one may not see is not there."""

import pytest

from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.ids import new_id
from quartermaster.org import queries
from quartermaster.org.queries import actor_for_user
from tests.factories.org import UserFactory

pytestmark = pytest.mark.django_db


def test_one_person(cast):
    assert queries.person(cast.acting(cast.sue), cast.ana.id) == cast.ana
    for who, target in ((cast.rex, cast.ana.id), (cast.ida, new_id())):
        with pytest.raises(NotFound):
            queries.person(cast.acting(who), target)


def test_one_department(cast):
    assert queries.department(cast.acting(cast.cole), cast.water.id) == cast.water
    for who, target in ((cast.rex, cast.library.id), (cast.ida, new_id())):
        with pytest.raises(NotFound):
            queries.department(cast.acting(who), target)


def test_a_log_in_without_a_person_is_nobody(cast, at):
    user = UserFactory(person=cast.ana)
    assert actor_for_user(user, at).person_id == cast.ana.id
    user.person = None
    assert not actor_for_user(user, at).roles
