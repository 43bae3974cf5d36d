"""Contracts, plans with rates that change, and prices."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from quartermaster.billing.actions import contracts
from quartermaster.billing.models import Contract, Rate
from quartermaster.billing.queries.orders import contracts_visible_to
from quartermaster.billing.rules.orders import LineKind, rate_on
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from tests.factories import orders as make

pytestmark = pytest.mark.django_db


def test_a_contract_is_entered_once_and_corrected(contract, at):
    with pytest.raises(Conflict):
        make.contract(at, number="c-2026-1")
    details = contracts.ContractDetails(
        number="C-2026-1", vendor=contract.vendor, starts_on=make.START, ends_on=date(2028, 1, 1)
    )
    changed = contracts.change_contract(
        contract_id=contract.id, details=details, actor=make.HOUSE, at=at
    )
    assert (changed.ends_on, changed.carrier) == (date(2028, 1, 1), False)
    other = make.contract(at, number="C-2")
    with pytest.raises(Conflict):
        contracts.change_contract(contract_id=other.id, details=details, actor=make.HOUSE, at=at)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": " "}, "number"),
        ({"vendor": ""}, "vendor"),
        ({"number": "x" * 61}, "number"),
        ({"email": "nowhere"}, "email"),
        ({"ends_on": date(2025, 1, 1)}, "ends_on"),
    ],
)
def test_what_is_no_contract_is_refused(db, at, given, field):
    with pytest.raises(InvalidInput) as problem:
        make.contract(at, **given)
    assert problem.value.facts == {"field": field}
    assert not Contract.objects.exists()


def test_rates_change_with_a_day_and_what_was_stays_known(plan, at):
    ask = {"plan_id": plan.id, "actor": make.HOUSE, "at": at}
    contracts.set_rate(monthly_cents=3499, from_on=date(2026, 7, 1), **ask)
    rates = dict(Rate.objects.values_list("from_on", "monthly_cents"))
    assert [
        rate_on(rates, day)
        for day in (date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1), date(2030, 1, 1))
    ] == [None, 3999, 3499, 3499]
    with pytest.raises(Conflict):
        contracts.set_rate(monthly_cents=1, from_on=date(2026, 3, 1), **ask)
    for cents in (-1, 10**16):
        with pytest.raises(InvalidInput):
            contracts.set_rate(monthly_cents=cents, from_on=date(2027, 1, 1), **ask)


def test_plans_and_items_are_of_a_fitting_contract(contract, plan, phone, at):
    with pytest.raises(Conflict):
        make.plan(contract, at, "unlimited")
    shop = make.contract(at, number="S-1", vendor="Corner Shop", carrier=False)
    with pytest.raises(Conflict, match="Only a carrier"):
        make.plan(shop, at)
    for kind, more in (
        (LineKind.DEVICE, {}),
        (LineKind.ACCESSORY, {}),
        (LineKind.LINE, {"accessory_kind": "case"}),
    ):
        with pytest.raises(InvalidInput):
            contracts.add_item(
                contract_id=shop.id,
                kind=kind,
                name="X",
                price_cents=1,
                actor=make.HOUSE,
                at=at,
                **more,
            )
    with pytest.raises(NotFound):
        contracts.add_plan(contract_id=new_id(), name="X", monthly_cents=1, actor=make.HOUSE, at=at)
    contracts.change_item(item_id=phone.id, price_cents=1, sold=False, actor=make.HOUSE, at=at)
    phone.refresh_from_db()
    assert (phone.price_cents, phone.sold) == (1, False)


def test_only_administrators_keep_contracts_and_the_city_s_readers_see_them(cast, contract, at):
    details = contracts.ContractDetails(number="X", vendor="Y", starts_on=make.START)
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            contracts.add_contract(details=details, actor=cast.acting(person), at=at)
        assert not contracts_visible_to(cast.acting(person)).exists()
    assert contracts_visible_to(cast.acting(cast.ida)).get() == contract


def test_money_is_never_negative_in_the_database(plan):
    with pytest.raises(IntegrityError), transaction.atomic():
        Rate.objects.create(plan=plan, monthly_cents=-1, from_on=date(2027, 1, 1))
