"""Requests as the public files them and the records custodian works on them."""

from datetime import datetime
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

from quartermaster.disclosure import actions
from quartermaster.disclosure.models import Package, RecordsRequest, RequestItem
from quartermaster.disclosure.rules.requests import Channel, Wanted
from quartermaster.disclosure.rules.review import Decision
from quartermaster.kernel.permits import system
from quartermaster.records.actions import capture
from quartermaster.records.actions.capture.receiving import Measured, keep_item
from quartermaster.records.capture import under_hold
from quartermaster.records.models import Record
from quartermaster.records.rules.capture import Residue
from quartermaster.records.rules.content import HEAD, ZIP, judge, judge_parts
from tests.cast import Cast
from tests.factories.documents import SECRET, leaky_pdf
from tests.factories.records import details, paul

_PLACES = count(1)
PUBLIC = system("open-records page")
GROUND = "19.36(10)(a)"
TEXT = f"Ana: the key is at {SECRET}'s house.\nSue: thanks, see you there.\n"


def wanted(**more: Any) -> Wanted:
    given = {"wanted": "All messages on the main at Third Street", "name": "Pat Public", **more}
    return Wanted(**given)


def filed(at: datetime, **more: Any) -> tuple[RecordsRequest, str]:
    """A request from the public page, and its status code."""
    return actions.file_request(
        wanted=wanted(**more),
        channel=Channel.WEB,
        address=f"192.0.2.{next(_PLACES)}",
        actor=PUBLIC,
        at=at,
    )


def acknowledged(cast: Cast, at: datetime, **more: Any) -> RecordsRequest:
    request, _ = filed(at, **more)
    return actions.acknowledge(request_id=request.id, actor=paul(cast), at=at)


def record_of(cast: Cast, at: datetime, content: bytes, name: str, declared: str = "") -> Record:
    """A record of Ana's, of one file; a PDF with a program, as they were taken once, too."""
    actor, key = cast.acting(cast.ana), uuid4()
    kind = judge(content[:HEAD], declared).media_type
    kind = judge_parts(BytesIO(content), len(content)).media_type if kind == ZIP else kind
    measured = Measured(kind, sha256(content).hexdigest(), len(content))
    keep_item(content=BytesIO(content), name=name, measured=measured, key=key, actor=actor, at=at)
    left = Residue.HELD if under_hold(cast.ana.id) else Residue.GONE
    said = details(residue=left)
    return capture.save_record(details=said, items=[key], key=uuid4(), actor=actor, at=at)


def collected(cast: Cast, at: datetime, *records: Record) -> list[RequestItem]:
    """A request that reaches these records; a leaky PDF and a text where none is named."""
    request = acknowledged(cast, at)
    found = records or (
        record_of(cast, at, leaky_pdf(), "report.pdf", "application/pdf"),
        record_of(cast, at, TEXT.encode(), "chat.txt", "text/plain"),
    )
    actions.add_records(
        request_id=request.id, record_ids=[one.id for one in found], actor=paul(cast), at=at
    )
    return list(request.items.select_related("item__record", "request"))


def reviewed(cast: Cast, at: datetime) -> RecordsRequest:
    """The secret is taken out of both files, and the search is closed."""
    items = collected(cast, at)
    for item in items:
        actions.redact_words(item_id=item.id, words=SECRET, code=GROUND, actor=paul(cast), at=at)
        actions.decide(item_id=item.id, decision=Decision.REDACT, actor=paul(cast), at=at)
    actions.close_search(request_id=items[0].request_id, actor=paul(cast), at=at)
    return RecordsRequest.objects.get(id=items[0].request_id)


def packaged(cast: Cast, at: datetime) -> Package:
    request = reviewed(cast, at)
    return actions.make_package(request_id=request.id, actor=paul(cast), at=at)


def released(cast: Cast, at: datetime) -> Package:
    package = packaged(cast, at)
    return actions.release_package(
        package_id=package.id, words="Here they are.", actor=paul(cast), at=at
    )
