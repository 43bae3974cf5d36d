"""The dashboard and the search."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse

from quartermaster.lifecycle.loss_permits import LOSS_REPORT
from quartermaster.lifecycle.request_permits import REQUEST_ASK
from quartermaster.records.permits import RECORD_SAVE, RECORD_VIEW
from quartermaster.web.cards import cards_for, glances_for
from quartermaster.web.guard import SIGNED_IN, may_open
from quartermaster.web.pages import Button, Page
from quartermaster.web.search import LONGEST, search


class Dashboard(Page):
    """What needs this actor's attention, and how things stand."""

    permit = SIGNED_IN
    title = "Dashboard"
    template_name = "home/dashboard.html"

    def buttons(self) -> Sequence[Button]:
        """What anybody comes for in a hurry, a tap away on a phone."""
        return (
            Button("Save a record", "records:save", RECORD_SAVE, icon="save_alt"),
            Button("Report a loss", "losses:report", LOSS_REPORT, icon="warning"),
            Button("Ask for equipment", "requests:ask", REQUEST_ASK, icon="shopping_basket"),
        )

    def context(self) -> dict[str, Any]:
        glances = [
            (title, render_to_string(body.template, body.context, self.request))
            for title, body in glances_for(self.request)
        ]
        return {**super().context(), "cards": cards_for(self.request), "glances": glances}


class Search(Page):
    """Everything that matches, of all kinds that the actor may see."""

    permit = SIGNED_IN
    title = "Search"
    template_name = "home/search.html"

    def context(self) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:LONGEST]
        groups = search(self.actor, text)
        inside = ""
        if text and may_open(self.actor, RECORD_VIEW):
            inside = f"{reverse('records:search')}?{urlencode({'q': text})}"
        return {**super().context(), "searched": text, "groups": groups, "in_records": inside}
