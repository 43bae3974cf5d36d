"""The calendar of the pool: weeks of days, a row a hot-spot, whose each day is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from quartermaster.lifecycle.calendar import today
from quartermaster.lifecycle.models import Loan, PoolHotspot
from quartermaster.lifecycle.queries.loans import booked, loans_visible_to, pool_visible_to, span
from quartermaster.lifecycle.request_permits import LOAN_RESERVE, POOL_MANAGE, POOL_VIEW
from quartermaster.web.marks import chip
from quartermaster.web.pages import Button
from quartermaster.web.pages.base import Page
from quartermaster.web.pool.tables import TONES

WEEKS = 4
FARTHEST = timedelta(days=370)
_LONGEST_DATE = 10


@dataclass(frozen=True)
class Cell:
    """One day of one hot-spot, or several that are one loan's."""

    days: int
    state: str
    said: str
    address: str = ""
    name: str = ""
    day: date | None = None


class PoolCalendar(Page):
    """What of the pool is free when (G-8)."""

    permit = POOL_VIEW
    title = "Hot-spot pool"
    lead = "Borrow a hot-spot for some days. Each day of each is one person's."
    template_name = "pool/calendar.html"

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Reserve a hot-spot", "pool:reserve", LOAN_RESERVE, look=""),
            Button("Loans", "pool:loans", POOL_VIEW),
            Button("Put one into the pool", "pool:add", POOL_MANAGE),
        )

    def first_day(self) -> date:
        """The Monday of the week asked for, or of this one."""
        day = today(self.at)
        text = self.request.GET.get("from", "")[:_LONGEST_DATE]
        try:
            asked = date.fromisoformat(text)
        except ValueError:
            asked = day
        if abs(asked - day) > FARTHEST:
            asked = day
        return asked - timedelta(days=asked.weekday())

    def context(self) -> dict[str, Any]:
        first = self.first_day()
        last = first + timedelta(days=7 * WEEKS - 1)
        hotspots = list(pool_visible_to(self.actor).order_by("label"))
        taken = booked(hotspots, first, last)
        seen = set(
            loans_visible_to(self.actor)
            .filter(id__in={loan.id for loan in taken.values()})
            .values_list("id", flat=True)
        )
        days = span(first, last)
        rows = [(one, self._cells(one, days, taken, seen)) for one in hotspots]
        return {
            **super().context(),
            "days": days,
            "today": today(self.at),
            "weeks": [(monday, 7) for monday in days[::7]],
            "rows": rows,
            "loans": [
                (loan, chip(loan.get_state_display(), tone=TONES[loan.state]))
                for loan in sorted(
                    {loan for loan in taken.values() if loan.id in seen},
                    key=lambda loan: (loan.starts_on, str(loan.id)),
                )
            ],
            "before": first - timedelta(days=7 * WEEKS),
            "after": first + timedelta(days=7 * WEEKS),
        }

    def _cells(
        self, hotspot: PoolHotspot, days: Sequence[date], taken: Any, seen: set[Any]
    ) -> list[Cell]:
        """Free days one by one, taken ones together; a week's end ends a cell."""
        cells: list[Cell] = []
        run: list[date] = []
        for number, day in enumerate(days):
            loan = taken.get((hotspot.id, day))
            if loan is None:
                past = day < today(self.at)
                said = f"{hotspot}, {day:%A, %B %-d}: {'over' if past else 'free'}"
                cells.append(Cell(1, "past" if past else "free", said, day=day))
                continue
            run.append(day)
            following = days[number + 1] if number + 1 < len(days) else None
            same = following is not None and taken.get((hotspot.id, following)) == loan
            if not same:
                cells.append(self._taken(hotspot, loan, run, visible=loan.id in seen))
                run = []
        return cells

    def _taken(
        self, hotspot: PoolHotspot, loan: Loan, days: Sequence[date], *, visible: bool
    ) -> Cell:
        when = f"{days[0]:%B %-d}"
        if len(days) > 1:
            when = f"{when} to {days[-1]:%B %-d}"
        if not visible:
            return Cell(len(days), "taken", f"{hotspot}, {when}: taken", name="Taken")
        address = reverse("pool:loan", kwargs={"key": loan.pk})
        said = f"{hotspot}, {when}: {loan.person}, {loan.get_state_display().lower()}"
        return Cell(len(days), loan.state, said, address, loan.person.name)
