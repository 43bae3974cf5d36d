"""Pages of totals that differ."""

import pytest
from django.urls import reverse

from quartermaster.usage.models import Difference
from tests.factories import imports as make
from tests.factories.carriers import WRONG
from tests.web.suites import RoomViewTests
from tests.web.waiting import waiting

TITLE = "Totals that differ"


class TestDifferences(RoomViewTests):
    list_name = "imports:differences"
    detail_name = "imports:difference"
    seen_by = {"ida": {"one"}, "cole": set(), "sue": set(), "rex": set()}

    def things(self, cast, at):
        make.contracts_of(at)
        make.imported(make.whole(WRONG), at)
        return {"one": Difference.objects.get()}


@pytest.fixture
def found(contracts, at):
    make.imported(make.whole(WRONG), at)
    return Difference.objects.get()


@pytest.mark.clause("G-12")
def test_it_waits_for_itmd_is_assigned_and_resolved(found, logged_in, asking, cast):
    client = logged_in(cast.ida)
    assert [wait.title for wait in waiting(asking(cast.ida), TITLE)] == [
        f"Look into a total: {found}"
    ]
    assert list(waiting(asking(cast.cole), TITLE)) == []
    key = {"key": found.pk}
    page = client.get(reverse("imports:assign", kwargs=key))
    assert list(page.context["form"].fields["person"].queryset) == [cast.ida]

    client.post(reverse("imports:assign", kwargs=key), {"person": cast.ida.pk})
    client.post(reverse("imports:resolve", kwargs=key), {"reason": "Credited on the next bill"})

    found.refresh_from_db()
    assert (found.state, found.assigned_to, found.reason) == (
        "resolved",
        cast.ida,
        "Credited on the next bill",
    )
    shown = client.get(reverse("imports:difference", kwargs=key)).content.decode()
    assert "Credited on the next bill" in shown
    assert client.get(reverse("imports:differences")).context["leaf"].paginator.count == 0
    every = client.get(reverse("imports:differences"), {"state": "all"})
    assert every.context["leaf"].paginator.count == 1
    assert list(waiting(asking(cast.ida), TITLE)) == []


def test_a_resolution_says_something(found, logged_in, cast):
    answer = logged_in(cast.ida).post(
        reverse("imports:resolve", kwargs={"key": found.pk}), {"reason": "no"}
    )
    assert answer.status_code == 422
    assert "Say why, in a few words." in answer.content.decode()
