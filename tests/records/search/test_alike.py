"""Records that are alike: the algebra of signatures, joining, leading, leaving."""

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from quartermaster.records import destroying
from quartermaster.records.models import AlikeBand, SearchEntry, Signature
from quartermaster.records.rules import alike as rules
from quartermaster.records.search.alike import compare_next
from quartermaster.records.search.beside import alike_to
from tests.factories.records import PNG, paul, saved
from tests.factories.searching import found, look, told

pytestmark = pytest.mark.clause("G-5")
WORDS = [f"w{place}" for place in range(400)]
RUNS = st.sets(st.integers(0, 2**56 - 1), min_size=rules.FEWEST_RUNS, max_size=60)
BITS = st.integers(0, 2**64 - 1)


def jaccard(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other)


@given(RUNS)
def test_a_signature_is_of_the_set_whatever_its_order(runs):
    signature = rules.least_hashes(runs)
    assert rules.least_hashes(sorted(runs, reverse=True)) == signature
    assert rules.likeness(signature, signature) == 1
    assert rules.unpacked(rules.packed(signature, "I"), "I") == signature


@given(RUNS, RUNS)
def test_likeness_is_the_same_both_ways_and_of_a_union_no_hash_is_larger(one, other):
    a, b, both = (rules.least_hashes(runs) for runs in (one, other, one | other))
    assert rules.likeness(a, b) == rules.likeness(b, a)
    assert len(both) == rules.HASHES
    # each place of the union is that of one of the two
    assert all(c in {x, y} for x, y, c in zip(a, b, both, strict=True))


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0, 1))
def test_likeness_estimates_the_share_in_common(seed, share):
    dice = random.Random(seed)
    common = {dice.getrandbits(56) for _ in range(int(300 * share))}
    sets = [common | {dice.getrandbits(56) for _ in range(300 - len(common))} for _ in range(2)]
    told_share = rules.likeness(*(rules.least_hashes(one) for one in sets))
    # 64 hashes: five standard deviations
    assert abs(told_share - jaccard(*sets)) < 5 * 0.0625


def test_few_runs_are_not_compared():
    assert rules.least_hashes({1, 2, 3}) == ()
    assert rules.likeness((), ()) == 0
    assert rules.runs_of("one two three") == set()
    assert rules.runs_of("Où est LE café") == rules.runs_of("ou, est le (cafe)!")


@given(BITS, st.sets(st.integers(0, 63), max_size=rules.MOST_BITS))
def test_two_pictures_that_differ_in_few_bits_share_a_band_for_certain(picture, flipped):
    other = picture
    for bit in flipped:
        other ^= 1 << bit
    assert rules.apart(picture, other) == len(flipped)
    assert set(rules.picture_bands(picture)) & set(rules.picture_bands(other))
    assert rules.same_pictures([picture], [other])


@given(BITS, BITS, BITS)
def test_how_far_pictures_are_apart_is_a_distance(one, other, third):
    assert (rules.apart(one, other) == 0) == (one == other)
    assert rules.apart(one, other) == rules.apart(other, one)
    assert rules.apart(one, third) <= rules.apart(one, other) + rules.apart(other, third)


@given(st.lists(st.integers(0, 255), min_size=72, max_size=72), st.integers(1, 50))
def test_brighter_is_the_same_picture(pixels, more):
    assert rules.differences([pixel + more for pixel in pixels]) == rules.differences(pixels)


def picture(seed: int, noise: int = 0, form: str = "PNG", **more) -> bytes:
    dice = random.Random(seed)
    image = Image.new("L", (360, 320), 128)
    draw = ImageDraw.Draw(image)
    for _ in range(30):
        x, y = dice.randrange(330), dice.randrange(290)
        draw.rectangle((x, y, x + 90, y + 90), fill=dice.randrange(256))
    draw.point((noise, noise), fill=255)
    held = io.BytesIO()
    image.save(held, form, **more)
    return held.getvalue()


def groups() -> dict[str, str]:
    rows = SearchEntry.objects.exclude(alike=None).select_related("record")
    return {row.record.number: str(row.alike) for row in rows}


@pytest.mark.django_db
def test_nearly_the_same_words_are_one_result_and_are_opened(cast, at):
    ana, text = cast.acting(cast.ana), " ".join(WORDS[:80])
    first = told(ana, at, text)
    second = told(ana, at, f"{text} and a postscript")
    other = told(ana, at, " ".join(WORDS[200:280]))
    assert compare_next() == 3
    assert compare_next() == 0
    assert set(groups()) == {first.number, second.number}
    results = look(paul(cast), "w1").results
    assert [(one.record.number, one.alike) for one in results] == [(second.number, 1)]
    assert set(found(paul(cast), "", "newest")) == {second.number, other.number}
    assert set(found(paul(cast), "", "oldest")) == {first.number, other.number}
    assert [one.number for one in alike_to(paul(cast), first)] == [second.number]


@pytest.mark.django_db
def test_the_same_file_is_the_same_whoever_saved_it(cast, at):
    one = saved(cast.acting(cast.ana), at, PNG)
    two = saved(cast.acting(cast.sue), at, PNG)
    compare_next()
    assert set(groups()) == {one.number, two.number}


@pytest.mark.django_db
def test_a_picture_sent_again_smaller_is_alike_and_another_is_not(cast, at):
    ana = cast.acting(cast.ana)
    first = saved(ana, at, picture(1))
    again = saved(ana, at, picture(1, noise=9, form="JPEG", quality=60))
    saved(ana, at, picture(2))
    saved(ana, at, b"\x89PNG\r\n\x1a\n that is none")
    compare_next()
    assert set(groups()) == {first.number, again.number}


@pytest.mark.django_db
def test_whom_a_destroyed_record_led_are_compared_anew(cast, at):
    ana, text = cast.acting(cast.ana), " ".join(WORDS[:80])
    records = [told(ana, at, f"{text} {place}") for place in range(3)]
    compare_next()
    leader = records[0].id
    assert set(groups().values()) == {str(leader)}
    destroying.purge_derived([leader], at)
    assert not AlikeBand.objects.filter(record=leader).exists()
    assert not Signature.objects.filter(record=leader).exists()
    assert compare_next() == 2
    assert set(groups().values()) == {str(records[1].id)}
