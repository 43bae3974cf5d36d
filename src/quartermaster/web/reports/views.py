"""The trace: from each requirement of the policy to what carries it out and what proves it."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from quartermaster.reports.permits import TRACE_VIEW
from quartermaster.reports.trace import trace, trace_csv
from quartermaster.web.pages import Page


class TracePage(Page):
    """Every requirement, its controls and live evidence; as CSV with ``?format=csv``."""

    permit = TRACE_VIEW
    title = "Policy trace"
    lead = (
        "For each requirement of the policy: what carries it out, and what proves it now, as far"
        " as you may see. What is planned is not there yet."
    )
    template_name = "reports/trace.html"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        if self.request.GET.get("format") != "csv":
            return super().get(*args, **kwargs)
        text = trace_csv(trace(self.actor, self.at))
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="policy-trace.csv"'
        return response

    def context(self) -> dict[str, Any]:
        return {**super().context(), "requirements": trace(self.actor, self.at)}
