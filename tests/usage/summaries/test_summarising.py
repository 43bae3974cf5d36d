"""A cycle is summed up from detail and invoice, for whom each line belonged to, and seen by few."""

from datetime import UTC, date, datetime

import pytest

from quartermaster.inventory.custody import follow
from quartermaster.jobs import outbox
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import NOBODY, system
from quartermaster.usage.actions.summarising import summarise_cycle
from quartermaster.usage.models import LineUsage, UsageCycle
from quartermaster.usage.queries.summaries import (
    NOBODY as OF_NOBODY,
)
from quartermaster.usage.queries.summaries import (
    By,
    Span,
    far_off,
    last_month,
    summed,
    usage_visible_to,
    within,
)
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.warehouse import ingest
from tests.factories import invoices
from tests.factories import usage as make
from tests.factories.inventory import LineFactory
from tests.usage.warehouse import making
from tests.usage.warehouse.making import call

pytestmark = pytest.mark.django_db
HOUSE = system("test")
ANAS, SUES, LOOSE = "+14145550101", "+14145550102", "+14145550103"
OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


@pytest.fixture
def lines(cast):
    """Ana's line, and Sue's, which the library has from the 16th on."""
    first = LineFactory(number=ANAS, holder=cast.ana, department=cast.water)
    second = LineFactory(number=SUES, holder=cast.sue, department=cast.water)
    second.holder, second.department = cast.rex, cast.library
    second.save()
    with act(HOUSE, datetime(2026, 10, 16, 12, tzinfo=UTC)) as doing:
        follow(second, doing, "assign")
    return first, second


def billed(at):
    return invoices.kept(
        at,
        *(
            invoices.bill(number, invoices.charge(3100), invoices.charge(500, "overage"))
            for number in (ANAS, SUES, LOOSE)
        ),
    )


def detail(tmp_path, at):
    rows = [
        call(number=ANAS, account="287-1"),
        call(number=SUES, account="287-1", day="10/15/2026", minutes="1"),
        call(number=SUES, account="287-1", day="10/16/2026", minutes="2"),
        call(number=LOOSE, account="287-1", minutes="3", feature="Roaming"),
    ]
    cycle = Cycle(invoices.CARRIER, "287-1", invoices.FROM, invoices.UNTIL)
    ingest.ingest(file=making.voice(tmp_path, *rows), cycle=cycle, actor=HOUSE, at=at)
    outbox.deliver_due(at)


def told(rows):
    return {
        (row.number[-4:], row.holder.given_name if row.holder else ""): (
            row.days,
            row.seconds,
            row.messages,
            row.cost_cents,
            row.overage_cents,
        )
        for row in rows
    }


def test_an_invoice_alone_is_summed_by_days(lines, at):
    billed(at)
    assert told(LineUsage.objects.all()) == {
        ("0101", "Ana"): (31, 3600, 40, 3600, 500),
        ("0102", "Sue"): (15, 1742, 19, 1742, 242),
        ("0102", "Rex"): (16, 1858, 21, 1858, 258),
        ("0103", ""): (31, 3600, 40, 3600, 500),
    }
    assert UsageCycle.objects.get().sealed_key is None


@pytest.mark.clause("G-9")
def test_detail_goes_before_the_bill_and_counts_for_whoever_had_the_line(lines, tmp_path, at):
    billed(at)
    detail(tmp_path, at)
    found = LineUsage.objects.all()
    assert told(found) == {
        ("0101", "Ana"): (31, 90, 40, 3600, 500),
        ("0102", "Sue"): (15, 60, 19, 1742, 242),
        ("0102", "Rex"): (16, 120, 21, 1858, 258),
        ("0103", ""): (31, 180, 40, 3600, 500),
    }
    assert {row.families for row in found} == {"voice"}
    assert {row.plan for row in found} == {"Unlimited"}
    assert LineUsage.objects.get(number=LOOSE).roaming_seconds == 180


def test_either_first_comes_to_the_same_and_again_changes_nothing(lines, tmp_path, at):
    detail(tmp_path, at)
    billed(at)
    before = told(LineUsage.objects.all())
    assert before["0102", "Rex"] == (16, 120, 21, 1858, 258)
    cycle = UsageCycle.objects.get()
    assert summarise_cycle(cycle_id=cycle.id, actor=HOUSE, at=at) == 4
    assert told(LineUsage.objects.all()) == before


def test_what_was_summed_outlives_the_detail(lines, tmp_path, at):
    detail(tmp_path, at)
    UsageCycle.objects.update(sealed_key=None, disposed_at=at)
    billed(at)
    assert LineUsage.objects.get(number=ANAS).seconds == 90


@pytest.mark.clause("G-9")
def test_each_sees_what_they_answer_for_and_no_more(cast, lines, at):
    billed(at)
    seen = {
        name: sorted(
            row.number[-4:] + (row.holder.given_name if row.holder else "")
            for row in usage_visible_to(cast.acting(getattr(cast, name)))
        )
        for name in ("ida", "cole", "sue", "ana", "rex")
    }
    assert seen == {
        "ida": ["0101Ana", "0102Rex", "0102Sue", "0103"],
        "cole": ["0101Ana", "0102Sue"],
        "sue": ["0101Ana", "0102Sue"],
        "ana": ["0101Ana"],
        "rex": ["0102Rex"],
    }
    assert not usage_visible_to(NOBODY).exists()


def test_only_the_house_sums_up(cast, at):
    cycle = make.cycle(at)
    for person in (cast.cole, cast.sue, cast.ana, cast.rex):
        with pytest.raises(Refused):
            summarise_cycle(cycle_id=cycle.id, actor=cast.acting(person), at=at)


def test_sums_by_whatever_is_asked(cast, at):
    ada = {"holder": cast.ana, "number": ANAS}
    make.line_usage(at, **ada)
    make.line_usage(at, **ada, month=date(2026, 9, 1), cost_cents=100)
    make.line_usage(at, holder=cast.rex, number=SUES, plan="Small", cost_cents=9000)
    make.line_usage(at, number=LOOSE, cost_cents=1)
    rows = usage_visible_to(cast.acting(cast.ida))
    found = {
        by: [(one.label, one.lines, one.figures.cost_cents) for one in summed(rows, by, at)]
        for by in By
    }
    assert found == {
        By.CITY: [("All lines", 3, 13601)],
        By.MONTH: [("September 2026", 1, 100), ("October 2026", 3, 13501)],
        By.DEPARTMENT: [
            ("Public Library", 1, 9000),
            ("Water Works", 1, 4600),
            (OF_NOBODY, 1, 1),
        ],
        By.COORDINATOR: [("No coordinator", 2, 9001), ("Cole Novak", 1, 4600)],
        By.PERSON: [("Rex Moreau", 1, 9000), ("Ana Reyes", 1, 4600), ("With no person", 1, 1)],
        By.LINE: [(SUES, 1, 9000), (ANAS, 1, 4600), (LOOSE, 1, 1)],
        By.PLAN: [("Small", 1, 9000), ("Unlimited", 2, 4601)],
    }
    october = within(rows, Span(OCTOBER, OCTOBER))
    assert summed(october, By.CITY, at)[0].figures.cost_cents == 13501
    assert str(Span(date(2026, 9, 1), OCTOBER)) == "September 2026 to October 2026"


def test_what_stands_out_is_shown_to_who_sees_the_line(cast, at):
    for place in range(9):
        make.line_usage(at, number=f"+1414555020{place}", department=cast.library)
    make.line_usage(at, holder=cast.ana, kilobytes=90 * 1024**2)
    found = far_off(cast.acting(cast.cole), OCTOBER)
    assert [(one.usage.number, one.measure, one.off.lines) for one in found] == [
        (ANAS, "kilobytes", 10)
    ]
    assert far_off(cast.acting(cast.rex), OCTOBER) == []
    assert last_month(cast.acting(cast.cole)) == OCTOBER
