"""Handing the rows in force to another engine: a folder without encryption, for as long as needed.

A distributed engine reads files, not our keys. The folder is of this user alone and goes with the
block; put ``QUARTERMASTER_DATA`` on an encrypted volume where this is used.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from quartermaster.usage.models import DetailFile
from quartermaster.usage.warehouse import columns, reading, store


@contextmanager
def plain(files: Sequence[DetailFile]) -> Iterator[Path]:
    """The rows of these files as Parquet that any engine reads, by ``cycle_from``."""
    work = store.work()
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=work, prefix="plain-") as folder:
        for file in files:
            part = Path(folder) / f"cycle_from={file.cycle.cycle_from:%Y-%m-%d}"
            part.mkdir(exist_ok=True)
            with pq.ParquetWriter(
                part / f"{file.pk}.parquet", columns.ARROW, compression="zstd"
            ) as writer:
                for batch in reading.dataset(file).to_batches():
                    writer.write_batch(batch)
        yield Path(folder)
