"""Totals that do not agree: visible, assigned, resolved with a reason, gone with a correction."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.billing.models import Invoice
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.simulators.carriers import SimFile, files_of
from quartermaster.usage.actions import differences
from quartermaster.usage.models import Difference
from quartermaster.usage.queries.imports import differences_visible_to
from tests.factories import imports as make
from tests.factories.carriers import WRONG

LATER = timedelta(hours=1)
BILL = WRONG


@pytest.fixture
def found(contracts, at):
    make.imported(make.whole(BILL), at)
    return Difference.objects.get()


@pytest.mark.clause("G-12")
def test_a_wrong_total_is_an_exception_and_no_refusal(found):
    assert (found.number, found.stated_cents, found.read_cents) == (
        "",
        BILL.stated_cents,
        BILL.cents,
    )
    assert (found.cents, found.state) == (1, "open")
    assert found.invoice == Invoice.objects.get()
    assert Invoice.objects.get().difference_cents == 1


@pytest.mark.clause("G-12")
def test_somebody_looks_into_it_and_says_what_became_of_it(found, cast, at):
    ida = cast.acting(cast.ida)

    differences.assign(difference_id=found.pk, person_id=cast.ida.pk, actor=ida, at=at)
    found.refresh_from_db()
    assert (found.state, found.assigned_to) == ("assigned", cast.ida)
    done = differences.resolve(
        difference_id=found.pk, reason="The carrier rounds; it credits it", actor=ida, at=at + LATER
    )

    assert (done.state, done.closed_at, done.closed_label) == ("resolved", at + LATER, ida.label)
    with pytest.raises(Conflict, match="not possible while this difference is resolved"):
        differences.resolve(difference_id=found.pk, reason="Once more", actor=ida, at=at)


def test_what_was_resolved_stays_so_until_the_amounts_change(found, cast, at):
    ida = cast.acting(cast.ida)
    differences.resolve(difference_id=found.pk, reason="Rounded", actor=ida, at=at)
    lines = files_of(BILL, ["lines"])[0]
    same = SimFile(lines.name, lines.content.replace(b"\r\n", b"\n"))
    make.imported(same, at + LATER)
    assert Difference.objects.count() == 1

    account = files_of(BILL, ["account"])[0]
    total = BILL.stated_cents
    worse = account.content.replace(_written(total), _written(total + 100))
    assert worse != account.content
    make.imported(SimFile(account.name, worse), at + 2 * LATER)

    assert [row.cents for row in Difference.objects.order_by("found_at")] == [1, 101]
    assert Difference.objects.get(state="open").cents == 101


def _written(cents):
    return f"{cents // 100:,}.{cents % 100:02}".encode()


@pytest.mark.clause("G-12")
def test_a_corrected_file_lets_it_go_and_says_so(found, at):
    account = files_of(BILL, ["account"])[0]
    right = account.content.replace(_written(BILL.stated_cents), _written(BILL.cents))

    make.imported(SimFile(account.name, right), at + LATER)

    found.refresh_from_db()
    assert (found.state, found.reason) == ("gone", "A corrected file agrees.")
    assert Invoice.objects.get(superseded_at=None).difference_cents == 0


def test_only_itmd_looks_into_it_and_gives_it_to_itmd(found, cast, at):
    for name in ("ana", "cole", "sue", "rex"):
        actor = cast.acting(getattr(cast, name))
        assert not differences_visible_to(actor).exists()
        with pytest.raises(Refused):
            differences.resolve(difference_id=found.pk, reason="Never mind", actor=actor, at=at)
        with pytest.raises(Refused):
            differences.assign(difference_id=found.pk, person_id=cast.ida.pk, actor=actor, at=at)
    ida = cast.acting(cast.ida)
    with pytest.raises(InvalidInput, match="Choose somebody"):
        differences.assign(difference_id=found.pk, person_id=cast.rex.pk, actor=ida, at=at)
    with pytest.raises(InvalidInput, match="Say why"):
        differences.resolve(difference_id=found.pk, reason="  ", actor=ida, at=at)
    with pytest.raises(NotFound):
        differences.resolve(difference_id=new_id(), reason="Nothing there", actor=ida, at=at)
    found.refresh_from_db()
    assert found.state == "open"


@pytest.mark.parametrize(
    "wrong",
    [
        {"read_cents": BILL.stated_cents},
        {"state": "resolved"},
        {"state": "assigned"},
        {"state": "lost"},
    ],
)
def test_the_database_keeps_what_a_difference_is(found, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Difference.objects.filter(pk=found.pk).update(**wrong)


def test_one_cycle_and_line_has_one_live_difference(found):
    with pytest.raises(IntegrityError), transaction.atomic():
        Difference.objects.create(
            carrier=found.carrier.upper(),
            account=found.account,
            cycle_from=found.cycle_from,
            cycle_until=found.cycle_until,
            invoice=found.invoice,
            stated_cents=1,
            read_cents=2,
            found_at=found.found_at,
        )
