"""Reviewing: marks, decisions, the second look, and what the database refuses."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.errors import NotReady
from quartermaster.disclosure.keeping import read
from quartermaster.disclosure.models import (
    Letter,
    Package,
    RecordsRequest,
    Redaction,
    RequestItem,
)
from quartermaster.disclosure.rules.exemptions import shipped
from quartermaster.disclosure.rules.review import Decision, Patch, masked, way_of
from quartermaster.files.queries import read_file
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.org.roles import Role
from tests.disclosure.redaction.proof import places_of
from tests.factories.destruction import second_person
from tests.factories.disclosure import GROUND, collected, packaged, record_of, released, reviewed
from tests.factories.documents import SECRET, picture
from tests.factories.records import paul, saved

pytestmark = pytest.mark.django_db
PATCH = Patch(1, 0, 3000, 10_000, 6000)


@pytest.mark.clause("G-5")
def test_the_copy_is_without_the_secret_and_the_original_as_it_came(cast, at):
    for item in reviewed(cast, at).items.select_related("copy", "words", "item__file"):
        assert places_of(SECRET, read(item.copy)) == []
        if item.words is not None:
            assert SECRET.encode() not in read(item.words)
        original = b"".join(read_original(item, cast, at))
        assert SECRET.encode() in original
        assert SECRET.encode() not in read_file(item.copy.file.digest)  # sealed in the store


def read_original(item, cast, at):
    from quartermaster.records.actions.capture import read_item

    return read_item(item_id=item.item_id, actor=paul(cast), at=at)[1]


def test_an_area_of_a_picture_is_taken_out(cast, at):
    record = record_of(cast, at, picture(), "shot.png", "image/png")
    (item,) = collected(cast, at, record)
    given = {"item_id": item.id, "actor": paul(cast), "at": at}
    actions.redact_area(patch=PATCH, code=GROUND, **given)
    done = actions.decide(decision=Decision.REDACT, **given)
    assert (done.pages, places_of(SECRET, read(done.copy))) == (1, [])


@pytest.mark.parametrize(
    "patch",
    [Patch(0, 0, 0, 1, 1), Patch(1, 5, 5, 5, 9), Patch(1, 0, 0, 10_001, 9), Patch(1, -1, 0, 1, 1)],
)
def test_an_area_that_is_none_is_refused(patch):
    with pytest.raises(InvalidInput):
        patch.checked()


def test_a_decision_says_what_it_needs(cast, at):
    item = collected(cast, at)[0]
    given = {"item_id": item.id, "actor": paul(cast), "at": at}
    for decision, more in (
        (Decision.REDACT, {}),
        (Decision.WITHHOLD, {}),
        (Decision.WITHHOLD, {"code": "no such ground"}),
        (Decision.PENDING, {}),
        (Decision.RELEASE, {"note": "x" * 501}),
    ):
        with pytest.raises(InvalidInput):
            actions.decide(decision=decision, **more, **given)
    actions.redact_words(words=SECRET.lower(), code=GROUND, **given)
    with pytest.raises(InvalidInput, match="marked"):
        actions.decide(decision=Decision.RELEASE, **given)
    actions.decide(decision=Decision.REDACT, **given)
    with pytest.raises(Conflict):
        actions.decide(decision=Decision.REDACT, **given)
    with pytest.raises(Conflict):
        actions.redact_words(words="report", code=GROUND, **given)
    with pytest.raises(Conflict):
        actions.drop_item(**given)


def test_words_that_are_nowhere_are_said_to_be_nowhere(cast, at):
    for item in collected(cast, at):
        with pytest.raises(InvalidInput, match="not found"):
            actions.redact_words(
                item_id=item.id, words="zyzzyva", code=GROUND, actor=paul(cast), at=at
            )


def test_a_file_of_another_kind_is_given_out_whole_or_not_at_all(cast, at):
    sound = record_of(cast, at, b"ID3" + b"voice" * 30, "call.mp3", "audio/mpeg")
    (item,) = collected(cast, at, sound)
    given = {"item_id": item.id, "actor": paul(cast), "at": at}
    with pytest.raises(InvalidInput):
        actions.redact_area(patch=PATCH, code=GROUND, **given)
    done = actions.decide(decision=Decision.RELEASE, **given)
    assert (way_of("audio/mpeg"), done.copy, done.pages) == ("native", None, None)


def test_taken_back_it_is_as_before_and_the_package_is_out_of_date(cast, at):
    package = packaged(cast, at)
    item = package.request.items.first()
    given = {"item_id": item.id, "actor": paul(cast), "at": at}
    back = actions.reconsider(**given)
    assert (back.decision, back.copy, back.redactions.count()) == (Decision.PENDING, None, 3)
    with pytest.raises(NotReady):
        actions.release_package(package_id=package.id, words="Here.", actor=paul(cast), at=at)
    later = at + timedelta(minutes=1)
    actions.decide(decision=Decision.REDACT, **{**given, "at": later})
    with pytest.raises(NotReady, match="again"):
        actions.release_package(package_id=package.id, words="Here.", actor=paul(cast), at=later)


def test_the_second_look_is_another_person_s(cast, at, settings):
    settings.OPEN_RECORDS_SECOND_LOOK = True
    request = reviewed(cast, at)
    with pytest.raises(NotReady, match="second person"):
        actions.make_package(request_id=request.id, actor=paul(cast), at=at)
    other = cast.acting(second_person(cast, role=Role.CUSTODIAN, number="1017"))
    for item in request.items.all():
        with pytest.raises(Refused):
            actions.look_again(item_id=item.id, actor=paul(cast), at=at)
        actions.look_again(item_id=item.id, actor=other, at=at)
    actions.make_package(request_id=request.id, actor=paul(cast), at=at)


def test_numbers_go_on_in_the_next_release(cast, at):
    package = released(cast, at)
    request = package.request
    actions.reopen(request_id=request.id, reason="Something was missed", actor=paul(cast), at=at)
    again = actions.make_package(request_id=request.id, actor=paul(cast), at=at)
    assert (package.last, again.first, again.number) == (3, 4, 2)


def test_a_ground_is_added_once(cast, at):
    given = {"code": "X-1", "title": "Ordinance", "basis": "City code 1", "actor": paul(cast)}
    actions.add_ground(**given, at=at)
    with pytest.raises(Conflict):
        actions.add_ground(**given, at=at)
    assert queries.known_ground("X-1").basis == "City code 1"


def test_grounds_are_text_and_unique():
    codes = [item.code for item in shipped("wisconsin")]
    assert all(isinstance(code, str) for code in codes)
    assert len(codes) == len(set(codes))


def refuses(name):
    return pytest.raises(IntegrityError, match=name)


def test_the_database_keeps_what_was_given_out(cast, at):
    package = released(cast, at)
    item = RequestItem.objects.filter(request=package.request).first()
    for name, rows, change in (
        ("package", Package.objects.filter(id=package.id), {"digest": "0" * 64}),
        ("package", Package.objects.filter(id=package.id), {"downloads": 0, "index": []}),
        ("decided", RequestItem.objects.filter(id=item.id), {"note": "later"}),
        ("asked", RecordsRequest.objects.filter(id=package.request_id), {"wanted": "less"}),
        ("once", Letter.objects.filter(request=package.request), {"kind": "answer"}),
        ("stands", Redaction.objects.filter(item=item), {"page": 2}),
    ):
        with refuses(name), transaction.atomic():
            rows.update(**change)
    with refuses("stands"), transaction.atomic():
        Redaction.objects.filter(item=item).delete()


@given(
    st.text(max_size=60),
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 20), st.sampled_from(["a", "b"])), max_size=6
    ),
)
def test_masking_keeps_what_is_outside_and_nothing_from_inside(text, found):
    passages = [(start, min(start + size, len(text)), code) for start, size, code in found]
    passages = [item for item in passages if item[0] < item[1]]
    inside = {place for start, end, _ in passages for place in range(start, end)}
    kept = "".join(letter for place, letter in enumerate(text) if place not in inside)
    made = masked(text, passages)
    for mark in ("[redacted: a]", "[redacted: b]"):
        made = made.replace(mark, "", len(passages))
    if "[redacted" not in text:
        assert made == kept


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_counts(cast, at):
    record = saved(cast.acting(cast.ana), at, b"plain words")
    (item,) = collected(cast, at, record)
    custodian, start, found = paul(cast), threading.Barrier(2), []

    def decide(decision, code):
        start.wait()
        try:
            done = actions.decide(
                item_id=item.id, decision=decision, code=code, actor=custodian, at=at
            )
            found.append(done.decision)
        except Conflict:
            found.append("conflict")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=given_ones)
        for given_ones in ((Decision.RELEASE, ""), (Decision.WITHHOLD, "905.03"))
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found.count("conflict") == 1
    item.refresh_from_db()
    assert item.decision in found
