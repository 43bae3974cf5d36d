"""The files of the warehouse: written under another name, whole or not at all."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.text import slugify

from quartermaster.kernel.ids import new_id
from quartermaster.usage.models import UsageCycle
from quartermaster.usage.warehouse import coding, columns, keys

ROWS_A_GROUP = 131_072  # one line's history of a cycle lies in one or two
_BLOCK = 1024 * 1024
PART = ".part"


@dataclass(frozen=True)
class Written:
    """A file as it was written: where, how much."""

    place: str
    rows: int
    size: int
    digest: str


def root() -> Path:
    return Path(settings.DATA) / "usage"


def work() -> Path:
    """Where what does not fit into memory goes for a while."""
    return root() / "work"


def path_of(place: str) -> Path:
    return root() / "detail" / place


def write(cycle: UsageCycle, batches: Iterable[pa.RecordBatch]) -> Written:
    """Write rows that come sorted as one encrypted file; a crash leaves no half under its name."""
    folder = f"{slugify(cycle.carrier) or 'carrier'}/{cycle.cycle_from:%Y-%m-%d}"
    place = f"{folder}/{new_id()}.parquet"
    final = path_of(place)
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = final.with_suffix(PART)
    try:
        rows = _fill(part, keys.file_key(cycle, place), batches)
        digest = _digest(part)
        part.replace(final)
        _settle(final.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Written(place, rows, final.stat().st_size, digest)


def _fill(part: Path, key: bytes, batches: Iterable[pa.RecordBatch]) -> int:
    rows = 0
    with part.open("xb") as sink:
        os.fchmod(sink.fileno(), 0o600)
        with pq.ParquetWriter(
            sink,
            columns.CODED,
            compression="zstd",
            store_schema=False,  # read as plain texts, which is what any engine expects
            encryption_properties=keys.sealing(key),
            sorting_columns=pq.SortingColumn.from_ordering(
                columns.CODED, [(name, "ascending") for name in columns.SORTED_BY]
            ),
        ) as writer:
            for batch in batches:
                writer.write_batch(coding.coded_batch(batch), row_group_size=ROWS_A_GROUP)
                rows += batch.num_rows
        sink.flush()
        os.fsync(sink.fileno())
    return rows


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _settle(folder: Path) -> None:
    """Have the name itself outlive a power cut."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(places: Iterable[str]) -> None:
    """Remove files; those that are gone already are no matter."""
    for place in places:
        path_of(place).unlink(missing_ok=True)
