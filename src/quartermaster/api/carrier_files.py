"""Carriers' files, what was read out of them, and totals that differ. Call detail is not here."""

from datetime import date, datetime
from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, UploadedFile
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.usage.actions import differences, files
from quartermaster.usage.models import CarrierFile, Difference
from quartermaster.usage.queries import imports as queries
from quartermaster.usage.rules.imports import DifferenceState, FileState, Way
from quartermaster.usage.rules.reading import Given

router = Router()
LARGEST = 256 * 1024 * 1024  # a larger one comes by the folder or the command
READ = BearerToken("carrier-files:read")
WRITE = BearerToken("carrier-files:write")
UPLOAD = BearerToken("carrier-files:write", largest=LARGEST)


class CarrierFileOut(Schema):
    """A carrier's file, known by the SHA-256 of its content."""

    id: UUID
    name: str
    digest: str
    size: int
    way: str
    state: str
    reason: str
    received_at: datetime
    received_label: str
    finished_at: datetime | None
    said: str = Field(description="What became of it; why, where it was refused.")


class ReceivedOut(Schema):
    """A file that was sent; ``fresh`` is false where the same content was there already."""

    fresh: bool
    file: CarrierFileOut


class FileGivenIn(Schema):
    """What is said with a file."""

    profile: str = Field(default="", max_length=40)
    account: str = Field(default="", max_length=40, description="Where the rows do not say it.")
    cycle_from: date | None = None
    cycle_until: date | None = None
    reason: str = Field(default="", max_length=300, description="Why, where it corrects one.")


class PartOut(Schema):
    """One family of one account and cycle, as the file has it."""

    family: str
    carrier: str
    account: str
    cycle_from: date
    cycle_until: date
    profile_key: str
    profile_number: int
    state: str
    rows: int
    refused: int
    stated_cents: int | None
    cents: int


class CarrierFileWithParts(CarrierFileOut):
    """A file with what was read out of it."""

    parts: list[PartOut]

    @staticmethod
    def resolve_parts(row: CarrierFile, context: dict[str, Any]) -> list[Any]:
        return list(queries.parts_visible_to(actor_of(context["request"])).filter(file=row))


class DifferenceOut(Schema):
    """A total that the charges do not add up to; without a number, of the account as a whole."""

    id: UUID
    carrier: str
    account: str
    cycle_from: date
    cycle_until: date
    number: str
    stated_cents: int
    read_cents: int
    state: str
    found_at: datetime
    closed_at: datetime | None
    reason: str


class ResolveIn(Schema):
    """What became of it."""

    reason: str = Field(min_length=4, max_length=300)


@router.get(
    "carrier-files", response=Page[CarrierFileOut], auth=READ, operation_id="list_carrier_files"
)
def list_carrier_files(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: FileState | None = None
) -> dict[str, object]:
    """The carriers' files that one may see, of one state or of all."""
    rows = queries.files_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state.value)
    return page_of(rows, cursor, limit)


@router.get(
    "carrier-files/{file_id}",
    response=CarrierFileWithParts,
    auth=READ,
    operation_id="get_carrier_file",
)
def get_carrier_file(request: HttpRequest, file_id: UUID) -> CarrierFile:
    """One file with what was read out of it."""
    found = queries.files_visible_to(actor_of(request)).filter(pk=file_id).first()
    if found is None:
        raise NotFound("There is no such file, or you may not see it.")
    return found


@router.post("carrier-files", response=ReceivedOut, auth=UPLOAD, operation_id="send_carrier_file")
def send_carrier_file(
    request: HttpRequest,
    file: Annotated[UploadedFile, File()],
    given: Annotated[FileGivenIn, Form()],
) -> files.Received:
    """Take a carrier's file in, to be read afterwards; the same content again changes nothing."""
    content = cast("BinaryIO | None", file.file)  # in memory or on the disk, always of bytes
    if content is None:
        raise InvalidInput("There is no file in this.", field="file")
    return files.take_in(
        content=content,
        name=file.name or "file",
        way=Way.API,
        given=Given(given.account, given.cycle_from, given.cycle_until),
        profile_key=given.profile,
        reason=given.reason,
        actor=actor_of(request),
        at=now(),
    )


@router.get("differences", response=Page[DifferenceOut], auth=READ, operation_id="list_differences")
def list_differences(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: DifferenceState | None = None,
) -> dict[str, object]:
    """Totals that the charges do not add up to."""
    rows = queries.differences_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state.value)
    return page_of(rows, cursor, limit)


@router.post(
    "differences/{difference_id}/resolve",
    response=DifferenceOut,
    auth=WRITE,
    operation_id="resolve_difference",
)
def resolve_difference(request: HttpRequest, difference_id: UUID, body: ResolveIn) -> Difference:
    """Say what became of a difference, and close it."""
    return differences.resolve(
        difference_id=difference_id, reason=body.reason, actor=actor_of(request), at=now()
    )
