"""The warehouse of usage detail: encrypted Parquet by carrier and cycle, asked by DuckDB.

`ingest.ingest` takes a file in, `reading.opened` asks `questions`, `disposing` destroys. README.md
of the room says more, and docs/adr/0055 why it is so.
"""
