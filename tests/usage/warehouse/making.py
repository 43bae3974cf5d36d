"""Files of usage detail as carriers write them, and layouts that fit them."""

from datetime import date
from pathlib import Path

from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.rules.fitting import fit
from quartermaster.usage.rules.profiles import Column, Layout
from quartermaster.usage.warehouse.staging import Delimited

OCTOBER = Cycle("Verizon", "342-0001", date(2026, 10, 1), date(2026, 10, 31))

VOICE = Layout(
    family=Family.VOICE,
    title="Calls",
    times=("%I:%M %p",),
    columns=(
        Column(field="account", aliases=("Account",)),
        Column(field="number", aliases=("Wireless number",)),
        Column(field="date", aliases=("Date",)),
        Column(field="time", aliases=("Time",)),
        Column(field="other", aliases=("Number called",)),
        Column(
            field="direction",
            aliases=("Way",),
            words={"in": ("Incoming*",), "out": ("Outgoing*",)},
        ),
        Column(field="seconds", aliases=("Minutes",), unit="minutes"),
        Column(field="roaming", aliases=("Feature",), words={"yes": ("*roam*",)}),
        Column(field="international", aliases=("To",), words={"yes": ("Canada*", "*, FR")}),
        Column(field="destination", aliases=("To",)),
        Column(field="amount", aliases=("Charge",)),
    ),
)
VOICE_HEADINGS = (
    "Account",
    "Wireless number",
    "Date",
    "Time",
    "Number called",
    "Way",
    "Minutes",
    "Feature",
    "To",
    "Charge",
)
DATA = Layout(
    family=Family.DATA,
    title="Data",
    columns=(
        Column(field="number", aliases=("Number",)),
        Column(field="at", aliases=("When",)),
        Column(field="kilobytes", aliases=("Used",), unit="written"),
    ),
)
MESSAGE = Layout(
    family=Family.MESSAGE,
    title="Messages",
    columns=(
        Column(field="number", aliases=("Number",)),
        Column(field="at", aliases=("When",)),
        Column(field="other", aliases=("Party",)),
    ),
)


def call(
    number="414-555-0101",
    day="10/05/2026",
    time="2:30 PM",
    other="(262) 555-0199",
    way="Outgoing",
    minutes="1.5",
    feature="",
    to="Racine, WI",
    charge="$0.25",
    account="342-0001",
):
    return [account, number, day, time, other, way, minutes, feature, to, charge]


def written(
    folder: Path, layout, headings, rows, *, name="detail.csv", delimiter=",", coding="utf-8"
):
    """A file of rows, each a list of cells, quoted only where they must be."""
    path = folder / name
    lines = [headings, *rows]
    text = "\n".join(
        row if isinstance(row, str) else delimiter.join(_cell(cell, delimiter) for cell in row)
        for row in lines
    )
    path.write_bytes((text + "\n").encode(coding))
    fitted = fit(layout, headings)
    assert fitted is not None
    return Delimited(path=path, fitted=fitted, delimiter=delimiter)


def _cell(cell: str, delimiter: str) -> str:
    if any(letter in cell for letter in (delimiter, '"', "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def voice(folder: Path, *rows, **more):
    return written(folder, VOICE, VOICE_HEADINGS, rows or (call(),), **more)
