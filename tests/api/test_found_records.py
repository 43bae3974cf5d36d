"""Searching records over the API: the same reach, pages that follow, problems said."""

from uuid import uuid4

import pytest

from quartermaster.api.found_records import NarrowedIn
from quartermaster.records.models import SearchEntry
from quartermaster.records.rules.capture import Source
from quartermaster.records.search.choices import KEYS
from tests.factories.inventory import DeviceFactory
from tests.factories.records import custodian, held
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


def phone_of(person):
    return DeviceFactory(holder=person, department=person.department).id


def test_everything_that_the_page_narrows_by_the_api_does():
    assert set(NarrowedIn.model_fields) == set(KEYS)


@pytest.mark.clause("G-5")
@pytest.mark.clause("G-2")
@pytest.mark.parametrize(
    ("narrow", "other"),
    [
        ("kind=chat", "kind=mail"),
        ("department={department}", "department={elsewhere}"),
        ("person={person}", "person={nobody}"),
        ("month=2026-11", "month=2025-11"),
        ("origin=self", "origin=loss"),
        ("device=smartphone", "device=none"),
        ("ownership=city", "ownership=personal"),
        ("files=yes", "files=no"),
        ("since=2026-11-01", "since=2026-11-25"),
        ("until=2026-11-25", "until=2026-10-31"),
        ("thread={thread}", "thread=x"),
    ],
)
def test_each_narrowing_finds_what_it_says_and_reaches_no_further(cast, at, call, narrow, other):
    mine, theirs = (
        told(cast.acting(one), at, "valve", source=Source.CHAT, device_id=phone_of(one))
        for one in (cast.ana, cast.sue)
    )
    SearchEntry.objects.update(origin="self", thread="an exchange")
    words = {
        "department": cast.ana.department_id,
        "elsewhere": cast.rex.department_id,
        "person": cast.ana.id,
        "nobody": uuid4(),
        "thread": "an exchange",
    }
    narrow, other = (f"records/search?{one.format(**words)}" for one in (narrow, other))

    def numbers(who, path):
        found = call(who, path, READ).json()
        return {one["number"] for one in found["items"]}, found["number"]

    assert numbers(cast.ana, narrow) == ({mine.number}, 1)
    assert numbers(cast.ana, other) == (set(), 0)
    both = {mine.number} if "person=" in narrow else {mine.number, theirs.number}
    assert numbers(custodian(cast), narrow) == (both, len(both))
    for who in (cast.rex, cast.ida, cast.cole):
        assert numbers(who, narrow) == (set(), 0)


def test_who_is_under_a_hold_is_found_by_whoever_may_know_of_holds(cast, at, call):
    mine = told(cast.acting(cast.ana), at, "valve")
    told(cast.acting(cast.rex), at, "valve")
    held(cast, at)
    found = call(custodian(cast), "records/search?held=yes", READ).json()
    assert [one["number"] for one in found["items"]] == [mine.number]
    for who in (cast.ana, cast.rex, cast.sue):
        assert call(who, "records/search?held=yes", READ).status_code == 422
    assert call(cast.ida, "records/search?held=yes", READ).json()["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "origin=x",
        "device=x",
        "ownership=x",
        "since=soon",
        "until=2026-13-01",
        "person=x",
        "month=x",
    ],
)
def test_a_value_that_cannot_be_chosen_is_said(cast, call, wrong):
    assert call(cast.ana, f"records/search?{wrong}", READ).status_code == 422
