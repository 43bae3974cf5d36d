"""Whom each of the cast may see."""

import pytest

from quartermaster.org.queries import people_visible_to


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ana", {"ana"}),
        ("cole", {"ana", "cole", "sue"}),
        ("sue", {"ana", "sue"}),
        ("ida", {"ana", "cole", "sue", "ida", "rex"}),
        ("rex", {"rex"}),
    ],
)
def test_people_visible_to(cast, who, seen):
    actor = cast.acting(getattr(cast, who))
    assert set(people_visible_to(actor)) == {getattr(cast, name) for name in seen}
