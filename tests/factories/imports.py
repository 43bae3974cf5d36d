"""Contracts of the simulated carriers, and files imported as the house itself does it."""

import io
from datetime import date, datetime
from typing import Any

from quartermaster.billing.actions import contracts
from quartermaster.billing.actions.contracts import ContractDetails
from quartermaster.kernel.permits import Actor, system
from quartermaster.simulators.carriers import Bill, SimCity, SimFile, bundle, files_of
from quartermaster.usage.actions import files
from quartermaster.usage.models import CarrierFile
from quartermaster.usage.rules.imports import Way
from tests.factories.carriers import CITY

HOUSE = system("usage imports")
VENDORS = {
    "verizon": "Verizon",
    "att": "FirstNet",
    "t-mobile": "T-Mobile",
    "uscellular": "UScellular",
}


def contracts_of(at: datetime, city: SimCity = CITY) -> None:
    """A contract with each carrier of the city, with its account and plans."""
    for account in city.accounts:
        made = contracts.add_contract(
            details=ContractDetails(
                number=f"C-{account.carrier}",
                vendor=VENDORS[account.carrier],
                starts_on=date(2025, 1, 1),
                carrier=True,
                account=account.number,
            ),
            actor=HOUSE,
            at=at,
        )
        for plan in account.plans:
            contracts.add_plan(
                contract_id=made.id,
                name=plan.name,
                monthly_cents=plan.monthly_cents,
                actor=HOUSE,
                at=at,
            )


def received(
    file: SimFile | bytes,
    at: datetime,
    *,
    actor: Actor = HOUSE,
    name: str = "bill.txt",
    **more: Any,
) -> files.Received:
    """A file taken in, and not read yet."""
    if isinstance(file, SimFile):
        name, file = file.name, file.content
    given = {"way": Way.COMMAND, **more}
    return files.take_in(content=io.BytesIO(file), name=name, actor=actor, at=at, **given)


def imported(file: SimFile | bytes, at: datetime, **more: Any) -> CarrierFile:
    """A file taken in and read, with whatever else was waiting."""
    row = received(file, at, **more).file
    while files.read_next(actor=HOUSE, at=at):
        pass
    row.refresh_from_db()
    return row


def whole(bill: Bill) -> SimFile:
    """All files of a bill in one archive."""
    return bundle(files_of(bill), f"{bill.carrier}-{bill.cycle_until}.zip")
