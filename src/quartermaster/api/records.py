"""Records by the API: saved with their files, and read back by whoever may see them."""

from datetime import date, datetime
from typing import Annotated, BinaryIO, cast
from uuid import UUID, uuid5

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import File, Form, Header, Router, Schema, Status, UploadedFile
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.records import capture as queries
from quartermaster.records.actions import capture
from quartermaster.records.models import Record, RecordItem
from quartermaster.records.rules.capture import (
    LONGEST_ABOUT,
    LONGEST_APP,
    LONGEST_MESSAGE,
    LONGEST_NOTE,
    LONGEST_PEOPLE,
    MOST_ITEMS,
    Details,
    Residue,
    Source,
)

router = Router()
LARGEST = 256 * 1024 * 1024  # a larger one is saved on the page, file by file
READ = BearerToken("records:read")
WRITE = BearerToken("records:write", largest=LARGEST)
_SPACE = UUID("b1f0a8f4-6d0c-4f57-9f0b-5f3b8f2f7e10")
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=60,
        description="Of the sender's making: the same key a second time is the same record, once.",
    ),
]


class RecordItemOut(Schema):
    """A file of a record, known by the SHA-256 of its content."""

    id: UUID
    name: str
    media_type: str
    size: int
    digest: str


class RecordOut(Schema):
    """A record under its archive number; ``digest`` fixes all that was said of it and its files."""

    id: UUID
    number: str
    author_id: UUID
    about: str
    with_whom: str
    happened_on: date
    source: str
    account: str
    note: str
    device_id: UUID | None
    saved_at: datetime
    digest: str
    residue: str = Field(description="What its author says is left on the device.")


class RecordWithItems(RecordOut):
    """A record with its files, in their order."""

    items: list[RecordItemOut]

    @staticmethod
    def resolve_items(row: Record) -> list[RecordItem]:
        return list(row.items.order_by("position"))


class RecordIn(Schema):
    """What is said of a record."""

    about: str = Field(max_length=LONGEST_ABOUT)
    with_whom: str = Field(max_length=LONGEST_PEOPLE)
    happened_on: date
    source: Source = Source.DOCUMENT
    account: str = Field(default="", max_length=LONGEST_APP)
    note: str = Field(default="", max_length=LONGEST_NOTE)
    message: str = Field(default="", max_length=LONGEST_MESSAGE, description="Words, as a file.")
    device_id: UUID | None = Field(default=None, description="One that the owner of the token has.")
    residue: Residue = Residue.GONE
    residue_by: date | None = Field(default=None, description="By when what stays is deleted.")


@router.get("records", response=Page[RecordOut], auth=READ, operation_id="list_records")
def list_records(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, words: str = ""
) -> dict[str, object]:
    """The records that one may see; with words, those in which they occur."""
    rows = queries.records_visible_to(actor_of(request))
    return page_of(queries.matching(rows, words) if words else rows, cursor, limit)


@router.get("records/{record_id}", response=RecordWithItems, auth=READ, operation_id="get_record")
def get_record(request: HttpRequest, record_id: UUID) -> Record:
    """One record with its files."""
    found = queries.records_visible_to(actor_of(request)).filter(pk=record_id).first()
    if found is None:
        raise NotFound("There is no such record, or you may not see it.")
    return found


@router.get(
    "records/items/{item_id}/content",
    auth=READ,
    operation_id="get_record_item_content",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file as it came.",
                "content": {"application/octet-stream": {"schema": {"type": "string"}}},
            }
        }
    },
)
def get_record_item_content(request: HttpRequest, item_id: UUID) -> StreamingHttpResponse:
    """A file of a record, as it came; that another than its author reads it is on record."""
    item, pieces = capture.read_item(item_id=item_id, actor=actor_of(request), at=now())
    answer = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    answer["Content-Length"] = str(item.size)
    named = content_disposition_header(as_attachment=True, filename=item.name)
    answer["Content-Disposition"] = named or "attachment"
    return answer


@router.post("records", response={201: RecordWithItems}, auth=WRITE, operation_id="save_record")
def save_record(
    request: HttpRequest,
    key: Key,
    given: Annotated[RecordIn, Form()],
    files: Annotated[list[UploadedFile], File()] = [],  # noqa: B006 (never changed)
) -> Status[Record]:
    """Save a record of up to 20 files, and of a message in words; the owner of the token's."""
    if len(files) > MOST_ITEMS:
        raise InvalidInput(f"At most {MOST_ITEMS} files at once.", field="files")
    actor, at = actor_of(request), now()
    space = uuid5(_SPACE, f"{actor.person_id}/{key}")
    keys = []
    known = queries.records_visible_to(actor).filter(author=actor.person_id, key=space).first()
    for position, file in enumerate(files if known is None else []):
        content = cast("BinaryIO | None", file.file)
        if content is None:
            raise InvalidInput("There is no file in this.", field="files")
        item = capture.receive_item(
            content=content,
            name=file.name or "file",
            declared=file.content_type or "",
            key=uuid5(space, str(position)),
            actor=actor,
            at=at,
        )
        keys.append(item.key)
    said = given.dict()
    device = said.pop("device_id")
    record = capture.save_record(
        details=Details(**said), items=keys, key=space, device_id=device, actor=actor, at=at
    )
    return Status(201, record)
