"""The conversation of a record, to be read; that another than its author reads it is on record."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.records import capture
from quartermaster.records.actions.capture import read_conversation
from quartermaster.records.models import Record
from quartermaster.records.permits import RECORD_VIEW
from quartermaster.web.pages import Crumb
from quartermaster.web.pages.base import OneRow

ON_A_PAGE = 200


class Talk(OneRow[Record]):
    """A conversation as it was saved (G-5)."""

    permit = RECORD_VIEW
    thing = "record"
    title = "Conversation"
    template_name = "records/conversation.html"

    def rows(self) -> QuerySet[Record]:
        return capture.records_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("records:record", kwargs={"key": self.object.pk})
        return (
            Crumb("Records", reverse("records:records")),
            Crumb(self.object.number, address),
        )

    def context(self) -> dict[str, Any]:
        kept, said = read_conversation(record_id=self.object.pk, actor=self.actor, at=self.at)
        people = kept.people
        leaf = Paginator(kept.messages, ON_A_PAGE).get_page(self.request.GET.get("page"))
        items = dict(self.object.items.values_list("digest", "pk"))
        return {
            **super().context(),
            "kept": kept,
            "said": said,
            "leaf": leaf,
            "rows": [
                (
                    one,
                    people[one.sender].shown if one.sender in people else one.sender,
                    [(file, items.get(file.digest)) for file in one.attachments],
                )
                for one in leaf.object_list
            ],
        }
