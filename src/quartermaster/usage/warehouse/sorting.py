"""Rows that were judged, one line's together and in time, as batches to be written."""

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from quartermaster.usage.warehouse import coding, columns

_LARGEST = 2**63 - 1


def ordered(whole: Mapping[str, pa.Array], size: int) -> Iterator[pa.RecordBatch]:
    """The rows by number and time, those alike as they came; ``size`` rows a batch."""
    places = order(whole["number"], whole["at"].cast(pa.int64()))
    for start in range(0, len(places), size):
        some = places.slice(start, size)
        parts = [whole[name].take(some) for name in columns.NAMED]
        yield pa.RecordBatch.from_arrays(
            [coding.compact(part) if pa.types.is_dictionary(part.type) else part for part in parts],
            schema=columns.CODED,
        )


def order(numbers: pa.DictionaryArray, at: pa.Array) -> pa.Array:
    """Where each row goes, by one number for both where that has room for them."""
    ranks = pc.subtract(pc.rank(numbers.dictionary, "ascending").cast(pa.int64()), 1)
    ranked = ranks.take(numbers.indices)
    if not len(at):
        return pa.array([], pa.uint64())
    first, last = (pc.min_max(at)[end].as_py() for end in ("min", "max"))
    width = last - first + 1
    if width * (len(ranks) + 1) <= _LARGEST:
        return pc.sort_indices(pc.add(pc.multiply(ranked, width), pc.subtract(at, first)))
    return pc.sort_indices(
        pa.table({"number": ranked, "at": at}),
        sort_keys=[("number", "ascending"), ("at", "ascending")],
    )
