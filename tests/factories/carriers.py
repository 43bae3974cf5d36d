"""Carriers' files for tests, out of the simulated carriers, and what is read of them."""

from pathlib import Path

from quartermaster.simulators.carriers import Anomaly, Bill, SimFile, bill_city, invented_city
from quartermaster.usage.reading.bounds import BOUNDS, Bounds
from quartermaster.usage.reading.tables import locate, rows_of
from quartermaster.usage.reading.unpacking import texts_of
from quartermaster.usage.rules.contents import Content, TableRead
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.rules.reading import Given, read_table
from quartermaster.usage.shipped import shipped

CITY = invented_city(seed=3, lines=8)
NOTHING = Given()
BILLING = bill_city(CITY, cycles=2, seed=3)
_WRONG = bill_city(
    CITY, cycles=1, seed=3, anomalies={Anomaly.WRONG_TOTAL: 1, Anomaly.WRONG_LINE_TOTAL: 1}
)
WRONG = next(bill for bill in _WRONG.bills if bill.stated_cents != bill.cents)


def bill(carrier: str = "verizon", cycle: int = 0) -> Bill:
    return [item for item in BILLING.bills if item.carrier == carrier][cycle]


def read_file(
    folder: Path, file: SimFile, *, bounds: Bounds = BOUNDS, given: Given = NOTHING
) -> list[TableRead]:
    """Every summary of a file as it is read without a database; detail is left out."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    path = folder / "received"
    path.write_bytes(file.content)
    found = []
    for text in texts_of(path, file.name, work, bounds=bounds):
        table = locate(text.path, text.name, shipped(), bounds=bounds)
        if not table.fitted.layout.family.is_detail:
            found.append(read_table(table.fitted, rows_of(table, bounds=bounds), given))
    return found


def parts_of(reads: list[TableRead], carrier: str) -> dict[Cycle, dict[Family, Content]]:
    """The parts by cycle."""
    found: dict[Cycle, dict[Family, Content]] = {}
    for part in [part for read in reads for part in read.parts]:
        whose = part.whose
        cycle = Cycle(carrier, whose.account, whose.from_on, whose.until_on)
        found.setdefault(cycle, {})[part.family] = part.content
    return found
