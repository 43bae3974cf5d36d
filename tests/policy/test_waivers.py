"""Exceptions read once for many devices say what they say when read for one."""

from datetime import timedelta
from uuid import uuid4

import pytest

from quartermaster.policy.models import RequirementException
from quartermaster.policy.queries import Standings, Waivers, waivers_in_force

pytestmark = pytest.mark.django_db
DEVICE = uuid4()


def exception(cast, at, scope, value, **more):
    return RequirementException.objects.create(
        **{
            "setting": "auto_lock_minutes",
            "value": value,
            "scope": scope,
            "department": cast.water,
            "subject_label": "somebody",
            "reason": "A trial",
            "state": "in_force",
            "requested_by": cast.cole,
            "requested_at": at - timedelta(days=9),
            "decided_by": cast.ida,
            "decided_at": at - timedelta(days=9),
            "expires_at": at + timedelta(days=9),
            **more,
        }
    )


@pytest.mark.clause("C-5")
def test_many_are_asked_as_one_is(cast, at):
    exception(cast, at, "department", 10)
    exception(cast, at, "person", 20, person=cast.ana)
    exception(cast, at, "device", 30, device_id=DEVICE)
    exception(cast, at, "device", 40, device_id=uuid4())
    exception(cast, at, "department", 50, department=cast.library)
    exception(cast, at, "department", 60, expires_at=at - timedelta(days=1))
    known = Waivers(at)
    other = uuid4()
    subjects = [
        (cast.water.id, cast.ana.id, DEVICE),
        (cast.water.id, cast.ana.id, other),
        (cast.water.id, cast.sue.id, other),
        (cast.water.id, None, other),
        (cast.library.id, cast.rex.id, other),
        (cast.itmd.id, cast.ida.id, other),
    ]
    values = []
    for department, person, device in subjects:
        one = waivers_in_force(at, department_id=department, person_id=person, device_id=device)
        assert known.of(department, person, device) == one
        values.append([item.value for item in one.values()])
    assert values == [[30], [20], [10], [10], [50], []]


@pytest.mark.clause("S-2")
def test_without_a_policy_nobody_stands_to_one(cast, at):
    assert Standings(at).of({cast.ana.id, cast.rex.id}) == {}
