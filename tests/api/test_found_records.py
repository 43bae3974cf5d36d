"""Searching records over the API: the same reach, pages that follow, problems said."""

import pytest

from tests.factories.records import custodian
from tests.factories.searching import told

READ = "records:read"


@pytest.mark.clause("G-5")
def test_what_is_found_is_what_the_token_s_owner_may_see(cast, at, call):
    mine = told(cast.acting(cast.ana), at, "The valve <b>leaks</b>", about="A valve")
    told(cast.acting(cast.sue), at, "Another valve")
    found = call(cast.ana, "records/search?q=valve", READ).json()
    assert [one["number"] for one in found["items"]] == [mine.number]
    assert found["items"][0]["passages"] == ["The valve <b>leaks</b"]
    assert (found["number"], found["more"], found["next"]) == (1, False, None)
    assert found["facets"]["kind"] == [{"value": "message", "label": "Text message", "number": 1}]
    assert call(custodian(cast), "records/search?q=valve", READ).json()["number"] == 2
    for who in (cast.rex, cast.ida):
        nothing = call(who, "records/search?q=valve", READ).json()
        assert (nothing["items"], nothing["number"], nothing["facets"]) == ([], 0, {})


def test_pages_follow_and_what_makes_no_sense_is_said(cast, at, call):
    numbers = [told(cast.acting(cast.ana), at, "sluice").number for _ in range(3)]
    first = call(cast.ana, "records/search?q=sluice&limit=2", READ).json()
    again = call(cast.ana, f"records/search?q=sluice&limit=2&after={first['next']}", READ).json()
    got = [one["number"] for one in first["items"] + again["items"]]
    assert (sorted(got), again["next"]) == (numbers, None)
    for wrong in ("q=before:soon", "after=x", "kind=nonsense", "limit=0", "q=held:yes"):
        assert call(cast.ana, f"records/search?{wrong}", READ).status_code == 422
