"""The life of a thing as a picture, with its table, and as a paper."""

import io
import itertools
from datetime import timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader

from quartermaster.inventory import actions
from quartermaster.inventory.actions import Cause
from quartermaster.inventory.histories import Held
from quartermaster.inventory.models import Custodian
from quartermaster.web.custody.picture import LABEL, LEAST, WIDTH, picture
from quartermaster.web.timelines import Happening, Lane
from tests.factories import compliance
from tests.factories import inventory as make

DAY = timedelta(days=1)


@pytest.fixture
def phone(cast, at):
    """A phone that Rex had, then Sue; in repair with hers."""
    device, ida = (
        make.HotspotFactory(department=cast.library, asset_tag="T-1"),
        cast.acting(cast.ida),
    )
    named = {"device_id": device.id, "actor": ida}
    actions.assign(**named, holder_id=cast.rex.id, at=at - 300 * DAY)
    actions.unassign(**named, cause=Cause("Got another."), at=at - 200 * DAY)
    actions.assign(**named, holder_id=cast.ana.id, at=at - 100 * DAY)
    return device


def page(client, device, name="custody:device"):
    return client.get(reverse(name, kwargs={"key": device.pk}))


@pytest.mark.clause("C-3")
def test_the_whole_life_for_who_may_see_it(logged_in, cast, at, phone):
    finding = compliance.FindingFactory(device=phone, title="Passcode", opened_at=at - DAY)
    shown = page(logged_in(cast.ida), phone).content.decode()
    for told in ("Rex Moreau, Public Library", "Ana Reyes, Water Works", "Got another."):
        assert told in shown
    assert "Finding: Passcode" in shown
    assert reverse("compliance:finding", kwargs={"key": finding.pk}) in shown
    assert "Ida Lindqvist" in shown


def test_each_sees_their_own_part(logged_in, cast, phone):
    own = page(logged_in(cast.ana), phone).content.decode()
    assert "Ana Reyes, Water Works" in own
    assert ("Rex Moreau" in own, "Ida Lindqvist</td>" in own) == (False, False)
    department = page(logged_in(cast.cole), phone).content.decode()
    assert ("Rex Moreau" in department, "Elsewhere" in department) == (False, True)
    assert "Got another." not in department
    assert page(logged_in(cast.rex), phone).status_code == 404


def test_the_paper_says_the_same(logged_in, cast, phone):
    answer = page(logged_in(cast.ida), phone, "custody:device-paper")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    text = " ".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Chain of custody: T-1" in text
    assert "Got another." in text
    assert "Rex Moreau" in text
    own = page(logged_in(cast.ana), phone, "custody:device-paper")
    text = " ".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(own.content)).pages)
    assert "Rex Moreau" not in text


def held(position, since, until, where="Ana Reyes, Water Works", custodian=Custodian.PERSON):
    return Held(position, since, until, custodian, where, f"verb {position}", "", "Ida")


def test_each_period_can_be_seen_and_they_meet(at):
    began = at - 1000 * DAY
    short = began + timedelta(minutes=5)
    drawn = picture(
        "T-1", [held(1, began, short), held(2, short, at - DAY), held(3, at - DAY, None)], [], at
    )
    assert next(bar.left for bar in drawn.bars) == LABEL
    for one, following in zip(drawn.bars, drawn.bars[1:], strict=False):
        assert one.left + one.width + 1 == pytest.approx(following.left, abs=0.2)
    last = drawn.bars[-1]
    assert last.left + last.width + 1 == pytest.approx(WIDTH, abs=0.2)
    assert min(bar.width for bar in drawn.bars) >= LEAST - 1
    assert [row.number for row in drawn.rows] == [1, 2, 3]


def test_what_took_no_time_is_in_the_table_alone(at):
    drawn = picture("T-1", [held(1, at - DAY, at - DAY), held(2, at - DAY, None)], [], at)
    assert [bar.number for bar in drawn.bars] == [2]
    assert [row.title for row in drawn.rows] == ["verb 1", "verb 2"]


def test_events_stand_where_they_happened_with_their_number(at):
    lane = Lane("Management", (Happening(at - 5 * DAY, "Enrolled"),))
    drawn = picture("T-1", [held(1, at - 10 * DAY, None)], [lane], at)
    dot = drawn.lanes[0].dots[0]
    assert dot.number == 2
    assert drawn.bars[0].left < dot.left < WIDTH
    assert [(row.number, row.lane) for row in drawn.rows] == [(1, "Custody"), (2, "Management")]


def test_a_life_of_nothing_is_said_in_words(at):
    drawn = picture("T-1", [], [], at)
    assert (drawn.bars, drawn.rows) == ((), ())
    assert drawn.sentence == "T-1: nothing that you may see is on record."


def test_the_days_below_stand_apart(at):
    ages = [420, 400, 220, 180, 60, 41]
    edges = [at - age * DAY for age in ages]
    periods = [
        held(number, since, until)
        for number, (since, until) in enumerate(zip(edges, [*edges[1:], None], strict=True), 1)
    ]
    marks = picture("T-1", periods, [], at).marks
    lefts = [left for left, _, _ in marks]
    assert (lefts[0], lefts[-1]) == (LABEL, WIDTH)
    assert min(b - a for a, b in itertools.pairwise(lefts)) >= 100
