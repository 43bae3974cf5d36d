"""The columns of one row of usage detail, in their order: for DuckDB, Arrow and Ibis alike."""

import ibis
import pyarrow as pa

NAMED = {
    "kind": "VARCHAR",  # voice, message, data
    "number": "VARCHAR",  # the line's, E.164
    "at": "TIMESTAMPTZ",
    "other": "VARCHAR",  # the other party; "" for data
    "direction": "VARCHAR",  # in, out, ""
    "seconds": "INTEGER",
    "messages": "INTEGER",
    "kilobytes": "BIGINT",
    "origin": "VARCHAR",
    "destination": "VARCHAR",
    "roaming": "BOOLEAN",
    "international": "BOOLEAN",
    "service": "VARCHAR",
    "cents": "BIGINT",
}
SORTED_BY = ("number", "at")
REPEATED = ("kind", "direction", "origin", "destination", "service")  # few values: as numbers

_ARROW = {
    "VARCHAR": pa.string(),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
}
_IBIS = {
    "VARCHAR": "string",
    "TIMESTAMPTZ": "timestamp('UTC')",
    "INTEGER": "int32",
    "BIGINT": "int64",
    "BOOLEAN": "boolean",
}
ARROW = pa.schema([pa.field(name, _ARROW[kind], nullable=False) for name, kind in NAMED.items()])
# texts that are handed to be written as numbers of those that occur; of other parties there may
# be as many as rows
NUMBERED = frozenset({name for name, kind in NAMED.items() if kind == "VARCHAR"} - {"other"})
_CODES = pa.dictionary(pa.int32(), pa.string())
CODED = pa.schema(
    [
        pa.field(name, _CODES if name in NUMBERED else _ARROW[kind], nullable=False)
        for name, kind in NAMED.items()
    ]
)
IBIS = ibis.schema({name: _IBIS[kind] for name, kind in NAMED.items()})


def quoted(name: str) -> str:
    """A name as SQL has it: some of ours are words of the language."""
    return '"' + name.replace('"', '""') + '"'
