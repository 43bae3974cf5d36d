"""Many questions in one statement: the same answers as one by one."""

import pytest
from django.db.models import Count

from quartermaster.kernel.asking import any_of, counts_of, side_by_side
from quartermaster.org.models import Department, Person

pytestmark = pytest.mark.django_db


def questions(cast):
    people = Person.objects.select_related("department", "supervisor")
    return [
        people,
        people.filter(family_name__startswith="100%"),
        people.filter(family_name__contains="{"),
        people.none(),
        people.filter(id__in=[]),
        people.filter(department__people__isnull=False),
        people.filter(department__people__isnull=False).distinct(),
        people.order_by("family_name")[:2],
        people.exclude(supervisor=None).order_by("supervisor__family_name"),
        Department.objects.annotate(many=Count("people")).filter(many__gt=1),
        Department.objects.filter(id=cast.water.id) | Department.objects.filter(code="x"),
    ]


def test_all_are_answered_as_one_by_one(cast, django_assert_num_queries):
    asked = questions(cast)
    with django_assert_num_queries(1):
        counts = counts_of(asked)
    with django_assert_num_queries(1):
        found = any_of(asked)
    assert counts == [rows.count() for rows in asked]
    assert found == [rows.exists() for rows in asked]
    assert 0 in counts
    assert max(counts) > 1


def test_of_nothing_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert (counts_of([]), any_of([])) == ([], [])


def test_what_runs_side_by_side_is_asked_in_as_few_rounds_as_one_needs(
    cast, django_assert_num_queries
):
    people = Person.objects.all()

    def once():
        return "once", (yield people.filter(id=cast.ana.id))

    def twice():
        first = yield people.filter(id=cast.sue.id)
        return "twice", first, (yield people.filter(id=cast.rex.id))

    def never():
        return "never"
        yield people

    with django_assert_num_queries(2):
        told = side_by_side([twice(), never(), once()], counts_of)
    assert told == [("twice", 1, 1), "never", ("once", 1)]
    assert side_by_side([], counts_of) == []
