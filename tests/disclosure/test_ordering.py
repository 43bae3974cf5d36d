"""A release is asked for in a moment and made by the clock: once, told of, or given up with why."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.disclosure import actions, queries, schedule
from quartermaster.disclosure.actions import ordering, packaging
from quartermaster.disclosure.errors import DocumentUnfit, NotReady
from quartermaster.disclosure.models import Package, PackageWork
from quartermaster.disclosure.rules.package_work import CLAIM, PACKAGE_WORK, Step
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.notify.models import Message
from quartermaster.org.models import RoleAssignment
from tests.factories.disclosure import collected, reviewed
from tests.factories.records import WHY, custodian, paul
from tests.races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def request_made(cast, at):
    return reviewed(cast, at)


def ordered(request, cast, at):
    return actions.order_package(request_id=request.id, actor=paul(cast), at=at)


def mails(cast, what):
    rows = Message.objects.filter(recipient=custodian(cast).email, subject__startswith=what)
    return rows.count()


def test_who_asks_waits_for_nothing_and_is_told_when_it_is_ready(request_made, cast, at):
    work = ordered(request_made, cast, at)
    assert (work.state, work.step, Package.objects.count()) == ("waiting", "queued", 0)
    assert queries.newest_work(paul(cast), request_made) == work
    assert queries.newest_work(cast.acting(cast.rex), request_made) is None
    assert schedule.make_packages(at + MINUTE) == 1
    work.refresh_from_db()
    package = Package.objects.get()
    assert (work.state, work.package, work.step) == ("ready", package, Step.KEEPING)
    assert (package.made_by_id, package.made_at) == (custodian(cast).id, at + MINUTE)
    assert mails(cast, "A release is ready") == 1
    assert queries.newest_work(paul(cast), request_made) is None
    assert schedule.make_packages(at + 2 * MINUTE) == 0


def test_asked_for_twice_it_is_one(request_made, cast, at):
    first = ordered(request_made, cast, at)
    assert ordered(request_made, cast, at + MINUTE) == first
    schedule.make_packages(at + MINUTE)
    assert PackageWork.objects.count() == Package.objects.count() == 1
    assert ordered(request_made, cast, at + 2 * MINUTE) != first


def test_what_is_not_decided_is_said_at_once(cast, at):
    (row, _) = collected(cast, at)
    with pytest.raises(NotReady, match="2 of the files found are not reviewed yet"):
        ordered(row.request, cast, at)
    assert PackageWork.objects.count() == 0


def test_nobody_else_asks_for_a_release(request_made, cast, at):
    for person in (cast.rex, cast.ana, cast.ida, cast.sue):
        with pytest.raises(Refused):
            actions.order_package(request_id=request_made.id, actor=cast.acting(person), at=at)
    with pytest.raises(Refused):
        actions.make_ordered(actor=paul(cast), at=at)


def test_what_changed_since_gives_it_up_with_the_reason(request_made, cast, at):
    work = ordered(request_made, cast, at)
    actions.withdraw(request_id=request_made.id, reason=WHY, actor=paul(cast), at=at)
    schedule.make_packages(at + MINUTE)
    work.refresh_from_db()
    assert (work.state, work.problem) == ("failed", "This request is closed. Reopen it first.")
    assert mails(cast, "A release could not be put together") == 1
    assert Package.objects.count() == 0


def test_who_may_not_any_longer_gets_no_release(request_made, cast, at):
    work = ordered(request_made, cast, at)
    RoleAssignment.objects.filter(person=custodian(cast)).update(expires_at=at)
    schedule.make_packages(at + MINUTE)
    work.refresh_from_db()
    assert (work.state, Package.objects.count()) == ("failed", 0)


def test_a_document_that_cannot_be_bound_is_named_and_not_tried_for_ever(
    request_made, cast, at, monkeypatch
):
    def broken(*_given):
        raise DocumentUnfit("It is damaged.")

    monkeypatch.setattr(packaging, "_release", broken)
    work = ordered(request_made, cast, at)
    schedule.make_packages(at + MINUTE)
    work.refresh_from_db()
    assert (work.state, work.problem, work.attempts) == ("failed", "It is damaged.", 1)


def test_a_fault_is_tried_again_some_times_and_then_told(request_made, cast, at, monkeypatch):
    def broken(*_given):
        raise OSError("no space left")

    monkeypatch.setattr(packaging, "add_files", broken)
    work = ordered(request_made, cast, at)
    for minutes in (0, 1, 2, 3, 31, 32, 33, 60, 120):
        schedule.make_packages(at + minutes * MINUTE)
    work.refresh_from_db()
    assert (work.state, work.problem, work.attempts) == ("failed", ordering.AGAIN, 3)
    assert (Package.objects.count(), mails(cast, "A release could not be put together")) == (0, 1)
    monkeypatch.undo()
    ordered(request_made, cast, at + 200 * MINUTE)
    schedule.make_packages(at + 200 * MINUTE)
    assert Package.objects.get().first == 1


def test_what_a_worker_left_behind_is_taken_up_by_the_next(request_made, cast, at):
    """The first worker ended in the middle of it: nothing of it is there, and it is made once."""
    work = ordered(request_made, cast, at)
    assert ordering._claim(at) == work
    assert schedule.make_packages(at + MINUTE) == 0
    assert schedule.make_packages(at + CLAIM) == 1
    assert Package.objects.count() == 1
    # the first one comes back to life after all
    with pytest.raises(Conflict):
        actions.make_package(request_id=request_made.id, work=work, actor=paul(cast), at=at + CLAIM)
    assert Package.objects.count() == 1


def test_workers_that_end_each_time_are_not_fed_for_ever(request_made, cast, at):
    work = ordered(request_made, cast, at)
    for place in range(3):
        assert ordering._claim(at + place * CLAIM) == work
    schedule.make_packages(at + 3 * CLAIM)
    work.refresh_from_db()
    assert (work.state, work.problem) == ("failed", ordering.AGAIN)


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_ask_for_one_and_two_workers_make_one(cast, at):
    request = reviewed(cast, at)
    asking = paul(cast)
    works = at_once(
        *[lambda: actions.order_package(request_id=request.id, actor=asking, at=at)] * 2
    )
    assert works[0] == works[1]
    taken = at_once(*[lambda: schedule.make_packages(at)] * 2)
    assert sorted(taken) == [0, 1]
    assert Package.objects.count() == 1
    assert Entry.objects.filter(tag="disclosure.package.made").count() == 1


def test_each_end_is_an_end():
    assert {step.target for step in PACKAGE_WORK.transitions.values()} == {"ready", "failed"}
    for step in PACKAGE_WORK.transitions.values():
        assert step.sources == {"waiting"}
