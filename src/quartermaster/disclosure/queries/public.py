"""What the public may know: of one request by its status code, and the reading room."""

from datetime import datetime
from uuid import UUID

from quartermaster.disclosure.errors import CodeUnknown
from quartermaster.disclosure.models import PackageFile, RecordsRequest
from quartermaster.disclosure.rules.requests import digest_of
from quartermaster.disclosure.throttle import knock
from quartermaster.kernel.errors import NotFound


def request_of(code: str, address: str, at: datetime) -> RecordsRequest:
    """The request that a status code opens; each try is counted before it is judged.

    Raises:
        CodeUnknown: there is none; nothing more is told.
        TooManyRequests: too many were tried.
    """
    knock("code", address, at)
    found = RecordsRequest.objects.filter(code_digest=digest_of(code), destroyed_at=None).first()
    if found is None:
        raise CodeUnknown("No request has this code. Look at each letter, and try again.")
    return found


def opened_by(key: UUID, digest: str) -> RecordsRequest | None:
    """A request that was opened by its code before, as long as that is its code."""
    return RecordsRequest.objects.filter(id=key, code_digest=digest, destroyed_at=None).first()


def to_fetch(request: RecordsRequest, at: datetime) -> list[PackageFile]:
    """What the requester may fetch now."""
    rows = PackageFile.objects.filter(package__request=request, package__expires_at__gt=at)
    return list(rows.select_related("file", "package").order_by("package__number", "position"))


def published_file(key: UUID) -> PackageFile:
    """A file in the reading room."""
    rows = PackageFile.objects.select_related("file__file").filter(
        id=key, package__published_at__isnull=False
    )
    found = rows.first()
    if found is None:
        raise NotFound("This is not in the reading room, or not any longer.")
    return found
