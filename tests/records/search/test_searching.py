"""Searching: what is found, in which order, with which passages and counts."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import InvalidInput
from quartermaster.records.models import SearchEntry
from quartermaster.records.rules.capture import Source
from quartermaster.records.rules.snippets import Run
from quartermaster.records.search import pages
from quartermaster.records.search.choices import looked_of
from quartermaster.records.search.pages import read_token, token
from quartermaster.records.search.results import search
from tests.factories.inventory import DeviceFactory
from tests.factories.records import held, paul
from tests.factories.searching import found, look, told

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


@pytest.fixture
def ana(cast):
    return cast.acting(cast.ana)


@pytest.fixture
def valve(ana, at):
    return told(
        ana,
        at,
        "The gate valve at the reservoir is leaking since Monday",
        "Please call José at (414) 286-3800",
        about="Burst main at Third and Polk",
        with_whom="Pipe Works, Kim Banks",
    ).number


@pytest.fixture
def pump(ana, at):
    return told(
        ana,
        at,
        "The pump at the reservoir runs well; the valve is new",
        about="Pumps of the north side",
        with_whom="Meter Point LLC",
        happened_on=date(2025, 3, 2),
        source=Source.CHAT,
    ).number


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("valves", "vp"),
        ("valve leaks", "v"),
        ("polk leaking", "v"),
        ('"gate valve"', "v"),
        ('"valve gate"', ""),
        ("valve -leak", "p"),
        ("leak OR runs", "vp"),
        ("reserv*", "vp"),
        ("valve NEAR/2 gate", "v"),
        ("valve NEAR/3 pump", ""),
        ("valve NEAR/9 pump", "p"),
        ("jose", "v"),
        ("JOSÉ", "v"),
        ("414.286.3800", "v"),
        ("+14142863800", "v"),
        ("with:banks", "v"),
        ("valve with:point", "p"),
        ("with:valve", ""),
        ('with:"pipe works"', "v"),
        ("from:ana", "vp"),
        ("from:nobody", ""),
        ("valve -from:ana", ""),
        ("kind:chat", "p"),
        ("-kind:chat", "v"),
        ("before:2026", "p"),
        ("valve after:2026", "v"),
        ("on:2025-03-02", "p"),
        ("the", ""),
        ("Screenshot", "vp"),
        ("valve has:files", "vp"),
        ("valve -has:files", ""),
        ("device:none", "vp"),
        ("department:water", "vp"),
        ("department:nowhere", ""),
        ("banks north", ""),
        ("monday/valve", ""),
        ("gate/valve", "v"),
    ],
)
def test_the_language_finds(cast, at, valve, pump, words, who):
    names = {"v": valve, "p": pump}
    assert set(found(paul(cast), words)) == {names[one] for one in who}


def test_a_record_is_found_by_its_number(cast, valve, pump):
    assert found(paul(cast), valve) == [valve]
    assert found(paul(cast), f"number:{pump.lower()}") == [pump]


def test_what_it_is_about_counts_more_and_of_equals_the_newer_is_first(cast, ana, at):
    text = told(ana, at, "culvert", about="Something else", happened_on=date(2026, 11, 1))
    old = told(ana, at, about="Culvert", happened_on=date(2024, 1, 1))
    new = told(ana, at, about="Culvert", happened_on=date(2025, 1, 1))
    order = [new.number, old.number, text.number]
    assert found(paul(cast), "culvert") == order
    assert found(paul(cast), "culvert", "newest") == [order[2], order[0], order[1]]
    assert found(paul(cast), "culvert", "oldest") == [order[1], order[0], order[2]]


def test_passages_are_marked_in_their_own_letters_and_stay_plain(cast, ana, at):
    told(ana, at, "Über <b>José</b> & the Café\x02: valves leak", about="Café <i>valve</i>")
    (one,) = look(paul(cast), "jose valve").results
    assert "".join(run.text for run in one.title) == "Café <i>valve</i>"
    assert [run.text for run in one.title if run.marked] == ["valve"]
    (passage,) = one.passages
    assert [run.text for run in passage.runs if run.marked] == ["José", "valves"]
    assert passage.kind == "Message"


def test_the_passage_of_a_long_text_is_where_the_word_stands(cast, ana, at):
    told(ana, at, f"{'filler words here ' * 2000}the sluice is stuck{' and more' * 500}")
    (one,) = look(paul(cast), "sluice").results
    assert Run("sluice", marked=True) in one.passages[0].runs


def test_without_words_the_beginning_is_shown(cast, ana, at):
    told(ana, at, "Good morning all")
    (one,) = look(paul(cast)).results
    assert (one.passages, one.begins) == ((), "Good morning all")


def test_counts_are_of_what_was_found_and_narrow(cast, ana, at, valve, pump):
    told(cast.acting(cast.rex), at, "A valve of the library", source=Source.CHAT)
    counted = look(paul(cast), "valve").counted
    assert (counted.number, counted.more) == (3, False)
    facets = {one.key: {c.value: c.number for c in one.choices} for one in counted.facets}
    assert facets["kind"] == {"chat": 2, "message": 1}
    assert facets["person"] == {str(cast.ana.id): 2, str(cast.rex.id): 1}
    assert facets["department"][str(cast.water.id)] == 2
    assert facets["month"] == {"2026-11": 2, "2025-03": 1}
    assert facets["files"] == {"yes": 3}
    assert "held" not in facets  # nobody is under one
    assert found(paul(cast), "valve", kind="chat", person=str(cast.ana.id)) == [pump]
    assert found(paul(cast), "valve", month="2025") == [pump]
    assert found(paul(cast), "valve", department=str(cast.water.id), month="2026-11") == [valve]


def test_many_months_are_counted_by_year(cast, ana, at):
    for month in range(1, 14):
        told(ana, at, happened_on=date(2024 + month // 13, (month - 1) % 12 + 1, 1))
    facets = {one.key: one for one in look(paul(cast)).counted.facets}
    assert [(c.value, c.number) for c in facets["month"].choices] == [("2025", 1), ("2024", 12)]


def test_the_device_narrows(cast, ana, at, valve):
    device = DeviceFactory(holder=cast.ana, department=cast.water)
    assert Device.objects.filter(id=device.id, ownership="city").exists()
    other = told(ana, at, "On a telephone", device_id=device.id).number
    assert found(paul(cast), f"device:{device.device_class}") == [other]
    assert found(paul(cast), "", ownership="city") == [other]


def test_more_than_the_bound_says_so(cast, ana, at, valve, pump, monkeypatch):
    from quartermaster.records.search import facets

    monkeypatch.setattr(facets, "MOST", 1)
    counted = look(paul(cast), "reservoir").counted
    assert (counted.number, counted.more) == (1, True)


@pytest.mark.parametrize("order", ["best", "newest", "oldest"])
@pytest.mark.parametrize("ranked", [3, 2000])
@pytest.mark.parametrize("words", ["sluice", "sluice NEAR/5 weir"])
@pytest.mark.parametrize("count", [False, True])
def test_pages_follow_one_another_and_nothing_is_lost_or_twice(
    cast, ana, at, monkeypatch, order, ranked, words, count
):
    monkeypatch.setattr(pages, "RANKED", ranked)
    every = {
        told(
            ana,
            at,
            "sluice " * (1 + place % 3) + "weir",
            happened_on=date(2026, 1, 1) + timedelta(days=place % 4),
        ).number
        for place in range(11)
    }
    got, after = [], ""
    for _ in range(12):
        leaf = search(paul(cast), looked_of(words, {}, order), after=after, size=2, count=count)
        got += [one.record.number for one in leaf.results]
        after = leaf.following
        if not after:
            break
    assert (len(got), set(got)) == (11, every)


@pytest.mark.parametrize(
    "after", ["x", "!!", token("n", date(2026, 1, 1), UUID(int=1))[:-3], "W10", "WzEsMiwzLDRd"]
)
def test_a_page_that_is_none_is_refused(cast, after):
    with pytest.raises(InvalidInput):
        search(paul(cast), looked_of("", {}), after=after)


def test_a_token_tells_where_a_page_begins():
    whole = ("b", date(2026, 1, 2), UUID(int=7), "0.061")
    assert read_token(token(*whole)) == whole


def test_who_may_know_of_holds_narrows_by_them(cast, at, valve):
    held(cast, at)
    assert found(paul(cast), "held:yes") == [valve]
    assert found(paul(cast), "held:no") == []
    facets = {one.key for one in look(paul(cast)).counted.facets}
    assert "held" in facets


def test_a_thread_is_what_somebody_wrote_with_the_same_people(cast, ana, at, valve, pump):
    again = told(ana, at, "More", with_whom="PIPE WORKS, Kim Banks").number
    entry = SearchEntry.objects.get(record__number=valve)
    assert set(found(paul(cast), thread=entry.thread)) == {valve, again}
