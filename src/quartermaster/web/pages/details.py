"""The page of one thing: what it is, in a list of facts, and the panels of every room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from quartermaster.web.pages.base import M, OneRow
from quartermaster.web.panels import panels_of


@dataclass(frozen=True)
class Fact:
    """A line of the summary. ``value`` may be markup from `web.marks`."""

    label: str
    value: Any
    address: str = ""
    note: str = ""


class DetailPage(OneRow[M]):
    """One thing. Declare ``permit`` and ``kind`` (whose panels follow), ``rows``, ``facts``."""

    template_name = "pages/detail.html"
    kind: ClassVar[str] = ""

    def facts(self) -> Sequence[Fact]:
        return ()

    def state(self) -> Any:
        """A chip beside the heading, or None."""
        return None

    def context(self) -> dict[str, Any]:
        panels = panels_of(self.kind, self.request, self.object) if self.kind else []
        return {
            **super().context(),
            "facts": list(self.facts()),
            "state": self.state(),
            "panels": panels,
        }
