"""Redlines: documents with deletions and insertions, read from Markdown and Word. Pure: no tables.

`model` is the one inner form; `markdown` and `word` read into it; `mapping` gives paragraphs
their clause ids; `changes` suggests what a change does; `compare` makes a redline of two texts.
"""
