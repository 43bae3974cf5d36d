"""A store that speaks S3, with versions and object lock where the bucket has them.

Content is under its SHA-256 as in the folder. What is locked is not deleted by anybody before its
day; what is under a legal hold not at all. Deleting means every version.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, Literal

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from quartermaster.files.errors import FileDamaged, FileMissing
from quartermaster.files.stores import CHUNK, Kept, copied

_IN_MEMORY = 16 * 1024 * 1024
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
Mode = Literal["", "GOVERNANCE", "COMPLIANCE"]


@dataclass(frozen=True)
class Place:
    """Where a bucket is, and how one gets there."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    key_id: str = ""
    secret: str = field(default="", repr=False)
    lock: Mode = ""


class S3Store:
    """A bucket as a store; the same protocol as the folder's."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._s3 = boto3.client(
            "s3",
            endpoint_url=place.endpoint or None,
            region_name=place.region,
            aws_access_key_id=place.key_id or None,
            aws_secret_access_key=place.secret or None,
            config=Config(
                connect_timeout=10,
                read_timeout=60,
                retries={"max_attempts": 3, "mode": "standard"},
                s3={"addressing_style": "path"},
            ),
        )

    def put(self, chunks: Iterable[bytes], *, limit: int) -> Kept:
        with _aside(chunks, limit) as (content, kept):
            if not self._is_there(kept.digest):
                self._upload(kept.digest, content)
        return kept

    def replace(self, digest: str, chunks: Iterable[bytes], *, limit: int) -> None:
        with _aside(chunks, limit) as (content, kept):
            if kept.digest != digest:
                raise FileDamaged("This is not the content that was lost.", digest=digest)
            self._upload(digest, content)

    def open(self, digest: str) -> BinaryIO:
        try:
            answer = self._s3.get_object(Bucket=self.place.bucket, Key=self._key(digest))
        except ClientError as problem:
            if _code(problem) in _MISSING:
                raise FileMissing("This file is not in the store.", digest=digest) from None
            raise
        held: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (handed out)
        for chunk in answer["Body"].iter_chunks(CHUNK):
            held.write(chunk)
        held.seek(0)
        return held  # type: ignore[return-value]  # a file like the others

    def digests(self) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.place.bucket, Prefix=self.place.prefix):
            for row in page.get("Contents", ()):
                yield row["Key"].rpartition("/")[2]

    def delete(self, digest: str) -> None:
        key = self._key(digest)
        pages = self._s3.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.place.bucket, Prefix=key):
            for row in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                if row["Key"] != key:
                    continue
                self._s3.delete_object(
                    Bucket=self.place.bucket, Key=key, VersionId=row["VersionId"]
                )

    def lock_until(self, digest: str, until: datetime) -> None:
        """Have nobody delete it before this instant; a lock is made longer, never shorter."""
        if not self.place.lock:
            return
        now = self.locked_until(digest)
        if now is not None and now >= until:
            return
        self._s3.put_object_retention(
            Bucket=self.place.bucket,
            Key=self._key(digest),
            Retention={"Mode": self.place.lock, "RetainUntilDate": until},
        )

    def locked_until(self, digest: str) -> datetime | None:
        """Until when nobody deletes it; None where it is not locked."""
        try:
            answer = self._s3.head_object(Bucket=self.place.bucket, Key=self._key(digest))
        except ClientError as problem:
            if _code(problem) in _MISSING:
                return None
            raise
        found: datetime | None = answer.get("ObjectLockRetainUntilDate")
        return found

    def hold(self, digest: str, *, on: bool) -> None:
        """Put it under a legal hold of the store, or let it go."""
        if self.place.lock:
            self._s3.put_object_legal_hold(
                Bucket=self.place.bucket,
                Key=self._key(digest),
                LegalHold={"Status": "ON" if on else "OFF"},
            )

    def _is_there(self, digest: str) -> bool:
        try:
            self._s3.head_object(Bucket=self.place.bucket, Key=self._key(digest))
        except ClientError as problem:
            if _code(problem) in _MISSING:
                return False
            raise
        return True

    def _upload(self, digest: str, content: IO[bytes]) -> None:
        content.seek(0)
        self._s3.upload_fileobj(content, self.place.bucket, self._key(digest))

    def _key(self, digest: str) -> str:
        return f"{self.place.prefix}{digest[:2]}/{digest[2:4]}/{digest}"


def _code(problem: ClientError) -> str:
    return str(problem.response.get("Error", {}).get("Code", ""))


@contextmanager
def _aside(chunks: Iterable[bytes], limit: int) -> Iterator[tuple[IO[bytes], Kept]]:
    """Content put aside while its digest and size are found out."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
        kept = copied(chunks, content, limit)
        yield content, kept
