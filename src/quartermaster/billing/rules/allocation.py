"""Sharing out an invoice among departments, to the cent (G-9)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from quartermaster.billing.rules.bills import SharingKey
from quartermaster.kernel.money import shared_out

Bearer = UUID | None  # None: nobody is known for it


@dataclass(frozen=True)
class Borne:
    """A line with who bears it: by days, or wholly by its cost centre."""

    place: int
    cents: int
    days: Mapping[Bearer, int]
    cost_centre: str = ""


@dataclass(frozen=True)
class Part:
    """What one department bears of a line (``place``), or (None) of what is of no line."""

    place: int | None
    department_id: Bearer
    cents: int
    basis: str
    cost_centre: str = ""


def allocated(lines: Sequence[Borne], of_no_line: int, key: SharingKey) -> list[Part]:
    """Every part; their sum is that of the lines and of what is of no line, to the cent."""
    parts = [part for line in lines for part in _of_line(line)]
    return parts + _shared(lines, parts, of_no_line, key)


def _of_line(line: Borne) -> Iterable[Part]:
    if line.cost_centre:
        (department,) = line.days
        yield Part(
            line.place, department, line.cents, f"Cost centre {line.cost_centre}", line.cost_centre
        )
        return
    bearers = _ordered(line.days)
    if not bearers or not sum(line.days.values()):
        yield Part(line.place, None, line.cents, "Nobody is known for it")
        return
    total = sum(line.days.values())
    weights = [line.days[bearer] for bearer in bearers]
    for bearer, cents in zip(bearers, shared_out(line.cents, weights), strict=True):
        said = f"{line.days[bearer]} of {total} days"
        yield Part(line.place, bearer, cents, said if bearer else "Nobody is known for it")


def _shared(
    lines: Sequence[Borne], parts: Sequence[Part], cents: int, key: SharingKey
) -> list[Part]:
    if not cents:
        return []
    weights: dict[Bearer, int] = defaultdict(int)
    if key is SharingKey.LINES:
        for line in lines:
            for bearer, days in line.days.items():
                weights[bearer] += days
    else:
        for part in parts:
            weights[part.department_id] += max(0, part.cents)
        if key is SharingKey.EVENLY:
            weights = defaultdict(int, dict.fromkeys(weights, 1))
    bearers = _ordered(weights)
    if not bearers or not sum(weights.values()):
        return [Part(None, None, cents, "Of no line, and nobody is known for it")]
    shares = shared_out(cents, [weights[bearer] for bearer in bearers])
    said = f"Of no line, shared out {key.label[0].lower()}{key.label[1:]}"
    return [
        Part(None, bearer, share, said)
        for bearer, share in zip(bearers, shares, strict=True)
        if share
    ]


def _ordered(weights: Mapping[Bearer, int]) -> list[Bearer]:
    """Always in the same order, so that what rounding leaves always goes to the same one."""
    return sorted(weights, key=lambda bearer: (bearer is None, str(bearer)))
