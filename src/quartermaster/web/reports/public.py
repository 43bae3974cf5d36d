"""The public report on compliance, where the city switched it on."""

from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase

from quartermaster.kernel.errors import NotFound
from quartermaster.reports.own import against_itmd
from quartermaster.reports.public import FEWEST, public_report
from quartermaster.web.guard import PUBLIC
from quartermaster.web.pages import Page

OFF = "There is nothing at this address."


class PublicPage(Page):
    """How the City's devices stand against its policy, for anybody."""

    permit = PUBLIC
    title = "How the City keeps its mobile device policy"
    template_name = "reports/public.html"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        if not settings.PUBLIC_REPORT:
            raise NotFound(OFF)
        response = super().get(*args, **kwargs)
        if not self.request.user.is_authenticated:
            response["Cache-Control"] = "public, max-age=300"
        return response

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "report": public_report(self.at),
            "fewest": FEWEST,
            "own": against_itmd(),
        }
