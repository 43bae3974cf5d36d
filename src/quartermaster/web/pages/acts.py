"""A verb on one thing: a page that says what will happen, and a button that does it by POST."""

from collections.abc import Sequence
from typing import Any, ClassVar

from quartermaster.web.pages.base import M, OneRow
from quartermaster.web.pages.forms import FormPage


class ActPage(FormPage, OneRow[M]):
    """A verb. Declare ``permit``, ``title``, ``submit``, ``sentence``; define ``rows`` and ``act``.

    Give ``form_class`` where the verb takes a reason or a choice. ``consequences`` are listed
    above the button. ``look = "secondary"`` draws it as what cannot be undone.
    """

    template_name = "pages/act.html"
    sentence: ClassVar[str] = ""

    def explain(self) -> str:
        """What will happen, naming the thing: ``sentence`` with the thing put in."""
        return self.sentence.format(self.object)

    def consequences(self) -> Sequence[str]:
        return ()

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "explanation": self.explain(),
            "consequences": list(self.consequences()),
        }
