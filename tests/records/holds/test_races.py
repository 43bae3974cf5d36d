"""A hold and a wipe at one moment: the database decides which came first, and never both."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from quartermaster.mdm import destruction, settling
from quartermaster.mdm.models import Command, DestructiveRequest
from quartermaster.records.actions import holds as actions
from quartermaster.records.holds import live_keepers
from tests.factories import mdm
from tests.factories.destruction import account, approved, asked, devices, second_person
from tests.factories.records import paul, terms
from tests.races import PATIENCE, in_thread, while_uncommitted

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("G-2"),
    pytest.mark.clause("G-10"),
]
HOUR = timedelta(hours=1)


@pytest.fixture
def waiting(cast, at):
    """A wipe of Ana's iPhone, approved, whose wait is over at ``at`` + 1 h."""
    account(cast.ida)
    (device,) = devices(cast, 1)
    request = asked([mdm.enrolled(device, at)], cast.acting(cast.ida), at)
    return approved(request, cast.acting(second_person(cast)), at)


def opening(cast, at):
    custodian = paul(cast)

    def work():
        return actions.open_hold(terms=terms(), people=[cast.ana.id], actor=custodian, at=at)

    return work


def test_a_wipe_that_is_due_waits_for_a_hold_that_is_being_opened(waiting, cast, at):
    """The hold is written and not committed when the wipe's turn comes: it is stopped."""
    wipe = partial(destruction.release_due, at + HOUR)
    while_uncommitted(opening(cast, at + HOUR), wipe)
    waiting.refresh_from_db()
    assert (waiting.state, Command.objects.count()) == ("stopped", 0)


def test_a_hold_waits_for_a_wipe_that_is_being_built_and_withholds_it(waiting, cast, at):
    """The wipe's command is written and not committed: the hold comes after, and it never goes."""

    def nobody_keeps():
        assert not live_keepers().exists()

    wipe = partial(destruction.release_due, at + HOUR)
    while_uncommitted(wipe, opening(cast, at + HOUR), nobody_keeps)
    command = Command.objects.get()
    assert not settling.may_go(command.id, at + HOUR)


def test_whoever_is_first_no_command_goes_after_the_hold(waiting, cast, at):
    barrier = Barrier(3, timeout=PATIENCE)
    open_it = opening(cast, at + HOUR)

    def together(work):
        def run():
            barrier.wait()
            return work()

        return run

    with ThreadPoolExecutor(3) as pool:
        works = [open_it, *[lambda: destruction.release_due(at + HOUR)] * 2]
        for future in [in_thread(pool, together(work)) for work in works]:
            future.result(PATIENCE)
    assert live_keepers().count() == 1
    for command in Command.objects.all():
        assert not settling.may_go(command.id, at + HOUR)
    settling.settle(at + HOUR)
    assert DestructiveRequest.objects.get().state == "stopped"


def test_two_open_at_once_and_get_two_numbers(cast, at):
    barrier = Barrier(2, timeout=PATIENCE)
    open_it = opening(cast, at)

    def together():
        barrier.wait()
        return open_it().number

    with ThreadPoolExecutor(2) as pool:
        found = [in_thread(pool, together) for _ in range(2)]
        numbers = sorted(item.result(PATIENCE) for item in found)
    assert numbers == ["LH-2026-0001", "LH-2026-0002"]
