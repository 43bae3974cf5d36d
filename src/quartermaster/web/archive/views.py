"""The archive's page, its log to take away, and the proof of one record."""

import json
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse

from quartermaster.records import archive, capture
from quartermaster.records.models import Record
from quartermaster.records.permits import ARCHIVE_VIEW, RECORD_VIEW
from quartermaster.web.marks import chip
from quartermaster.web.pages.base import OneRow, Page

MOST = 20


class Archive(Page):
    """How the archive stands (G-5)."""

    permit = ARCHIVE_VIEW
    title = "Archive"
    lead = (
        "Every record is a line of a log that only grows. How it stood is signed, and every night"
        " the archive is compared with it."
    )
    template_name = "archive/archive.html"

    def context(self) -> dict[str, Any]:
        faults = archive.faults_visible_to(self.actor)
        return {
            **super().context(),
            "size": archive.size(),
            "key": archive.signer().verifier,
            "checkpoints": archive.checkpoints_visible_to(self.actor)[:MOST],
            "open": [
                (row, chip(row.get_kind_display(), tone="bad"))
                for row in faults.filter(closed_at=None)[:MOST]
            ],
            "closed": faults.exclude(closed_at=None)[:MOST],
            "audits": archive.audits_visible_to(self.actor)[:MOST],
        }


class Log(Page):
    """The whole log for the stand-alone verifier, a line of JSON each (G-5)."""

    permit = ARCHIVE_VIEW

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        lines = (f"{json.dumps(line)}\n" for line in archive.exported())
        answer = StreamingHttpResponse(lines, content_type="application/jsonl")
        answer["Content-Disposition"] = 'attachment; filename="archive-log.jsonl"'
        return answer  # type: ignore[return-value]  # a stream answers like the others


class Proof(OneRow[Record]):
    """The proof that a record is in the signed log (G-5)."""

    permit = RECORD_VIEW
    thing = "record"

    def rows(self) -> QuerySet[Record]:
        return capture.records_visible_to(self.actor)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        answer = JsonResponse(archive.proof_of(self.object).payload())
        name = f"{self.object.number}-proof.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
