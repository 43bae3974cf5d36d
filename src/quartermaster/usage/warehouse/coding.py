"""Arrays of texts as numbers of the texts that occur, each once."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from quartermaster.usage.warehouse import columns

_TRIED = 16_384


def numbered(values: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """The number of each value, from nought, and the values in that order; NULL is one of them.

    Where the first ones hardly repeat themselves each value is its own, which saves the search.
    """
    some = values.slice(0, _TRIED)
    if len(pc.unique(some)) > len(some) // 2:
        return pa.arange(0, len(values)).cast(pa.int32()), values.combine_chunks()
    found = pc.dictionary_encode(values, null_encoding="encode").combine_chunks()
    return found.indices, found.dictionary


def coded(values: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The same, but what is NULL has no number."""
    found = pc.dictionary_encode(values)
    return found.indices, found.dictionary


def repeated(value: Any, count: int, kind: pa.DataType) -> pa.Array:
    return pa.repeat(pa.scalar(value, kind), count)


def coded_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch of rows of usage detail with its texts numbered, whichever way it came."""
    if batch.schema.equals(columns.CODED):
        return batch
    parts = [
        pc.dictionary_encode(part) if name in columns.NUMBERED else part
        for name, part in zip(columns.NAMED, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(parts, schema=columns.CODED)


def compact(values: pa.DictionaryArray) -> pa.DictionaryArray:
    """With no more texts than these rows have."""
    codes, met = coded(values.indices)
    return pa.DictionaryArray.from_arrays(codes, values.dictionary.take(met))


def joined(parts: list[pa.Array]) -> pa.Array:
    """Arrays one after the other, texts numbered alike."""
    whole = pa.chunked_array(parts)
    if pa.types.is_dictionary(whole.type):
        whole = whole.unify_dictionaries()
    return whole.combine_chunks()
