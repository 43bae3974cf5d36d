"""Benchmarks: run by hand or nightly, never by the tests; figures are in docs/benchmarks.md."""
