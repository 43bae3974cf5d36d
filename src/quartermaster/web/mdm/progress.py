"""Whether what a device must have has arrived there: on its page, and whole on one of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from quartermaster.mdm import queries
from quartermaster.mdm.driver import Compiled, Means
from quartermaster.mdm.models import DeclaredState, Enrolment
from quartermaster.mdm.permits import ENROLMENT_VIEW
from quartermaster.mdm.progress import Progress, Stage, progress_of
from quartermaster.policy.requirements import CATALOGUE
from quartermaster.web.links import device_address
from quartermaster.web.marks import chip
from quartermaster.web.pages import Crumb
from quartermaster.web.pages.base import OneRow

STAGES = {
    Stage.MISSING: "neutral",
    Stage.WAITING: "info",
    Stage.SENT: "info",
    Stage.ARRIVED: "info",
    Stage.ACTIVE: "good",
    Stage.REFUSED: "bad",
}
VALIDITY = {"valid": "Valid", "invalid": "Refused", "unknown": "Not judged"}
MOST_REPORTS = 10


@dataclass(frozen=True)
class Step:
    """One thing on its way, as people read it."""

    progress: Progress
    mark: SafeString
    settings: str
    by: str


def steps_of(enrolment: Enrolment, compiled: Compiled, *, all_parts: bool) -> Iterator[Step]:
    """What must be there, by what means, and how far it has come."""
    for item in progress_of(enrolment, compiled):
        if item.settings or all_parts:
            titles = ", ".join(CATALOGUE[name].title for name in item.settings)
            mark = chip(item.stage.value.capitalize(), tone=STAGES[item.stage])
            yield Step(item, mark, titles, f"by {item.means.value}")


class Declarations(OneRow[Enrolment]):
    """What is declared to a device, how each part stands there, and what it reported of it."""

    permit = ENROLMENT_VIEW
    thing = "enrolment"
    title = "Declarations"
    lead = (
        "A device fetches its declarations, applies them by itself and says how each one stands."
        " What it does not take by declaration it gets by profile."
    )
    template_name = "mdm/declarations.html"

    def rows(self) -> QuerySet[Enrolment]:
        return queries.enrolments_visible_to(self.actor)

    def heading(self) -> str:
        return f"Declarations of {self.object.device.asset_tag}"

    def crumbs(self) -> Sequence[Crumb]:
        device = self.object.device
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb(device.asset_tag, device_address(self.request, device)),
        )

    def context(self) -> dict[str, Any]:
        enrolment = self.object
        compiled = queries.wanted_for(enrolment.device, self.at)
        steps = list(steps_of(enrolment, compiled, all_parts=True))
        wanted = {step.progress.key for step in steps}
        others = [
            row for row in queries.declared_states(enrolment.id) if row.identifier not in wanted
        ]
        return {
            **super().context(),
            "steps": [step for step in steps if step.progress.means is Means.DECLARATION],
            "profiles": [step for step in steps if step.progress.means is Means.PROFILE],
            "going": [
                step
                for step in steps
                if step.progress.replaces and step.progress.stage is not Stage.ACTIVE
            ],
            "others": [(row, _standing(row)) for row in others],
            "announced": queries.announced_to(enrolment.id),
            "reports": queries.reports_of(enrolment).defer("body")[:MOST_REPORTS],
        }


def _standing(row: DeclaredState) -> SafeString:
    if row.valid == "invalid":
        return chip(VALIDITY[row.valid], tone="bad")
    return chip("Active" if row.active else "Not active", tone="good" if row.active else "neutral")
