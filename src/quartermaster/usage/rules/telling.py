"""Amounts as people read them: minutes, gigabytes, dollars."""

from collections.abc import Iterable
from typing import Any

from quartermaster.kernel.money import dollars
from quartermaster.usage.rules.outliers import Outlier
from quartermaster.usage.rules.summaries import Figures

TITLES = {
    "seconds": "Minutes",
    "messages": "Messages",
    "kilobytes": "Data, GB",
    "roaming_seconds": "Roaming minutes",
    "roaming_kilobytes": "Roaming GB",
    "international_seconds": "International minutes",
    "cost_cents": "Cost",
    "overage_cents": "Overage",
    "roaming_cents": "Roaming charges",
    "international_cents": "International charges",
}
_GIGABYTE = 1024 * 1024
_MANY = 100
_LONG = 10_000


def amount(name: str, figure: float) -> str:
    """A figure without its unit, where the column names it; money with its sign."""
    if name.endswith("_cents"):
        return dollars(round(figure))
    if name.endswith("seconds"):
        return f"{figure / 60:,.0f}"
    if name.endswith("kilobytes"):
        size = figure / _GIGABYTE
        return f"{size:,.0f}" if size >= _MANY else f"{size:,.2f}"
    return f"{figure:,.0f}"


def short(name: str, figure: float) -> str:
    """A figure as it fits over a bar: without cents, and in thousands where it is long."""
    value = number(name, round(figure))
    unit = "$" if name.endswith("_cents") else ""
    if abs(value) < _MANY and not unit:
        return amount(name, figure)
    told = f"{abs(value) / 1000:,.0f}k" if abs(value) >= _LONG else f"{abs(value):,.0f}"
    return f"{'-' if value < 0 else ''}{unit}{told}"


def said(name: str, figure: float) -> str:
    """A figure with its unit, as in a sentence."""
    units = {"seconds": " minutes", "kilobytes": " GB", "messages": " messages"}
    ending = next((unit for end, unit in units.items() if name.endswith(end)), "")
    return f"{amount(name, figure)}{ending}"


def number(name: str, figure: int) -> float | int:
    """A figure as a number for a spreadsheet, in the unit of its title."""
    if name.endswith("_cents"):
        return figure / 100
    if name.endswith("seconds"):
        return round(figure / 60, 1)
    return round(figure / _GIGABYTE, 3) if name.endswith("kilobytes") else figure


def explained(name: str, off: Outlier[Any]) -> str:
    """Why a line stands out, in a sentence that can be checked."""
    times = f", {off.times:,.0f} times as much" if off.times is not None else ""
    return (
        f"{said(name, off.figure)}{times}: of the {off.lines} lines on “{off.plan}” half are at"
        f" {said(name, off.middle)} or less, and usually differ from that by"
        f" {said(name, off.usual)}."
    )


def change(before: int, now: int) -> str:
    """How much more or less than before, in words; empty where there was nothing before."""
    if before <= 0:
        return ""
    percent = round(100 * (now - before) / before)
    if percent == 0:
        return "as the month before"
    return f"{abs(percent)}% {'more' if percent > 0 else 'less'} than the month before"


def told(figures: Figures, names: Iterable[str]) -> list[str]:
    return [amount(name, getattr(figures, name)) for name in names]
