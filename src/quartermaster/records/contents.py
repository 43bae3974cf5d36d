"""What is in a file of a record, as it came; who may have it is asked by whoever hands it out."""

from collections.abc import Iterator

from quartermaster.files.queries import open_file
from quartermaster.records import sealing
from quartermaster.records.models import RecordItem


def content_of(item: RecordItem) -> Iterator[bytes]:
    """The plain content, piece by piece.

    Raises:
        FileMissing, FileDamaged: the store has nothing, or something else.
        RecordDamaged: it does not open to what was sealed.
    """
    with open_file(item.file.digest) as handle:
        yield from sealing.opened(handle, sealing.unwrap(bytes(item.sealed_key), item.id))
