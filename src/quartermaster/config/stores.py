"""The settings of where files are kept, part of `environment`; and the stores that they name."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlparse

from django.conf import settings
from pydantic import BaseModel, Field

from quartermaster.files import stores


class StoreSettings(BaseModel):
    """Where files are kept, and their second copy."""

    files_store: str = Field(
        "",
        description="Where files are kept: empty for a folder in the data folder, or"
        " `s3://bucket/prefix/`.",
    )
    files_replica: str = Field(
        "",
        description="A second store to which every file is copied, and from which an audit puts"
        " right what is not whole: a folder on another volume, or `s3://bucket/prefix/`.",
    )
    files_s3_endpoint: str = Field(
        "", description="Address of an S3-compatible store that is not Amazon's."
    )
    files_s3_region: str = Field("us-east-1", description="Region of the buckets.")
    files_s3_key_id: str = Field(
        "", description="Access key of the store. Empty: as the machine itself is known there."
    )
    files_s3_secret: str = Field("", description="The secret of that key.", repr=False)
    files_s3_lock: Literal["", "GOVERNANCE", "COMPLIANCE"] = Field(
        "",
        description="Lock files of records in S3 until the day they are due, in this mode, and put"
        " them under the store's legal hold while they are under one here. The bucket must have"
        " versions and object lock.",
    )


def store_at(place: str) -> stores.FileStore | None:
    """The store that a setting names; None where it names none."""
    if not place:
        return None
    if not place.startswith("s3://"):
        return stores.LocalStore(Path(place))
    from quartermaster.files.s3 import Place, S3Store  # heavy, and rarely used

    parsed = urlparse(place)
    path = parsed.path.strip("/")
    return S3Store(
        Place(
            bucket=parsed.netloc,
            prefix=f"{path}/" if path else "",
            endpoint=settings.FILES_S3["endpoint"],
            region=settings.FILES_S3["region"],
            key_id=settings.FILES_S3["key_id"],
            secret=settings.FILES_S3["secret"],
            lock=settings.FILES_S3_LOCK,
        )
    )


def install() -> None:
    """Use the stores that the settings name."""
    first = store_at(settings.FILES_STORE)
    if first is not None:
        stores.install(first)
    stores.install_replica(store_at(settings.FILES_REPLICA))
